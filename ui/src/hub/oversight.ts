// What agents want or do of their own accord, and what their person says to it.

import { Loaded } from '../api/loaded.svelte';
import { at, type HubClient } from './client';
import { together, type Overview } from './fold';
import type { Decided, Intervention, Moved, Proposal, Supervised, Training } from './shapes';

const PROPOSALS = '/api/maturity/proposals';
const TRAININGS = '/api/maturity/training';
const SESSIONS = '/api/supervision/sessions';

/** Each change throws a `HubFailure` where it is refused. */
export class Oversight {
  readonly all: Loaded<Overview>;
  readonly #client: HubClient;

  constructor(client: HubClient) {
    this.#client = client;
    const get = <T>(path: string) => client.call<T>('GET', path);
    this.all = new Loaded(async () => {
      const [proposals, trainings, sessions, active] = await Promise.all([
        get<Proposal[]>(`${PROPOSALS}?status_filter=pending_approval&limit=100`),
        get<{ proposals: Training[] }>(`${TRAININGS}/proposals?limit=100`),
        get<Supervised[]>(`${SESSIONS}?limit=100`),
        get<Supervised[]>(`${SESSIONS}/active`),
      ]);
      return {
        proposals,
        trainings: trainings.proposals,
        sessions: together(sessions, active),
      };
    });
  }

  /** What happens at the hub; who hears it looks on. */
  events(signal: AbortSignal): AsyncIterable<string> {
    return this.#client.events(signal);
  }

  /** Comes back when what was approved is done, or came to nothing. */
  async approve({ id }: Proposal): Promise<Decided> {
    return this.#post(`${PROPOSALS}${at(id)}/approve`, { approve: true });
  }

  async reject({ id }: Proposal, reason: string): Promise<void> {
    await this.#post(`${PROPOSALS}${at(id)}/reject`, { reason });
  }

  async beginTraining({ id }: Training): Promise<void> {
    await this.#post(`${TRAININGS}/proposals${at(id)}/approve`, { approve: true });
  }

  async refuseTraining({ id }: Training, reason: string): Promise<void> {
    await this.#post(`${TRAININGS}/proposals${at(id)}/reject`, { reason });
  }

  /** With a score from 0 to 1. */
  async endTraining(
    { id }: Training,
    outcome: {
      performance_score: number;
      supervisor_feedback: string;
      capabilities_developed: string[];
      capability_gaps_remaining: string[];
    },
  ): Promise<Moved> {
    return this.#post(`${TRAININGS}/sessions${at(id)}/complete`, outcome);
  }

  async stepIn({ session_id }: Supervised, how: Intervention, guidance: string): Promise<void> {
    const body = { intervention_type: how, guidance };
    await this.#post(`${SESSIONS}${at(session_id)}/intervene`, body);
  }

  async rate({ session_id }: Supervised, stars: number, feedback: string): Promise<Moved> {
    const said = new URLSearchParams({ supervisor_rating: String(stars), feedback });
    return this.#post(`${SESSIONS}${at(session_id)}/complete?${said}`);
  }

  async #post<T>(path: string, body?: unknown): Promise<T> {
    return this.#client.call('POST', path, body);
  }
}
