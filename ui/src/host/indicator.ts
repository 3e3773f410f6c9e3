// What the indicator's page needs from the desktop app, which alone has one. It makes no other calls.

import { Channel, invoke } from '@tauri-apps/api/core';

/** One capture, and whether it is over. Texts from outside are made visible already. */
export interface CaptureLine {
  /** Names it for `seen`. */
  readonly key: number;
  /** Names it for `stop`. */
  readonly id: string;
  /** Nobody where the person tries what this computer can do. */
  readonly agent: string | null;
  readonly connection: string | null;
  readonly does: 'photographs' | 'looks' | 'looksAndHearsMicrophone' | 'looksAndHearsOutput';
  /** Which camera or display. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly over: boolean;
}

export interface IndicatorHost {
  /** Calls back with what is captured, now and after each change. */
  listen(on: (lines: CaptureLine[]) => void): void;
  /** Says that a person can see these. Nothing is captured before, nor long after the last time. */
  seen(keys: number[]): void;
  stop(id: string): Promise<void>;
}

/** Nothing to report to: what does not arrive is not seen, and what is not seen ends. */
function ignore(): void {
  return;
}

export function indicatorHost(): IndicatorHost {
  return {
    listen(on) {
      const channel = new Channel<CaptureLine[]>(on);
      invoke('captures', { channel }).catch(ignore);
    },
    seen(keys) {
      invoke('captures_seen', { keys }).catch(ignore);
    },
    stop: (id) => invoke('stop_capture', { id }),
  };
}
