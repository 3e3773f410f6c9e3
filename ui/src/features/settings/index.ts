// What the person sets about this device, and how the page speaks and looks.

export { default as About } from './About.svelte';
export { default as Captures } from './Captures.svelte';
export { default as Commands } from './Commands.svelte';
export { default as Look } from './Look.svelte';
export { default as Place } from './Place.svelte';
export { default as Retention } from './Retention.svelte';
export { Settings } from './store.svelte';
