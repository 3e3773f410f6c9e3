// Something that is asked for when somebody looks, and asked for again when it may have changed.

import { toApiFailure, type ApiFailure } from './error';

export class Loaded<T> {
  #value = $state.raw<T | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  #loading = $state(false);
  #turn = 0;
  readonly #fetch: () => Promise<T>;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  /** Nothing until it has come; then the newest that came. */
  get value(): T | null {
    return this.#value;
  }

  /** Why the last asking came to nothing. */
  get failure(): ApiFailure | null {
    return this.#failure;
  }

  get loading(): boolean {
    return this.#loading;
  }

  async load(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#loading = true;
    try {
      const value = await this.#fetch();
      // An answer that was overtaken is old.
      if (turn !== this.#turn) return;
      this.#value = value;
      this.#failure = null;
    } catch (cause) {
      if (turn === this.#turn) this.#failure = toApiFailure(cause);
    } finally {
      if (turn === this.#turn) this.#loading = false;
    }
  }

  /** Asks again, where somebody has asked before. */
  async again(): Promise<void> {
    if (this.#turn > 0) await this.load();
  }

  /** What is known without asking, as when a change answers with the new state. */
  put(value: T): void {
    this.#turn += 1;
    this.#value = value;
    this.#failure = null;
    this.#loading = false;
  }
}

/** Does something for the person; answers with what went wrong, or null. */
export async function attempt(change: () => Promise<unknown>): Promise<ApiFailure | null> {
  try {
    await change();
    return null;
  } catch (cause) {
    return toApiFailure(cause);
  }
}
