import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { briefKeep, HubClient, tabKeep, type Keep } from './client';
import { HubFailure } from './failure';

type Answer = (path: string, init: RequestInit) => Response | Promise<Response>;

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

const OUT = () => json({ code: 'unauthorized', detail: 'no' }, 401);

let asked: { path: string; bearer: string | null; body: unknown }[] = [];

function answering(answer: Answer): void {
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const bearer = new Headers(init.headers).get('authorization');
    asked.push({
      path,
      bearer,
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : null,
    });
    return answer(path, init);
  });
}

const LOGIN = { username: 'a@example.org', password: 'p', totp_code: null, device_name: 'test' };

/** Signed in with `a1`, which is renewed by `r1`. */
async function signedIn(keep: Keep = briefKeep()): Promise<HubClient> {
  const client = new HubClient(keep);
  answering(() => json({ access_token: 'a1', refresh_token: 'r1' }));
  await client.signIn(LOGIN);
  asked = [];
  return client;
}

beforeEach(() => {
  asked = [];
  sessionStorage.clear();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('signing in', () => {
  it('asks for a code where one is wanted, and calls with what it was given', async () => {
    const client = new HubClient(briefKeep());
    answering(() => json({ two_factor_required: true }));
    expect(await client.signIn(LOGIN)).toBe(false);
    answering(() => json({ access_token: 'a1', refresh_token: 'r1' }));
    expect(await client.signIn({ ...LOGIN, totp_code: '123456' })).toBe(true);
    answering(() => json([]));
    await client.call('GET', '/api/agents');
    expect(asked.at(-1)).toEqual({ path: './api/agents', bearer: 'Bearer a1', body: null });
  });

  it('is over when somebody signs out, also where the hub does not answer', async () => {
    const keep = tabKeep();
    const client = await signedIn(keep);
    expect(keep.read()).toBe('r1');
    answering(() => {
      throw new TypeError('no network');
    });
    await client.signOut();
    expect(keep.read()).toBeNull();
    expect(await client.resume()).toBe(false);
  });
});

describe('a token that ended', () => {
  it('is renewed once for all calls that wait, and each is answered', async () => {
    const keep = briefKeep();
    const client = await signedIn(keep);
    answering((path, init) => {
      if (path === './api/auth/refresh') return json({ access_token: 'a2', refresh_token: 'r2' });
      return new Headers(init.headers).get('authorization') === 'Bearer a2' ? json(path) : OUT();
    });
    const answers = await Promise.all([
      client.call('GET', '/api/agents'),
      client.call('GET', '/api/devices'),
      client.call('GET', '/api/auth/me'),
    ]);
    expect(answers).toEqual(['./api/agents', './api/devices', './api/auth/me']);
    const renewals = asked.filter(({ path }) => path === './api/auth/refresh');
    expect(renewals).toEqual([
      { path: './api/auth/refresh', bearer: null, body: { refresh_token: 'r1' } },
    ]);
    expect(keep.read()).toBe('r2');
  });

  it('is renewed for what is heard, too', async () => {
    const client = await signedIn();
    answering((path, init) => {
      if (path === './api/auth/refresh') return json({ access_token: 'a2', refresh_token: 'r2' });
      if (new Headers(init.headers).get('authorization') !== 'Bearer a2') return OUT();
      return new Response('event: ready\ndata: {}\n\nevent: proposal.pending\ndata: {}\n\n');
    });
    const heard = [];
    for await (const kind of client.events(new AbortController().signal)) heard.push(kind);
    expect(heard).toEqual(['ready', 'proposal.pending']);
  });

  it('that cannot be renewed signs out, and says so', async () => {
    const keep = briefKeep();
    const client = await signedIn(keep);
    client.onout = vi.fn();
    answering(OUT);
    await expect(client.call('GET', '/api/agents')).rejects.toThrow('You are signed out.');
    expect(client.onout).toHaveBeenCalledOnce();
    expect(keep.read()).toBeNull();
  });

  it('is kept where the hub only does not answer for a while', async () => {
    const keep = briefKeep();
    const client = await signedIn(keep);
    client.onout = vi.fn();
    answering((path) =>
      path === './api/auth/refresh' ? json({ code: 'stopping', detail: '' }, 503) : OUT(),
    );
    await expect(client.call('GET', '/api/agents')).rejects.toThrow('The hub is stopping.');
    expect(client.onout).not.toHaveBeenCalled();
    expect(keep.read()).toBe('r1');
  });

  it('is no reason to try a password twice', async () => {
    const client = await signedIn();
    client.onout = vi.fn();
    answering(OUT);
    await expect(client.prove('POST', '/api/auth/password', {})).rejects.toMatchObject({
      refusal: 'unauthorized',
    });
    expect(asked).toHaveLength(1);
    expect(client.onout).not.toHaveBeenCalled();
  });

  it('is had again after a reload from what the tab kept', async () => {
    sessionStorage.setItem('chaperone.hub', 'r7');
    const client = new HubClient(tabKeep());
    answering(() => json({ access_token: 'a8', refresh_token: 'r8' }));
    expect(await client.resume()).toBe(true);
    expect(sessionStorage.getItem('chaperone.hub')).toBe('r8');
  });
});

describe('a refusal', () => {
  async function refusal(answer: Answer): Promise<HubFailure> {
    const client = await signedIn();
    answering(answer);
    const failure: unknown = await client
      .call('GET', '/api/agents')
      .catch((cause: unknown) => cause);
    if (!(failure instanceof HubFailure)) throw new Error('it was none');
    return failure;
  }

  it.each<[string, number, string, Record<string, string>, string]>([
    ['locked', 429, 'x', { 'retry-after': '42' }, 'Too many attempts. Try again in 42 sec.'],
    ['locked', 429, 'x', { 'retry-after': '899' }, 'Too many attempts. Try again in 15 min.'],
    ['too_many', 429, 'x', { 'retry-after': '3' }, 'Too many attempts. Try again in 3 sec.'],
    ['forbidden', 403, 'x', {}, 'You may not do that.'],
    ['not_found', 404, 'x', {}, 'That is not there any more.'],
    ['unprocessable', 422, 'email: is not an address', {}, 'email: is not an address'],
    ['', 502, '', {}, 'The hub answered with 502.'],
  ])('%s (%i) is told in words', async (code, status, detail, headers, words) => {
    const failure = await refusal(() => json({ code, detail }, status, headers));
    expect([failure.message, failure.refusal]).toEqual([words, code]);
  });

  it('by something that is no hub is told, too', async () => {
    const failure = await refusal(() => new Response('<html>', { status: 504 }));
    expect(failure.message).toBe('The hub answered with 504.');
  });

  it('is told apart from no answer at all', async () => {
    const failure = await refusal(() => {
      throw new TypeError('no network');
    });
    expect([failure.refusal, failure.message]).toEqual(['unreachable', 'The hub does not answer.']);
  });
});
