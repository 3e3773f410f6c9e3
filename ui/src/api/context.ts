// What every component may reach: the feed of what is, and the client to change it.

import { createContext } from 'svelte';
import type { Client } from './client';
import type { Feed } from './feed.svelte';

export interface App {
  readonly client: Client;
  readonly feed: Feed;
}

export const [app, provideApp] = createContext<App>();
