// Which view is open, kept in the address so that a reload, a link and the back button agree.

export const VIEWS = [
  'now',
  'requests',
  'activity',
  'agents',
  'connections',
  'capabilities',
  'settings',
] as const;
export type View = (typeof VIEWS)[number];

function fromHash(hash: string): View {
  return VIEWS.find((view) => `#${view}` === hash) ?? 'now';
}

export class Navigation {
  #view = $state<View>('now');
  /** The request that the person asked to see. */
  #request = $state<string | null>(null);

  constructor() {
    this.#view = fromHash(location.hash);
    addEventListener('hashchange', () => {
      this.#view = fromHash(location.hash);
    });
  }

  /** An address that a link asks the person to look at. */
  pairing = $state<string | null>(null);

  get view(): View {
    return this.#view;
  }

  get request(): string | null {
    return this.#request;
  }

  open(view: View): void {
    this.#view = view;
    location.hash = view;
  }

  pair(address: string): void {
    this.pairing = address;
    this.open('connections');
  }

  review(request: string): void {
    this.#request = request;
    this.open('requests');
  }
}
