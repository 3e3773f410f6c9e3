// The agents that were met: how far each is trusted here, and what would happen with what it asks.

export { default as AgentHead } from './AgentHead.svelte';
export { default as AgentList } from './AgentList.svelte';
export { default as Explain } from './Explain.svelte';
export { default as History } from './History.svelte';
export { default as Ladder } from './Ladder.svelte';
export { Agents, keyOf } from './store.svelte';
