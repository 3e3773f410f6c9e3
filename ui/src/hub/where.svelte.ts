// Which part of the administration is open, kept in the address.

import type { Role } from './shapes';

export const PARTS = ['agents', 'supervision', 'devices', 'people', 'account', 'audit'] as const;
export type Part = (typeof PARTS)[number];

/** Other people's accounts are the owners' to look after. */
export function partsOf(role: Role): readonly Part[] {
  return role === 'owner' ? PARTS : PARTS.filter((part) => part !== 'people');
}

function fromHash(hash: string): Part {
  return PARTS.find((part) => `#${part}` === hash) ?? 'agents';
}

export class Where {
  #part = $state<Part>(fromHash(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      this.#part = fromHash(location.hash);
    });
  }

  get part(): Part {
    return this.#part;
  }
}
