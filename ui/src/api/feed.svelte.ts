// Keeps a face up to date: hears the host, folds, and asks again when something was missed.

import type { Host, HostMessage } from '../host/host';
import type { Client } from './client';
import type { AgentView } from './generated/AgentView';
import type { Snapshot } from './generated/Snapshot';
import { reduce, START, type State } from './reduce';

/** How long to wait before asking for a snapshot again. */
const ASK_AGAIN_MS = 500;

export class Feed {
  // Raw: the state is replaced whole, so nothing in it needs to be watched by itself.
  #state = $state.raw<State>(START);
  readonly #client: Client;
  readonly #host: Host;
  #asking = false;
  #stop: (() => void) | undefined;

  constructor(host: Host, client: Client) {
    this.#host = host;
    this.#client = client;
  }

  get snapshot(): Snapshot | null {
    return this.#state.snapshot;
  }

  get link(): State['link'] {
    return this.#state.link;
  }

  /** Whether what is shown is what is. */
  get current(): boolean {
    return this.#state.link === 'live' && !this.#state.behind;
  }

  start(): void {
    this.#stop ??= this.#host.subscribe((message) => {
      this.#hear(message);
    });
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #hear(message: HostMessage): void {
    this.#state = reduce(this.#state, message);
    if (this.#state.behind) void this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.#state.behind && this.#stop) {
        try {
          const snapshot = await this.#client.call('state/snapshot', {});
          this.#state = reduce(this.#state, { type: 'snapshot', snapshot });
        } catch {
          // The next turn asks again; until then `current` says that this is old.
        }
        if (this.#state.behind) await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
      }
    } finally {
      this.#asking = false;
    }
  }
}

/** Tells agents apart: two hubs may both have an agent of the same id, or none at all. */
export function agentKey(agent: AgentView, connection: string): string {
  return JSON.stringify([connection, agent.id, agent.name]);
}
