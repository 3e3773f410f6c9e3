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

  review(request: string): void {
    this.#request = request;
    this.open('requests');
  }
}
