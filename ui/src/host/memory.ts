// What a page keeps for itself: how it looks and speaks. Nothing that a judgement hangs on.

/** Small things by name, as long as the place the page runs in remembers them. */
export interface Memory {
  read(name: string): string | null;
  /** Null forgets it. */
  write(name: string, value: string | null): void;
  /** Calls back when another window wrote. Returns how to stop. */
  watch(changed: () => void): () => void;
}

const PREFIX = 'chaperone.';

/** A browser may refuse to remember anything: then nothing is remembered, and all else works. */
export function browserMemory(): Memory {
  return {
    read(name) {
      try {
        return localStorage.getItem(PREFIX + name);
      } catch {
        return null;
      }
    },
    write(name, value) {
      try {
        if (value === null) localStorage.removeItem(PREFIX + name);
        else localStorage.setItem(PREFIX + name, value);
      } catch {
        // It holds until the page is closed.
      }
    },
    watch(changed) {
      const heard = ({ key }: StorageEvent) => {
        if (key === null || key.startsWith(PREFIX)) changed();
      };
      addEventListener('storage', heard);
      return () => {
        removeEventListener('storage', heard);
      };
    },
  };
}

/** Remembers as long as the page lives. */
export function briefMemory(kept: Record<string, string> = {}): Memory {
  const known = new Map(Object.entries(kept));
  return {
    read: (name) => known.get(name) ?? null,
    write(name, value) {
      if (value === null) known.delete(name);
      else known.set(name, value);
    },
    watch: () => () => undefined,
  };
}
