// The first run, in three steps.

export { default as Welcome } from './Welcome.svelte';
