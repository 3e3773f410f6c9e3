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
  /** Whether the app behind it can cut recordings. */
  readonly cuts: boolean;
  /** The window around the page. */
  readonly window: HostWindow;
  /** The desktop around the app; null where the page is not in a window of its own. */
  readonly desktop: HostDesktop | null;
}

/** A link that the person opened somewhere. */
export type Link = { type: 'pair'; address: string } | { type: 'refused'; because: string };

export interface DesktopState {
  readonly startAtLogin: boolean;
  /** The keys that pause everything, as people write them. */
  readonly shortcut: string;
  readonly hearing: 'works' | 'taken' | 'notHere';
  /** Whether anything here shows the tray icon. */
  readonly tray: boolean;
  /** Whether this build knows where newer ones are. */
  readonly updates: boolean;
}

/** A version that can be installed. Texts from outside are made visible already. */
export interface Newer {
  readonly version: string;
  readonly notes: string;
}

/** How many bytes of it have come. */
export interface UpdateProgress {
  readonly had: number;
  readonly of: number | null;
}

/** Why there is no newer version, or not here. */
export interface UpdateProblem {
  readonly why:
    'noSource' | 'unreachable' | 'notForThis' | 'notGenuine' | 'notAllowed' | 'notInstalled';
  /** What the system said, in English. */
  readonly detail: string;
}

export interface HostDesktop {
  state(): Promise<DesktopState>;
  setStartAtLogin(on: boolean): Promise<void>;
  /** Opens the folder of the log where the person looks at folders. */
  openLogs(): Promise<void>;
  /** Calls back with each link, also one that was opened before. */
  links(on: (link: Link) => void): void;
  /** The newest version, if it is newer than this; rejects with an [`UpdateProblem`]. */
  lookForUpdate(): Promise<Newer | null>;
  /** Installs what was found. The app ends then and starts anew; rejects with an [`UpdateProblem`]. */
  installUpdate(on: (progress: UpdateProgress) => void): Promise<void>;
}

export interface HostWindow {
  /** Makes the window as high as its content, in CSS pixels; the width stays. */
  resize(height: number): void;
}
