// What this computer can do, and what of it is switched on.

import type { Client } from '../../api/client';
import type { ApiFailure } from '../../api/error';
import type { CapabilityState } from '../../api/generated/CapabilityState';
import type { CapabilityView } from '../../api/generated/CapabilityView';
import { attempt, Loaded } from '../../api/loaded.svelte';
import { Trying } from './trying.svelte';

export class Capabilities {
  readonly list: Loaded<readonly CapabilityState[]>;
  readonly trying: Trying;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    this.trying = new Trying(client);
    this.list = new Loaded(async () => (await client.call('capabilities/list', {})).capabilities);
  }

  async set(capability: CapabilityView, on: boolean): Promise<ApiFailure | null> {
    const failure = await attempt(() => this.#client.call('capabilities/set', { capability, on }));
    const known = this.list.value;
    // To look again takes seconds; what was just set is known.
    if (failure === null && known !== null) {
      this.list.put(known.map((one) => (one.capability === capability ? { ...one, on } : one)));
    }
    return failure;
  }
}
