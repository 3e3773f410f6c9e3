// Asking a person well: the card that shows a request, and the lists of those that wait.

export { default as Capture } from './Capture.svelte';
export { companions, groupByAgent, type Group } from './groups';
export { default as RequestCard } from './RequestCard.svelte';
export { default as RequestList } from './RequestList.svelte';
export { safe } from './safe';
export { Requests } from './store.svelte';
export { default as Waiting } from './Waiting.svelte';
export { wantsTo } from './text';
export { warm } from './warm';
