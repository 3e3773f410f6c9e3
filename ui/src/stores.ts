// What lives as long as the page: made once at its start, handed down from there.

import { Client } from './api/client';
import { Feed } from './api/feed.svelte';
import { Activity } from './features/activity';
import { Agents } from './features/agents';
import { Capabilities } from './features/capabilities';
import { Captures } from './features/captures';
import { Connections } from './features/connections';
import { OwnAgents } from './features/own-agents';
import { Pause } from './features/pause';
import { Requests } from './features/requests';
import { Rules } from './features/rules';
import { Settings } from './features/settings';
import type { Host } from './host/host';
import { Toasts } from './kit/toasts.svelte';
import { Navigation } from './navigation.svelte';
import { Preferences } from './preferences.svelte';

export interface Stores {
  readonly host: Host;
  readonly client: Client;
  readonly feed: Feed;
  readonly toasts: Toasts;
  readonly navigation: Navigation;
  readonly preferences: Preferences;
  readonly requests: Requests;
  readonly activity: Activity;
  readonly agents: Agents;
  readonly ownAgents: OwnAgents;
  readonly rules: Rules;
  readonly connections: Connections;
  readonly capabilities: Capabilities;
  readonly captures: Captures;
  readonly settings: Settings;
  readonly pause: Pause;
}

export function createStores(host: Host): Stores {
  const client = new Client(host);
  const feed = new Feed(host, client);
  const stores = {
    host,
    client,
    feed,
    toasts: new Toasts(),
    navigation: new Navigation(),
    preferences: new Preferences(host.memory),
    requests: new Requests(client),
    activity: new Activity(client),
    agents: new Agents(client),
    ownAgents: new OwnAgents(client),
    rules: new Rules(client),
    connections: new Connections(client),
    capabilities: new Capabilities(client),
    captures: new Captures(client),
    settings: new Settings(client),
    pause: new Pause(client),
  };
  // Another face, or a hub, may have changed what was asked for here.
  feed.whenever('agents', () => {
    void stores.agents.list.again();
    void stores.ownAgents.list.again();
  });
  feed.whenever('rules', () => void stores.rules.list.again());
  feed.whenever('settings', () => void stores.settings.now.again());
  feed.whenever('capabilities', () => void stores.capabilities.list.again());
  return stores;
}
