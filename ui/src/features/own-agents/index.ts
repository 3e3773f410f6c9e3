// The agents of the hub inside this app: made here, with keys that are shown once.

export { default as CreateAgent } from './CreateAgent.svelte';
export { default as Keys } from './Keys.svelte';
export { default as NewKey } from './NewKey.svelte';
export { default as OwnAgentList } from './OwnAgentList.svelte';
export { OwnAgents, type MadeKey } from './store.svelte';
