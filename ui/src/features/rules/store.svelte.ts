// The person's standing answers.

import type { Client } from '../../api/client';
import type { ApiFailure } from '../../api/error';
import type { RulesResponse } from '../../api/generated/RulesResponse';
import { attempt, Loaded } from '../../api/loaded.svelte';
import { holdingBack, type HoldBack } from './rules';

export class Rules {
  readonly list: Loaded<RulesResponse>;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    this.list = new Loaded(() => client.call('rules/list', {}));
  }

  async remove(id: string): Promise<ApiFailure | null> {
    return this.#change(() => this.#client.call('rules/remove', { id }));
  }

  async add(wish: HoldBack): Promise<ApiFailure | null> {
    const id = `${wish.answer}-${crypto.randomUUID().slice(0, 8)}`;
    const rule = holdingBack(wish, id, Date.now());
    return this.#change(() => this.#client.call('rules/add', { rule }));
  }

  async #change(change: () => Promise<unknown>): Promise<ApiFailure | null> {
    const failure = await attempt(change);
    await this.list.load();
    return failure;
  }
}
