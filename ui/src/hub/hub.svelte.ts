// The hub as one person sees it. Keys and passwords pass through and are not kept.

import { createContext } from 'svelte';
import type { ApiFailure } from '../api/error';
import { attempt, Loaded } from '../api/loaded.svelte';
import { at, type HubClient } from './client';
import { known, newest, type Asked, type Known } from './fold';
import { Oversight } from './oversight';
import type {
  Agent,
  AuditLine,
  Device,
  Key,
  Level,
  LevelChange,
  Me,
  Person,
  Role,
  Secret,
  Session,
  Verified,
} from './shapes';

const LINES_OF_EACH = 100;

export interface AgentChange {
  maturity?: Level;
  reason?: string;
  commands_per_minute?: number;
  paused?: boolean;
}

export interface PersonChange {
  disabled?: boolean;
  role?: Role;
  password?: string;
}

export class Hub {
  readonly me: Loaded<Me>;
  readonly agents: Loaded<Agent[]>;
  readonly devices: Loaded<Known[]>;
  readonly people: Loaded<Person[]>;
  readonly sessions: Loaded<Session[]>;
  readonly asked: Loaded<Asked[]>;
  readonly oversight: Oversight;
  readonly #client: HubClient;

  constructor(client: HubClient) {
    this.#client = client;
    this.oversight = new Oversight(client);
    const get = <T>(path: string) => client.call<T>('GET', path);
    this.me = new Loaded(() => get('/api/auth/me'));
    this.agents = new Loaded(() => get('/api/agents'));
    this.people = new Loaded(() => get('/api/accounts'));
    this.sessions = new Loaded(() => get('/api/auth/sessions'));
    this.devices = new Loaded(async () => {
      const [devices, sessions] = await Promise.all([
        get<Device[]>('/api/devices'),
        get<Session[]>('/api/auth/sessions'),
      ]);
      return known(devices, sessions);
    });
    this.asked = new Loaded(async () => {
      const devices = await get<Device[]>('/api/devices');
      const lines = await Promise.all(
        devices.map(async ({ id, name }) => {
          const path = `/api/devices${at(id)}/audit?limit=${LINES_OF_EACH}`;
          return (await get<AuditLine[]>(path)).map((line) => ({ ...line, device: name }));
        }),
      );
      return newest(lines.flat());
    });
  }

  /** Throws a `HubFailure`; gives the key. */
  async addAgent(name: string, maturity: Level): Promise<string> {
    const { key } = await this.#client.call<{ key: string }>('POST', '/api/agents', {
      name,
      maturity,
    });
    // The key is there whatever becomes of the list.
    await this.agents.load();
    return key;
  }

  async changeAgent({ id }: Agent, change: AgentChange): Promise<ApiFailure | null> {
    return this.#change('PATCH', `/api/agents${at(id)}`, change, this.agents);
  }

  async removeAgent({ id }: Agent): Promise<ApiFailure | null> {
    return this.#change('DELETE', `/api/agents${at(id)}`, undefined, this.agents);
  }

  async history({ id }: Agent): Promise<LevelChange[]> {
    return this.#client.call('GET', `/api/agents${at(id)}/history`);
  }

  async keys({ id }: Agent): Promise<Key[]> {
    return this.#client.call('GET', `/api/agents${at(id)}/keys`);
  }

  /** Throws a `HubFailure`; gives the key. */
  async addKey({ id }: Agent, label: string): Promise<string> {
    const path = `/api/agents${at(id)}/keys`;
    return (await this.#client.call<{ key: string }>('POST', path, { label })).key;
  }

  async endKey({ id }: Agent, key: string): Promise<ApiFailure | null> {
    return this.#change('DELETE', `/api/agents${at(id)}/keys${at(key)}`);
  }

  async endSession(session: string): Promise<ApiFailure | null> {
    const failure = await this.#change('DELETE', `/api/auth/sessions${at(session)}`);
    await Promise.all([this.sessions.again(), this.devices.again()]);
    return failure;
  }

  /** Throws a `HubFailure`. */
  async addPerson(person: {
    email: string;
    name: string;
    password: string;
    role: Role;
  }): Promise<void> {
    await this.#client.call('POST', '/api/accounts', person);
    await this.people.load();
  }

  async changePerson({ id }: Person, change: PersonChange): Promise<ApiFailure | null> {
    return this.#change('PATCH', `/api/accounts${at(id)}`, change, this.people);
  }

  /** Throws a `HubFailure`. */
  async changePassword(current: string, next: string, code: string): Promise<void> {
    await this.#client.prove('POST', '/api/auth/password', {
      current_password: current,
      new_password: next,
      totp_code: code === '' ? null : code,
    });
    await this.sessions.again();
  }

  /** Throws a `HubFailure`. */
  async beginSecondFactor(): Promise<Secret> {
    return this.#client.call('POST', '/api/auth/totp');
  }

  /** Throws a `HubFailure`. */
  async confirmSecondFactor(secret: string, code: string): Promise<void> {
    await this.#client.call('POST', '/api/auth/totp/confirm', { secret, code });
    await this.me.load();
  }

  /** Throws a `HubFailure`. */
  async endSecondFactor(password: string, code: string): Promise<void> {
    await this.#client.prove('DELETE', '/api/auth/totp', { password, code });
    await this.me.load();
  }

  /** Throws a `HubFailure`. */
  async verify(): Promise<Verified> {
    return this.#client.call('GET', '/api/audit/verify');
  }

  async #change(
    method: 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    list?: Loaded<unknown>,
  ): Promise<ApiFailure | null> {
    const failure = await attempt(() => this.#client.call(method, path, body));
    await list?.load();
    return failure;
  }
}

export const [hub, provideHub] = createContext<Hub>();
