// Short messages that pass by themselves, unless somebody reads them.

import { createContext } from 'svelte';

export interface Toast {
  id: number;
  tone: 'info' | 'danger';
  title: string;
  hint: string | null;
}

const INFO_MS = 5_000;
const DANGER_MS = 12_000;
const MOST = 4;

export class Toasts {
  #list = $state.raw<readonly Toast[]>([]);
  // Nobody draws the timers, so they need not be watched.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- see above
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #last = 0;

  get list(): readonly Toast[] {
    return this.#list;
  }

  show(toast: Omit<Toast, 'id'>): void {
    // The same trouble again is no news: it stays a little longer instead.
    const same = this.#list.find(({ title, hint }) => title === toast.title && hint === toast.hint);
    const id = same?.id ?? ++this.#last;
    if (!same) this.#list = [...this.#list, { ...toast, id }].slice(-MOST);
    this.#expire(id, toast.tone === 'danger' ? DANGER_MS : INFO_MS);
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }

  #expire(id: number, after: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => {
        this.dismiss(id);
      }, after),
    );
  }
}

export const [toasts, provideToasts] = createContext<Toasts>();
