// The page in a window of the desktop app.

import { Channel, invoke } from '@tauri-apps/api/core';
import type { Message } from '../api/generated/Message';
import type { DesktopState, Host, Link, Newer, UpdateProgress } from './host';
import { browserMemory } from './memory';

/** The request window is never lower; see the desktop host. */
const LEAST_HEIGHT = 240;
/** What a window manager may add to a window's height. */
const FRAME = 48;

/**
 * How high the window may be: not beyond the lower edge of its screen, for the answers are down there,
 * and what has no room scrolls. Where it does not say where it is, on Wayland, it is in the middle.
 */
function room(): number {
  const { availHeight, availTop = 0 } = screen as Screen & { availTop?: number };
  const whole = availHeight - FRAME;
  const below = availTop + availHeight - window.screenY - FRAME;
  const known = window.screenY !== 0 && below <= whole;
  return Math.max(known ? below : whole - FRAME, LEAST_HEIGHT);
}

/** Nothing to report to: a window that cannot be moved is a nuisance, not a failure. */
function ignore(): void {
  return;
}

export function isTauri(): boolean {
  return '__TAURI_INTERNALS__' in globalThis;
}

export function tauriHost(): Host {
  return {
    call: (name, params) => invoke('call', { name, params }),

    subscribe(on) {
      let wanted = true;
      const channel = new Channel<Message>((message) => {
        if (wanted) on(message);
      });
      invoke('subscribe', { channel }).catch(() => {
        if (wanted) on({ type: 'lost' });
      });
      return () => {
        wanted = false;
      };
    },

    memory: browserMemory(),
    // The desktop's windows go nowhere else, and open nothing.
    browse: null,

    cuts: true,
    window: {
      resize(height) {
        // Without the module for windows: it carries every command there is, and the request
        // window is in a hurry. Without a label the window that asks is meant.
        const value = { Logical: { width: window.innerWidth, height: Math.min(height, room()) } };
        invoke('plugin:window|set_size', { value }).catch(ignore);
      },
    },

    desktop: {
      state: () => invoke<DesktopState>('desktop_state'),
      setStartAtLogin: (on) => invoke('set_start_at_login', { on }),
      openLogs: () => invoke('open_logs'),
      links(on) {
        invoke('links', { channel: new Channel<Link>(on) }).catch(ignore);
      },
      lookForUpdate: () => invoke<Newer | null>('look_for_update'),
      installUpdate: (on) => invoke('install_update', { channel: new Channel<UpdateProgress>(on) }),
    },
  };
}
