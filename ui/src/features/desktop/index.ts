// How the app stands on this desktop: its start, its keys, its tray icon, its log.

export { default as Desktop } from './Desktop.svelte';
