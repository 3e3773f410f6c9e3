// What a page needs from the place it runs in, and nothing more.

import type { Message } from '../api/generated/Message';
import type { Memory } from './memory';

/** A message of the app, or word that the app can no longer be heard. */
export type HostMessage = Message | { type: 'lost' };

export interface Host {
  /** Calls the app by `<area>/<verb>`; rejects with an `ApiError`. */
  call<T>(name: string, params: object): Promise<T>;
  /** A snapshot first, then every change; reconnects by itself. Returns how to stop. */
  subscribe(on: (message: HostMessage) => void): () => void;
  /** What the page keeps for itself here. */
  readonly memory: Memory;
  /** Opens a page elsewhere, in a browser; null where that is not for the page to do. */
  readonly browse: ((address: string) => void) | null;
  /** The window around the page. */
  readonly window: HostWindow;
}

export interface HostWindow {
  /** Makes the window as high as its content, in CSS pixels; the width stays. */
  resize(height: number): void;
}
