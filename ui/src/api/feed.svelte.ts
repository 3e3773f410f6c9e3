// Keeps a face up to date: hears the host, folds, and asks again when something was missed.

import type { Host, HostMessage } from '../host/host';
import type { Client } from './client';
import type { AgentView } from './generated/AgentView';
import type { RevisionsView } from './generated/RevisionsView';
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
  readonly #watchers: { what: keyof RevisionsView; then: () => void }[] = [];

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

  /** Calls when that is no longer what it was, whoever changed it; not for what it is at first. */
  whenever(what: keyof RevisionsView, then: () => void): void {
    this.#watchers.push({ what, then });
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
    this.#state = this.#taken(message);
    if (this.#state.behind) void this.#catchUp();
  }

  #taken(message: HostMessage): State {
    const was = this.#state.snapshot?.revisions;
    const next = reduce(this.#state, message);
    const is = next.snapshot?.revisions;
    if (was !== undefined && is !== undefined && was !== is) {
      for (const { what, then } of this.#watchers) if (was[what] !== is[what]) then();
    }
    return next;
  }

  async #catchUp(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.#state.behind && this.#stop) {
        try {
          const snapshot = await this.#client.call('state/snapshot', {});
          this.#state = this.#taken({ type: 'snapshot', snapshot });
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
