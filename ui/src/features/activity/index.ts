// What happened: the timeline from the record, and the record's proof.

export { default as ActivityLine } from './ActivityLine.svelte';
export { default as Timeline } from './Timeline.svelte';
export { Activity } from './store.svelte';
export { default as Verify } from './Verify.svelte';
