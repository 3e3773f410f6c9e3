// Pairing with a hub, step by step: where it is, what it is, and who the person is there.

import type { Client } from '../../api/client';
import { toApiFailure, type ApiFailure } from '../../api/error';
import type { ConnectionView } from '../../api/generated/ConnectionView';
import type { DialectView } from '../../api/generated/DialectView';
import type { Level } from '../../api/generated/Level';
import type { NeedView } from '../../api/generated/NeedView';
import type { SignInResponse } from '../../api/generated/SignInResponse';
import type { StepView } from '../../api/generated/StepView';
import type { WayView } from '../../api/generated/WayView';
import { attempt } from '../../api/loaded.svelte';

/** This program's own hubs speak it. */
const OWN_KIND = 'atom';

export class SignIn {
  address = $state('');
  name = $state('');
  ceiling = $state<Level>('intern');
  /** The person accepts that the token crosses a network in the clear. */
  unencrypted = $state(false);
  /** The connection to sign in again for; a new one where there is none. */
  readonly again: ConnectionView | null;
  #dialect = $state<string | null>(null);
  #way = $state<WayView | null>(null);
  #dialects = $state.raw<readonly DialectView[] | null>(null);
  #detected = $state<string | null>(null);
  /** The address that is not encrypted. */
  #exposed = $state<string | null>(null);
  #step = $state.raw<StepView | null>(null);
  #busy = $state(false);
  #failure = $state.raw<ApiFailure | null>(null);
  #ticket: string | null = null;
  #over = false;
  readonly #client: Client;

  constructor(client: Client, again: ConnectionView | null = null) {
    this.#client = client;
    this.again = again;
    if (again) this.address = again.address;
  }

  get dialects(): readonly DialectView[] | null {
    return this.#dialects;
  }

  get dialect(): DialectView | null {
    return this.#dialects?.find(({ id }) => id === this.#dialect) ?? null;
  }

  /** The way that was chosen, or the best one. */
  get way(): WayView | null {
    const ways = this.dialect?.ways ?? [];
    return ways.find((way) => way === this.#way) ?? ways[0] ?? null;
  }

  get step(): StepView | null {
    return this.#step;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** The token would cross a network in the clear, as the app said of this address. */
  get exposed(): boolean {
    return this.#exposed !== null && this.#exposed === this.address.trim();
  }

  /** The kind of hub that the address speaks for, where it does. */
  get detected(): DialectView | null {
    return this.#dialects?.find(({ id }) => id === this.#detected) ?? null;
  }

  /** 1: where; 2: what and how; 3: who. */
  get stage(): 1 | 2 | 3 {
    if (this.#step !== null) return 3;
    return this.#dialects === null ? 1 : 2;
  }

  choose(dialect: string): void {
    this.#dialect = dialect;
    this.#way = null;
  }

  chooseWay(way: WayView): void {
    this.#way = way;
  }

  /** One step back; what was typed stays. */
  back(): void {
    this.#failure = null;
    if (this.#step === null) this.#dialects = null;
    this.#step = null;
    this.#cancel();
  }

  /** Asks what there may be at the address. */
  async offer(): Promise<void> {
    const address = this.address.trim();
    const accepted = this.exposed && this.unencrypted;
    await this.#ask(async () => {
      const asked = { address, ...(accepted ? { unencrypted: true } : {}) };
      const { dialects, detected, exposed } = await this.#client.call('connections/offer', asked);
      this.#exposed = exposed ? address : null;
      this.#dialects = dialects;
      this.#detected = detected;
      // What the address says is the better guess, until the person chooses.
      const usual = [detected, OWN_KIND].find((kind) => dialects.some(({ id }) => id === kind));
      this.#dialect ??= usual ?? dialects[0]?.id ?? null;
    });
    if (this.#failure?.code === 'unencrypted') {
      this.#exposed = address;
      this.#failure = null;
    }
  }

  async begin(): Promise<void> {
    const { dialect, way, again } = this;
    if (dialect === null) return;
    const name = this.name.trim();
    await this.#ask(async () => {
      await this.#took(
        await this.#client.call('connections/signIn', {
          address: this.address,
          dialect: dialect.id,
          ...(way === null ? {} : { way }),
          ...(this.exposed ? { settings: { unencrypted: this.unencrypted } } : {}),
          ...(again
            ? { connection: again.id }
            : { ceiling: this.ceiling, ...(name === '' ? {} : { name }) }),
        }),
      );
    });
  }

  /** Goes on with what the person gave. */
  async go(given: { [need in NeedView]?: string } = {}): Promise<void> {
    const ticket = this.#ticket;
    if (ticket === null) return;
    await this.#ask(async () => {
      await this.#took(await this.#client.call('connections/signInStep', { ticket, given }));
    });
  }

  /** Nobody looks any more: what still comes is not shown, and the app need not wait for it. */
  close(): void {
    this.#over = true;
    this.#cancel();
  }

  #cancel(): void {
    const ticket = this.#ticket;
    this.#ticket = null;
    if (ticket !== null) void this.#end(ticket);
  }

  async #end(ticket: string): Promise<void> {
    // One that is over already is as good as ended.
    await attempt(() => this.#client.call('connections/signInCancel', { ticket }));
  }

  async #took({ ticket, step }: SignInResponse): Promise<void> {
    if (this.#over) {
      if (step.type !== 'done') await this.#end(ticket);
      return;
    }
    this.#ticket = step.type === 'done' ? null : ticket;
    this.#step = step;
    // The next step waits until the person has answered on the hub's page.
    if (step.type === 'show') {
      const next = await this.#client.call('connections/signInStep', { ticket, given: {} });
      if (this.#ticket === ticket) await this.#took(next);
    }
  }

  async #ask(asking: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#failure = null;
    try {
      await asking();
    } catch (cause) {
      if (!this.#over) this.#failure = toApiFailure(cause);
    } finally {
      this.#busy = false;
    }
  }
}
