// The hub's REST paths, called by the person who is signed in. The access token lives in the page's
// memory; what renews it is kept where it was told to.

import { refused, unreachable } from './failure';
import { kinds, spoken } from './stream';

/** Where the refresh token is kept. */
export interface Keep {
  read(): string | null;
  /** Null forgets it. */
  write(token: string | null): void;
}

/** Until the tab is closed: a reload does not sign anybody out. */
export function tabKeep(): Keep {
  const NAME = 'chaperone.hub';
  return {
    read() {
      try {
        return sessionStorage.getItem(NAME);
      } catch {
        return null;
      }
    },
    write(token) {
      try {
        if (token === null) sessionStorage.removeItem(NAME);
        else sessionStorage.setItem(NAME, token);
      } catch {
        // A browser may refuse to keep anything: then a reload signs out.
      }
    },
  };
}

/** As long as the page. */
export function briefKeep(): Keep {
  let kept: string | null = null;
  return {
    read: () => kept,
    write(token) {
      kept = token;
    },
  };
}

export interface Login {
  username: string;
  password: string;
  totp_code: string | null;
  /** What the session is to be called. */
  device_name: string;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The parts of a path that came from elsewhere. */
export function at(...parts: string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}

interface Tokens {
  access_token: string;
  refresh_token: string;
}

export class HubClient {
  #access: string | null = null;
  #renewing: Promise<boolean> | null = null;
  readonly #keep: Keep;
  /** Called once nobody is signed in any more without having asked for it. */
  onout: () => void = () => undefined;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  /** Whether that was all; else a code of the second factor is wanted too. */
  async signIn(login: Login): Promise<boolean> {
    const answer = await this.#sent('POST', '/api/auth/login', login, null);
    if (!answer.ok) throw await refused(answer);
    const given = (await answer.json()) as Tokens | { two_factor_required: true };
    if ('two_factor_required' in given) return false;
    this.#take(given);
    return true;
  }

  /** Whether somebody is still signed in from before. */
  async resume(): Promise<boolean> {
    return this.#keep.read() !== null && (await this.#renew());
  }

  /** Nothing is left of the session, here or, where it answers, at the hub. */
  async signOut(): Promise<void> {
    const access = this.#access;
    this.#forget();
    await this.#sent('POST', '/api/auth/logout', undefined, access).catch(() => undefined);
  }

  /** Throws a `HubFailure`. */
  async call<T>(method: Method, path: string, body?: unknown): Promise<T> {
    return this.#read<T>(await this.#asked(method, path, body));
  }

  /**
   * The kinds of what happens, as it happens, until the hub or the signal ends it. Throws a
   * `HubFailure`.
   */
  async *events(signal: AbortSignal): AsyncGenerator<string> {
    const hearing = new AbortController();
    const end = () => {
      hearing.abort();
    };
    signal.addEventListener('abort', end, { once: true });
    try {
      const answer = await spoken(this.#asked('GET', '/api/events', undefined, hearing.signal));
      if (!answer.ok) throw await refused(answer);
      if (answer.body !== null) yield* kinds(answer.body);
    } finally {
      // Whoever waits for it no more does not look on either.
      signal.removeEventListener('abort', end);
      end();
    }
  }

  /**
   * The same with a password in the body: a 401 is about that, and is not tried a second time,
   * which would count as one more failure.
   */
  async prove<T>(method: Method, path: string, body: unknown): Promise<T> {
    return this.#read<T>(await this.#sent(method, path, body, this.#access));
  }

  /** Asks as whoever is signed in, and once more where the token had ended. */
  async #asked(
    method: Method,
    path: string,
    body: unknown,
    signal?: AbortSignal,
  ): Promise<Response> {
    const used = this.#access;
    const answer = await this.#sent(method, path, body, used, signal);
    if (answer.status !== 401) return answer;
    // Somebody else's call may have renewed it meanwhile.
    const renewed = this.#access !== used || (await this.#renew());
    if (!renewed) {
      this.onout();
      throw await refused(answer);
    }
    return this.#sent(method, path, body, this.#access, signal);
  }

  /** One at a time, whoever asks: a refresh token is good once. */
  async #renew(): Promise<boolean> {
    this.#renewing ??= this.#renewed().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renewed(): Promise<boolean> {
    const refresh_token = this.#keep.read();
    if (refresh_token === null) return false;
    const answer = await this.#sent('POST', '/api/auth/refresh', { refresh_token }, null);
    if (answer.ok) {
      this.#take((await answer.json()) as Tokens);
      return true;
    }
    // Anything else may pass.
    if (answer.status !== 401) throw await refused(answer);
    this.#forget();
    return false;
  }

  async #read<T>(answer: Response): Promise<T> {
    if (!answer.ok) throw await refused(answer);
    return (await answer.json()) as T;
  }

  #take({ access_token, refresh_token }: Tokens): void {
    this.#access = access_token;
    this.#keep.write(refresh_token);
  }

  #forget(): void {
    this.#access = null;
    this.#keep.write(null);
  }

  async #sent(
    method: Method,
    path: string,
    body: unknown,
    access: string | null,
    signal?: AbortSignal,
  ): Promise<Response> {
    try {
      // Beside the page, wherever a proxy has it.
      return await fetch(`.${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(access !== null && { Authorization: `Bearer ${access}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      });
    } catch {
      throw unreachable();
    }
  }
}
