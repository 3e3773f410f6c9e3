// Pausing and resuming, on their way.

import type { Client } from '../../api/client';
import { toApiFailure, type ApiFailure } from '../../api/error';

export class Pause {
  #busy = $state(false);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  get busy(): boolean {
    return this.#busy;
  }

  async set(paused: boolean): Promise<ApiFailure | null> {
    // Resume may wait its turn; the way to a stop is never barred.
    if (this.#busy && !paused) return null;
    this.#busy = true;
    try {
      await this.#client.call('pause/set', { paused });
      return null;
    } catch (cause) {
      return toApiFailure(cause);
    } finally {
      this.#busy = false;
    }
  }
}
