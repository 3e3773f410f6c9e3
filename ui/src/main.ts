// The panel's beginning.

import './kit/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { chooseHost } from './host/choose';
import { createStores } from './stores';

const stores = createStores(await chooseHost());
await stores.preferences.start();
stores.feed.start();
mount(App, { target: document.body, props: { stores } });
