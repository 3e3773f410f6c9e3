// How the app stands on this desktop: its start, its keys, its tray icon, its log, its newer versions.

export { default as Desktop } from './Desktop.svelte';
