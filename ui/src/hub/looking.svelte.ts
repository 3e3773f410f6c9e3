// Looking on: a person does while a page of theirs hears what happens at the hub. This one does as
// long as it is in front of them, and not behind another.

import { toApiFailure, type ApiFailure } from '../api/error';

/** How long to wait before the hub is tried again. */
const FIRST_MS = 500;
const LONGEST_MS = 15_000;

export class Looking {
  #on = $state<boolean | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  readonly #hear: (signal: AbortSignal) => AsyncIterable<string>;
  readonly #tell: () => void;

  /** `tell` is called whenever something happened, also where that may have been missed. */
  constructor(hear: (signal: AbortSignal) => AsyncIterable<string>, tell: () => void) {
    this.#hear = hear;
    this.#tell = tell;
  }

  /** Whether the hub counts it; null until that is known. */
  get on(): boolean | null {
    return this.#on;
  }

  /** Why it does not. */
  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** Gives what ends it. */
  begin(): () => void {
    let looking: AbortController | null = null;
    const end = () => {
      looking?.abort();
      looking = null;
      this.#on = null;
    };
    const see = () => {
      if (document.visibilityState === 'hidden') {
        end();
      } else if (looking === null) {
        looking = new AbortController();
        void this.#look(looking.signal);
      }
    };
    document.addEventListener('visibilitychange', see);
    see();
    return () => {
      document.removeEventListener('visibilitychange', see);
      end();
    };
  }

  async #look(signal: AbortSignal): Promise<void> {
    const ended = () => signal.aborted;
    let wait = FIRST_MS;
    while (!ended()) {
      try {
        for await (const kind of this.#hear(signal)) {
          if (ended()) return;
          // The first that is said.
          if (kind === 'ready') {
            this.#on = true;
            wait = FIRST_MS;
          }
          this.#tell();
        }
        this.#failure = null;
      } catch (cause) {
        this.#failure = toApiFailure(cause);
      }
      // It was ended here, or begun anew: the rest is not for this one to say.
      if (ended()) return;
      this.#on = false;
      await pause(wait);
      wait = Math.min(2 * wait, LONGEST_MS);
    }
  }
}

/** Does it now, or once more when it is done, for those who asked meanwhile. */
export function calmly(work: () => Promise<void>, restMs: number): () => void {
  let busy = false;
  let asked = false;
  async function go() {
    busy = true;
    asked = false;
    await work();
    await pause(restMs);
    busy = false;
    look();
  }
  function look() {
    if (asked && !busy) void go();
  }
  return () => {
    asked = true;
    look();
  };
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
