// Stopping everything, and the person's lifting of it.

export { default as PauseButton } from './PauseButton.svelte';
export { default as PausedBanner } from './PausedBanner.svelte';
export { Pause } from './store.svelte';
