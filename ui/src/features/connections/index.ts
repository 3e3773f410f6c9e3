// How each connection fares.

export { default as ConnectionList } from './ConnectionList.svelte';
export { summary } from './text';
