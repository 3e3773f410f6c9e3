// The beginning of the hub's own pages.

import '../kit/base.css';
import { mount } from 'svelte';
import { speakAsTheBrowser } from '../i18n/hub';
import App from './App.svelte';

await speakAsTheBrowser();
const page = location.pathname.endsWith('/pair') ? 'pair' : 'admin';
mount(App, { target: document.body, props: { page } });
