// The hub's pages without a hub: what they ask for, and what they make of the answers.

import { fireEvent, render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { partsOf } from './where.svelte';

type Answers = Record<string, unknown>;

let calls: string[] = [];

function hub(answers: Answers): void {
  vi.stubGlobal('fetch', (path: string, { method }: RequestInit) => {
    const call = `${method ?? 'GET'} ${path.slice(1)}`;
    calls.push(call);
    const found = answers[call];
    const [status, body] =
      found === undefined ? [404, { code: 'not_found', detail: '' }] : [200, found];
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
}

const ME = {
  id: 'me',
  email: 'a@example.org',
  name: 'A',
  role: 'member',
  two_factor: false,
};
const SIGNED_IN = {
  'POST /api/auth/login': { access_token: 'a', refresh_token: 'r' },
  'GET /api/auth/me': ME,
  'GET /api/agents': [],
};

async function signIn(): Promise<void> {
  const put = (label: string, value: string) =>
    fireEvent.input(screen.getByLabelText(label), { target: { value } });
  await screen.findByLabelText('E-mail');
  await put('E-mail', 'a@example.org');
  await put('Password', 'secret words');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

beforeEach(() => {
  calls = [];
  sessionStorage.clear();
  location.hash = '';
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it('leaves other people to owners', () => {
  expect(partsOf('owner')).toContain('people');
  expect(partsOf('member')).not.toContain('people');
});

describe('administration', () => {
  it('shows a member their own, and never asks for other people', async () => {
    location.hash = '#people';
    hub(SIGNED_IN);
    render(App, { page: 'admin' });
    await signIn();
    expect(await screen.findByRole('heading', { level: 1, name: 'Agents' })).toBeTruthy();
    expect(screen.queryByTestId('nav-people')).toBeNull();
    expect(calls.filter((call) => call.includes('/api/accounts'))).toEqual([]);
    expect(await screen.findByText(/There are none yet/)).toBeTruthy();
  });

  it('is left without a trace', async () => {
    hub({ ...SIGNED_IN, 'POST /api/auth/logout': {} });
    render(App, { page: 'admin' });
    await signIn();
    expect(sessionStorage.getItem('chaperone.hub')).toBe('r');
    await userEvent.click(await screen.findByTestId('sign-out'));
    expect(await screen.findByLabelText('E-mail')).toBeTruthy();
    expect(sessionStorage.getItem('chaperone.hub')).toBeNull();
    expect(calls).toContain('POST /api/auth/logout');
  });

  it('offers to try again where something cannot be had', async () => {
    hub({ 'POST /api/auth/login': SIGNED_IN['POST /api/auth/login'] });
    render(App, { page: 'admin' });
    await signIn();
    expect((await screen.findByRole('alert')).textContent).toContain('not there any more');
    hub(SIGNED_IN);
    await userEvent.click(screen.getByTestId('retry'));
    expect(await screen.findByRole('heading', { level: 1, name: 'Agents' })).toBeTruthy();
  });
});

describe('pairing', () => {
  it('keeps no token, and signs out with the answer', async () => {
    location.hash = '#ABCD-EFGH';
    hub({
      ...SIGNED_IN,
      'GET /api/pairing/ABCD-EFGH': {
        user_code: 'ABCD-EFGH',
        device_name: 'The desk',
        fingerprint: null,
        replaces: { device_name: 'The old desk', fingerprint: null },
      },
      'POST /api/pairing/ABCD-EFGH': {},
      'POST /api/auth/logout': {},
    });
    render(App, { page: 'pair' });
    await signIn();
    expect((await screen.findByTestId('waiting')).textContent).toContain('The desk');
    expect(screen.getByTestId('replaces').textContent).toContain('The old desk');
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Deny' }));
    expect([sessionStorage.length, location.hash]).toEqual([0, '']);
    await userEvent.click(screen.getByRole('button', { name: 'Allow this device' }));
    expect(await screen.findByText(/The device is paired/)).toBeTruthy();
    expect(calls.slice(-2)).toEqual(['POST /api/pairing/ABCD-EFGH', 'POST /api/auth/logout']);
  });
});
