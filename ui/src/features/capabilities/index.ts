// What this computer can do for agents, with a switch for each.

export { default as CapabilityList } from './CapabilityList.svelte';
export { Capabilities } from './store.svelte';
