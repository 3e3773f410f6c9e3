// The table of what agents can do.

export { default as StandingTable } from './StandingTable.svelte';
