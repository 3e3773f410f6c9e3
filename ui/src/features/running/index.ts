// What runs right now, each with its Stop.

export { default as RunningList } from './RunningList.svelte';
