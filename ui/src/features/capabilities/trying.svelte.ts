// What the person tries: on its way, and what came of it. It stays while another view is open.

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Client } from '../../api/client';
import { toApiFailure, type ApiFailure } from '../../api/error';
import type { TrialView } from '../../api/generated/TrialView';
import type { TryResponse } from '../../api/generated/TryResponse';
import { attempt } from '../../api/loaded.svelte';
import { params } from './trials';

export type Attempt =
  | { readonly state: 'going' }
  | { readonly state: 'over'; readonly came: TryResponse }
  | { readonly state: 'failed'; readonly failure: ApiFailure };

export class Trying {
  readonly #attempts = new SvelteMap<TrialView, Attempt>();
  readonly #stopped = new SvelteSet<TrialView>();
  /** How often what was captured was deleted here. */
  #deleted = $state(0);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  get deleted(): number {
    return this.#deleted;
  }

  of(trial: TrialView): Attempt | null {
    return this.#attempts.get(trial) ?? null;
  }

  /** Tries it; what an earlier attempt brought goes. */
  async begin(trial: TrialView): Promise<void> {
    if (this.of(trial)?.state === 'going') return;
    const old = this.of(trial);
    this.#attempts.set(trial, { state: 'going' });
    this.#stopped.delete(trial);
    await this.#remove(old);
    if (this.#stopped.has(trial)) {
      this.#attempts.delete(trial);
      return;
    }
    try {
      const came = await this.#client.call('capabilities/try', params(trial));
      this.#attempts.set(trial, { state: 'over', came });
    } catch (cause) {
      this.#attempts.set(trial, { state: 'failed', failure: toApiFailure(cause) });
    }
  }

  async stop(trial: TrialView): Promise<ApiFailure | null> {
    this.#stopped.add(trial);
    const failure = await attempt(() => this.#client.call('capabilities/tryCancel', { trial }));
    // What is over by itself meanwhile need not be stopped.
    return failure?.code === 'gone' ? null : failure;
  }

  /** Puts it out of sight, and deletes what was captured. */
  async forget(trial: TrialView): Promise<ApiFailure | null> {
    const failure = await this.#remove(this.of(trial));
    if (failure === null) this.#attempts.delete(trial);
    return failure;
  }

  async #remove(old: Attempt | null): Promise<ApiFailure | null> {
    if (old?.state !== 'over' || old.came.type !== 'captured') return null;
    const id = old.came.capture.artifact;
    const failure = await attempt(() => this.#client.call('artifacts/delete', { id }));
    this.#deleted += 1;
    return failure?.code === 'gone' ? null : failure;
  }
}
