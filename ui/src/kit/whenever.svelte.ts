// Does something at once, and again whenever what was read changes.

import { untrack } from 'svelte';

/** What `then` reads is not watched. Called while a component begins. */
export function whenever(read: () => unknown, then: () => void): void {
  $effect(() => {
    read();
    untrack(then);
  });
}
