// The agents of this computer's own hub. Keys pass through and are not kept.

import type { Client } from '../../api/client';
import type { ApiFailure } from '../../api/error';
import type { CreatedAgentResponse } from '../../api/generated/CreatedAgentResponse';
import type { HubFactsView } from '../../api/generated/HubFactsView';
import type { Level } from '../../api/generated/Level';
import type { OwnAgentsResponse } from '../../api/generated/OwnAgentsResponse';
import type { OwnAgentView } from '../../api/generated/OwnAgentView';
import { attempt, Loaded } from '../../api/loaded.svelte';

/** A key that was just made, with all that a program needs to use it. */
export interface MadeKey {
  name: string;
  level: Level;
  key: string;
  curl: string;
  hub: HubFactsView;
}

export class OwnAgents {
  /**
   * Those that a person made. The starters are the hub's own: it makes them again with each start,
   * and shows them where a first request is made.
   */
  readonly list: Loaded<OwnAgentsResponse>;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    this.list = new Loaded(async () => {
      const [own, { starters }] = await Promise.all([
        client.call('agents/own', {}),
        client.call('agents/starters', {}),
      ]);
      return {
        ...own,
        agents: own.agents.filter(({ id }) => starters.every((one) => one.id !== id)),
      };
    });
  }

  /** Throws an `ApiFailure`. */
  async create(name: string, level: Level): Promise<MadeKey> {
    return this.#made(await this.#client.call('agents/create', { name, level }), name, level);
  }

  /** Throws an `ApiFailure`. */
  async newKey({ id, name, level }: OwnAgentView, label: string): Promise<MadeKey> {
    return this.#made(await this.#client.call('agents/newKey', { agent: id, label }), name, level);
  }

  async revoke({ id }: OwnAgentView, key: string): Promise<ApiFailure | null> {
    return this.#change(() => this.#client.call('agents/revokeKey', { agent: id, key }));
  }

  async limit({ id }: OwnAgentView, perMinute: number): Promise<ApiFailure | null> {
    return this.#change(() => this.#client.call('agents/limit', { agent: id, perMinute }));
  }

  async remove({ id }: OwnAgentView): Promise<ApiFailure | null> {
    return this.#change(() => this.#client.call('agents/remove', { agent: id }));
  }

  async #made({ key, curl }: CreatedAgentResponse, name: string, level: Level): Promise<MadeKey> {
    // The key is there whatever becomes of the list: it is shown once, and must not get lost.
    await this.list.load();
    const hub = this.list.value?.hub ?? (await this.#client.call('agents/own', {})).hub;
    return { name, level, key, curl, hub };
  }

  async #change(change: () => Promise<unknown>): Promise<ApiFailure | null> {
    const failure = await attempt(change);
    await this.list.load();
    return failure;
  }
}
