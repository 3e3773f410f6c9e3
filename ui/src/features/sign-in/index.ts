// Pairing this computer with a hub, and signing in there again.

export { default as SignInPanel } from './SignInPanel.svelte';
export { SignIn } from './store.svelte';
