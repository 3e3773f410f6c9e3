// What lives as long as the page: made once at its start, handed down from there.

import { Client } from './api/client';
import { Feed } from './api/feed.svelte';
import { Activity } from './features/activity';
import { Pause } from './features/pause';
import { Requests } from './features/requests';
import type { Host } from './host/host';
import { Toasts } from './kit/toasts.svelte';
import { Navigation } from './navigation.svelte';

export interface Stores {
  readonly host: Host;
  readonly client: Client;
  readonly feed: Feed;
  readonly toasts: Toasts;
  readonly navigation: Navigation;
  readonly requests: Requests;
  readonly activity: Activity;
  readonly pause: Pause;
}

export function createStores(host: Host): Stores {
  const client = new Client(host);
  return {
    host,
    client,
    feed: new Feed(host, client),
    toasts: new Toasts(),
    navigation: new Navigation(),
    requests: new Requests(client),
    activity: new Activity(client),
    pause: new Pause(client),
  };
}
