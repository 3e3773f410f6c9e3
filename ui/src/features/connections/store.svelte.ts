// What the person changes about a connection.

import type { Client } from '../../api/client';
import type { ApiFailure } from '../../api/error';
import type { ConnectionView } from '../../api/generated/ConnectionView';
import type { Level } from '../../api/generated/Level';
import { attempt } from '../../api/loaded.svelte';

/** The connection to the hub inside this app. */
const OWN = 'this-computer';

export function isOwn({ id }: ConnectionView): boolean {
  return id === OWN;
}

/** One that was named at the start has its address for a name, and stays as it was named. */
export function isKept(connection: ConnectionView): boolean {
  return !isOwn(connection) && connection.id !== connection.address;
}

export class Connections {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async tryNow({ id }: ConnectionView): Promise<ApiFailure | null> {
    return attempt(() => this.#client.call('connections/tryNow', { id }));
  }

  async change(
    { id }: ConnectionView,
    change: { name?: string; ceiling?: Level; paused?: boolean },
  ): Promise<ApiFailure | null> {
    return attempt(() => this.#client.call('connections/change', { id, ...change }));
  }

  async remove({ id }: ConnectionView): Promise<ApiFailure | null> {
    return attempt(() => this.#client.call('connections/remove', { id }));
  }
}
