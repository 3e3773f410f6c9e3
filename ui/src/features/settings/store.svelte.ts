// What the person sets about this device.

import type { Client } from '../../api/client';
import type { ApiFailure } from '../../api/error';
import type { DevicesResponse } from '../../api/generated/DevicesResponse';
import type { SetSettingsParams } from '../../api/generated/SetSettingsParams';
import type { SetStandingParams } from '../../api/generated/SetStandingParams';
import type { SettingsView } from '../../api/generated/SettingsView';
import { attempt, Loaded } from '../../api/loaded.svelte';

export class Settings {
  readonly now: Loaded<SettingsView>;
  /** The cameras and displays there are. */
  readonly devices: Loaded<DevicesResponse>;
  #saving = $state(false);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    this.now = new Loaded(() => client.call('settings/get', {}));
    this.devices = new Loaded(() => client.call('capabilities/devices', {}));
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
  async setStanding(change: SetStandingParams): Promise<ApiFailure | null> {
    return this.#save(() => this.#client.call('standing/set', change));
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
