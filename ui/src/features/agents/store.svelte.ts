// The agents that were met, and what the person decides about each.

import type { Client } from '../../api/client';
import type { ApiFailure } from '../../api/error';
import type { ExplainParams } from '../../api/generated/ExplainParams';
import type { ExplainResponse } from '../../api/generated/ExplainResponse';
import type { KnownAgentView } from '../../api/generated/KnownAgentView';
import type { Level } from '../../api/generated/Level';
import type { LevelChangeView } from '../../api/generated/LevelChangeView';
import { attempt, Loaded } from '../../api/loaded.svelte';

/** Two hubs may both have an agent of the same id. */
export function keyOf({ connection, id }: KnownAgentView): string {
  return JSON.stringify([connection, id]);
}

export class Agents {
  readonly list: Loaded<readonly KnownAgentView[]>;
  /** Whose are shown, by key. */
  chosen = $state<string | null>(null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    this.list = new Loaded(async () => {
      const { agents } = await client.call('agents/list', {});
      return agents.toSorted((one, other) => other.lastSeenAt - one.lastSeenAt);
    });
  }

  async setCeiling(agent: KnownAgentView, ceiling: Level | null): Promise<ApiFailure | null> {
    const { connection, id } = agent;
    return this.#change(() =>
      this.#client.call('agents/ceiling', { connection, agent: id, ceiling }),
    );
  }

  async setMuted(agent: KnownAgentView, muted: boolean): Promise<ApiFailure | null> {
    const { connection, id } = agent;
    return this.#change(() => this.#client.call('agents/mute', { connection, agent: id, muted }));
  }

  /** How its level changed, newest first. Throws an `ApiFailure`. */
  async history({ connection, id }: KnownAgentView): Promise<readonly LevelChangeView[]> {
    const { changes } = await this.#client.call('agents/history', { connection, agent: id });
    return changes;
  }

  /** What would happen. Throws an `ApiFailure`. */
  async explain(params: ExplainParams): Promise<ExplainResponse> {
    return this.#client.call('gate/explain', params);
  }

  async #change(change: () => Promise<unknown>): Promise<ApiFailure | null> {
    const failure = await attempt(change);
    // Also after a failure: what is shown may be what was wrong.
    await this.list.load();
    return failure;
  }
}
