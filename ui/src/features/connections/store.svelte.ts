// What the person changes about a connection.

import type { Client } from '../../api/client';
import type { ApiFailure } from '../../api/error';
import type { ChangeConnectionParams } from '../../api/generated/ChangeConnectionParams';
import type { ConnectionDetails } from '../../api/generated/ConnectionDetails';
import type { ConnectionView } from '../../api/generated/ConnectionView';
import type { HubSwitchView } from '../../api/generated/HubSwitchView';
import { attempt } from '../../api/loaded.svelte';

/** The connection to the hub inside this app. */
export const OWN = 'this-computer';

export function isOwn({ id }: ConnectionView): boolean {
  return id === OWN;
}

/** This computer's own hub, and those named at the start, stay as they are. */
export function isKept({ changeable }: ConnectionView): boolean {
  return changeable !== null;
}

export class Connections {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Everything there is to know of it. Throws an `ApiFailure`. */
  async get({ id }: ConnectionView): Promise<ConnectionDetails> {
    return this.#client.call('connections/get', { id });
  }

  async tryNow({ id }: ConnectionView): Promise<ApiFailure | null> {
    return attempt(() => this.#client.call('connections/tryNow', { id }));
  }

  async change(
    { id }: ConnectionView,
    change: Omit<ChangeConnectionParams, 'id'>,
  ): Promise<ApiFailure | null> {
    return attempt(() => this.#client.call('connections/change', { id, ...change }));
  }

  /** Asks the hub; whether it does so is told by the hub. */
  async switch(
    { id }: ConnectionView,
    { name }: HubSwitchView,
    on: boolean,
  ): Promise<ApiFailure | null> {
    return attempt(() => this.#client.call('connections/switch', { id, name, on }));
  }

  async remove({ id }: ConnectionView): Promise<ApiFailure | null> {
    return attempt(() => this.#client.call('connections/remove', { id }));
  }
}
