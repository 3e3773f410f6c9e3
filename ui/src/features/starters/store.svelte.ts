// The starters, fetched once somebody looks. They hold keys: they are kept no longer than shown.

import type { Client } from '../../api/client';
import { toApiFailure, type ApiFailure } from '../../api/error';
import type { StarterView } from '../../api/generated/StarterView';

export class Starters {
  #list = $state.raw<readonly StarterView[] | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Nothing until they have come. */
  get list(): readonly StarterView[] | null {
    return this.#list;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  async load(): Promise<void> {
    this.#failure = null;
    try {
      this.#list = (await this.#client.call('agents/starters', {})).starters;
    } catch (cause) {
      this.#failure = toApiFailure(cause);
    }
  }
}
