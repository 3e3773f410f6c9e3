// The indicator's beginning. It is in a hurry: a capture waits for its sight.

import './kit/base.css';
import { mount } from 'svelte';
import { indicatorHost } from './host/indicator';
import { browserMemory } from './host/memory';
import IndicatorWindow from './IndicatorWindow.svelte';
import { Preferences } from './preferences.svelte';

await new Preferences(browserMemory()).start();
mount(IndicatorWindow, { target: document.body, props: { host: indicatorHost() } });
