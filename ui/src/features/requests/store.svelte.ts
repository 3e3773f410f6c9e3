// Answers to requests, on their way.

import { SvelteSet } from 'svelte/reactivity';
import type { Client } from '../../api/client';
import { attempt } from '../../api/loaded.svelte';
import { toApiFailure, type ApiFailure } from '../../api/error';
import type { Decision } from '../../api/generated/Decision';
import type { RequestView } from '../../api/generated/RequestView';
import type { ReviewView } from '../../api/generated/ReviewView';
import { fetchCapture, type Fetching } from './capture';
import type { Kept } from './cut';
import { safe } from './safe';

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
  async answer(request: RequestView, decision: Decision): Promise<Answered> {
    const { id, digest } = request;
    return this.#once(request, () =>
      this.#client.call('requests/answer', { id, digest, decision }),
    );
  }

  /** Allows exactly what was shown, and stores the rule that was shown with it. */
  async allowAlways(request: RequestView, rule: unknown): Promise<Answered> {
    const { id, digest } = request;
    return this.#once(request, () =>
      this.#client.call('requests/allowAlways', { id, digest, rule }),
    );
  }

  async #once({ digest }: RequestView, call: () => Promise<unknown>): Promise<Answered> {
    if (this.#answering.has(digest)) return null;
    this.#answering.add(digest);
    try {
      await call();
      return null;
    } catch (cause) {
      return toApiFailure(cause);
    } finally {
      this.#answering.delete(digest);
    }
  }

  /** What was captured, whole. Throws an `ApiFailure`. */
  async capture(review: ReviewView, fetching: Fetching): Promise<Blob> {
    return fetchCapture(this.#client, review, fetching);
  }

  /** Keeps only this part of what was recorded. What is asked is another request then. */
  async cut({ review }: RequestView, { from, to }: Kept): Promise<Answered> {
    if (review === null) return null;
    const params = { id: review.artifact, from, to };
    return attempt(() => this.#client.call('artifacts/trim', params));
  }

  /** A harmless request to oneself, for a notification of these words. */
  async practise(title: string, body: string): Promise<Answered> {
    return attempt(() => this.#client.call('requests/practice', { title, body }));
  }

  /** Denies all of one agent's; those it has at another hub, and later ones, are not meant. */
  async denyAll(requests: readonly RequestView[]): Promise<Answered> {
    const answers = await Promise.all(
      requests.map((request) => this.answer(request, safe(request))),
    );
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
