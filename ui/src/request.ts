// The request window's beginning: as little as possible stands between a request and its sight.

import './kit/base.css';
import { mount } from 'svelte';
import { Client } from './api/client';
import { Feed } from './api/feed.svelte';
import { Requests } from './features/requests';
import { chooseHost } from './host/choose';
import { Preferences } from './preferences.svelte';
import RequestWindow from './RequestWindow.svelte';

const host = await chooseHost();
await new Preferences(host.memory).start();
const client = new Client(host);
const feed = new Feed(host, client);
feed.start();
mount(RequestWindow, {
  target: document.body,
  props: { feed, requests: new Requests(client), frame: host.window, cuts: host.cuts },
});
