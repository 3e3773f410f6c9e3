// The time, for components that show it; it ticks only while one of them looks.

import { createSubscriber } from 'svelte/reactivity';

export class Clock {
  readonly #watch: () => void;
  readonly #now: () => number;

  constructor(everyMs: number, now: () => number = Date.now) {
    this.#now = now;
    this.#watch = createSubscriber((update) => {
      const timer = setInterval(update, everyMs);
      return () => {
        clearInterval(timer);
      };
    });
  }

  get now(): number {
    this.#watch();
    return this.#now();
  }
}
