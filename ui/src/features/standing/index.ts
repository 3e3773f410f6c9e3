// The table of what agents can do.

export { default as StandingEditor } from './StandingEditor.svelte';
export { default as StandingTable } from './StandingTable.svelte';
export type { CellChange } from './offers';
