// How each connection fares, and what the person changes about it.

export { default as ConnectionCard } from './ConnectionCard.svelte';
export { default as ConnectionList } from './ConnectionList.svelte';
export { Connections, isOwn, OWN } from './store.svelte';
export { summary } from './text';
