// What the person sets about this device.

import type { Client } from '../../api/client';
import type { ApiFailure } from '../../api/error';
import type { CapabilityView } from '../../api/generated/CapabilityView';
import type { Level } from '../../api/generated/Level';
import type { SetSettingsParams } from '../../api/generated/SetSettingsParams';
import type { SettingsView } from '../../api/generated/SettingsView';
import type { VerdictView } from '../../api/generated/VerdictView';
import { attempt, Loaded } from '../../api/loaded.svelte';

export class Settings {
  readonly now: Loaded<SettingsView>;
  #saving = $state(false);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    this.now = new Loaded(() => client.call('settings/get', {}));
  }

  get saving(): boolean {
    return this.#saving;
  }

  async set(change: SetSettingsParams): Promise<ApiFailure | null> {
    return this.#save(async () => {
      this.now.put(await this.#client.call('settings/set', change));
    });
  }

  /** One cell of the table; the whole of it comes with the stream. */
  async setStanding(
    capability: CapabilityView,
    level: Level,
    verdict: VerdictView,
  ): Promise<ApiFailure | null> {
    return this.#save(() => this.#client.call('standing/set', { capability, level, verdict }));
  }

  /** The record's head, signed. Throws an `ApiFailure`. */
  async checkpoint(): Promise<string> {
    return (await this.#client.call('record/checkpoint', {})).checkpoint;
  }

  async #save(save: () => Promise<unknown>): Promise<ApiFailure | null> {
    this.#saving = true;
    try {
      return await attempt(save);
    } finally {
      this.#saving = false;
    }
  }
}
