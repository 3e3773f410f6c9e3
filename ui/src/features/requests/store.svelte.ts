// Answers to requests, on their way.

import { SvelteSet } from 'svelte/reactivity';
import type { Client } from '../../api/client';
import { toApiFailure, type ApiFailure } from '../../api/error';
import type { Decision } from '../../api/generated/Decision';
import type { RequestView } from '../../api/generated/RequestView';

/** What came of an answer: nothing to say, or what went wrong. */
export type Answered = ApiFailure | null;

export class Requests {
  readonly #client: Client;
  readonly #answering = new SvelteSet<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  isAnswering(request: RequestView): boolean {
    return this.#answering.has(request.digest);
  }

  /** Answers exactly what was shown: the digest is that of the request that was drawn. */
  async answer({ id, digest }: RequestView, decision: Decision): Promise<Answered> {
    if (this.#answering.has(digest)) return null;
    this.#answering.add(digest);
    try {
      await this.#client.call('requests/answer', { id, digest, decision });
      return null;
    } catch (cause) {
      return toApiFailure(cause);
    } finally {
      this.#answering.delete(digest);
    }
  }

  /** Denies all of one agent's; those it has at another hub, and later ones, are not meant. */
  async denyAll(requests: readonly RequestView[]): Promise<Answered> {
    const answers = await Promise.all(requests.map((request) => this.answer(request, 'deny')));
    // One that was over by itself meanwhile is as good as denied.
    return answers.find((failure) => failure !== null && failure.code !== 'gone') ?? null;
  }

  async denyEverything(): Promise<Answered> {
    try {
      await this.#client.call('requests/denyAll', { agent: null });
      return null;
    } catch (cause) {
      return toApiFailure(cause);
    }
  }

  /** Says that a request can be read now. Nothing hangs on it for the person. */
  async shown({ id }: RequestView): Promise<void> {
    await this.#client.call('requests/shown', { id }).catch(() => undefined);
  }
}
