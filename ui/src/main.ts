// The panel's beginning.

import './kit/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { chooseHost } from './host/choose';
import { t } from './i18n';
import { createStores } from './stores';

const stores = createStores(await chooseHost());
await stores.preferences.start();
stores.feed.start();
// A link fills in an address, and no more: what becomes of it is for the person to say.
stores.host.desktop?.links((link) => {
  if (link.type === 'pair') stores.navigation.pair(link.address);
  else
    stores.toasts.show({
      tone: 'danger',
      title: t().frame.desktop.linkRefused,
      hint: link.because,
    });
});
document.getElementById('first')?.remove();
mount(App, { target: document.body, props: { stores } });
