// The first request: an agent of each level, with a line to paste.

export { default as StarterList } from './StarterList.svelte';
export { Starters } from './store.svelte';
