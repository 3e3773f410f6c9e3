// The pictures and recordings that are kept on this computer.

export { default as KeptList } from './KeptList.svelte';
export { Captures } from './store.svelte';
