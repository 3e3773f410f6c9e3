import { fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../api/error';
import { hubSwitch, reporting, switched, telling, told } from '../host/fake-hub';
import * as samples from '../host/samples';
import { called, choose, click, host, open, settle, stage, type } from './stage';

stage();

describe('connections', () => {
  it('leaves the hub inside alone, and changes the others', async () => {
    await open('connections');
    const [own, atom] = screen.getAllByTestId('connection-card');
    if (!own || !atom) throw new Error('no cards');
    expect(within(own).queryByTestId('remove-connection')).toBeNull();
    expect(within(own).getByText(/The hub inside Chaperone/)).toBeTruthy();
    await fireEvent.click(within(atom).getByRole('radio', { name: 'Supervised' }));
    await settle();
    await fireEvent.click(within(atom).getByTestId('pause-connection'));
    await settle();
    await fireEvent.click(within(atom).getByTestId('rename'));
    await settle();
    await type('new-name', 'Work');
    await fireEvent.click(within(atom).getByText('Save'));
    await settle();
    expect(called('connections/change')).toEqual([
      { id: 'atom', ceiling: 'supervised' },
      { id: 'atom', paused: true },
      { id: 'atom', name: 'Work' },
    ]);
    expect(screen.getByRole('heading', { name: 'Work' })).toBeTruthy();
  });

  it('says what it means to remove one before it does', async () => {
    await open('connections');
    await click('remove-connection');
    expect(screen.getByRole('dialog').textContent).toContain('Agents there can ask for nothing');
    expect(document.activeElement).toBe(screen.getByTestId('dialog-no'));
    await click('dialog-no');
    expect(called('connections/remove')).toEqual([]);
    await click('remove-connection');
    await click('dialog-yes');
    expect(called('connections/remove')).toEqual([{ id: 'atom' }]);
    expect(screen.getAllByTestId('connection-card')).toHaveLength(1);
    expect(document.activeElement).toBe(screen.getByTestId('add-connection'));
  });

  async function begin(way: string | null, kind = 'Atom') {
    await open('connections');
    await click('add-connection');
    expect(document.activeElement).toBe(screen.getByTestId('address'));
    await type('address', 'wss://hub.example.net');
    await click('offer');
    await choose('kind', kind);
    if (way !== null) await choose('way', way);
    await click('begin');
  }

  it('pairs by a code that is compared on both screens', async () => {
    await begin('With a code, in the browser');
    expect(screen.getByTestId('code').textContent).toContain('WDJB-MJHT');
    expect(screen.getByTestId('fingerprint').textContent).toContain('7C1F 09A4');
    expect(screen.getByRole('img', { name: /QR code/ })).toBeTruthy();
    expect(document.activeElement?.textContent).toContain('Confirm this code');
    await settle(21_000);
    expect(screen.getByTestId('sign-in').textContent).toContain('paired with hub.example.net');
    expect(called('connections/signIn')).toEqual([
      {
        address: 'wss://hub.example.net',
        dialect: 'atom',
        way: 'deviceCode',
        ceiling: 'intern',
      },
    ]);
    await click('sign-in-done');
    expect(screen.getAllByTestId('connection-card')).toHaveLength(3);
  });

  it('pairs by password, and says what the hub does not like', async () => {
    await begin('With e-mail and password');
    await type('need-email', 'ada@example.org');
    await type('need-password', 'wrong');
    await click('go-on');
    expect(screen.getByRole('alert').textContent).toContain('wrong password');
    expect(screen.getByTestId<HTMLInputElement>('need-password').value).toBe('');
    await type('need-email', 'ada@example.org');
    await type('need-password', 'secret');
    await click('go-on');
    expect(screen.getByTestId('sign-in').textContent).toContain('is paired with');
  });

  it('begins again after a failure', async () => {
    await begin('With a token that you have');
    await type('need-token', 'old');
    await click('go-on');
    expect(screen.getByRole('alert').textContent).toContain('the token has expired');
    await click('begin-again');
    await type('need-token', 'new');
    await click('go-on');
    expect(screen.getByTestId('sign-in').textContent).toContain('is paired with');
  });

  it('connects where nobody has to sign in', async () => {
    await begin(null, 'Angela');
    expect(called('connections/signIn')).toEqual([
      { address: 'wss://hub.example.net', dialect: 'angela', ceiling: 'intern' },
    ]);
  });

  it('sends a token in the clear only where the person says so', async () => {
    await open('connections');
    await click('add-connection');
    await type('address', 'ws://hub.example.net');
    await click('offer');
    expect(screen.queryByText('Chaperone did not understand this window.')).toBeNull();
    expect(screen.getByTestId<HTMLButtonElement>('offer').disabled).toBe(true);
    await click('unencrypted');
    await click('offer');
    expect(called('connections/offer')).toEqual([
      { address: 'ws://hub.example.net' },
      { address: 'ws://hub.example.net', unencrypted: true },
    ]);
    expect(screen.getByTestId('exposed').textContent).toContain('Not encrypted');
    await click('begin');
    expect(called('connections/signIn')).toEqual([
      expect.objectContaining({
        address: 'ws://hub.example.net',
        settings: { unencrypted: true },
      }),
    ]);
  });

  it('says what is wrong with an address', async () => {
    await open('connections');
    await click('add-connection');
    await click('offer');
    expect(screen.getByRole('alert').textContent).toBe('Type the address of the hub.');
    await type('address', 'hub');
    await click('offer');
    expect(screen.getByRole('alert').textContent).toBe('this is no address of a hub');
  });

  it('signs in again for a connection that is there', async () => {
    await open('connections');
    await click('sign-in-again');
    expect(screen.getByTestId<HTMLInputElement>('address').readOnly).toBe(true);
    await click('offer');
    expect(screen.queryByTestId('new-ceiling')).toBeNull();
    await choose('way', 'With a token that you have');
    await click('begin');
    expect(called('connections/signIn')).toEqual([
      {
        address: 'wss://atom.example.org',
        dialect: 'atom',
        way: 'pastedToken',
        connection: 'atom',
      },
    ]);
  });
});

describe('a connection, with everything there is to know', () => {
  const refused = samples.connection({
    id: 'atom',
    name: 'Atom at work',
    address: 'ws://atom.example.org',
    phase: 'refused',
    roundTripMs: null,
    trouble: 'the hub does not know this computer any more',
    remedy: 'signIn',
    changeable: {
      ...samples.changeable,
      polling: true,
      pollSeconds: { least: 1, usual: 5, most: 60 },
    },
  });

  it('says what to do about trouble, and that an address is not encrypted', async () => {
    await open('connections', {}, { connections: [samples.connection(), refused] });
    expect(screen.getByTestId('remedy').textContent).toContain('Sign in again');
    expect(screen.getByText(/whoever is on the way there can read along/)).toBeTruthy();
    const [own] = screen.getAllByTestId('connection-card');
    expect(own?.textContent).toContain('Hub of the kind Atom');
    expect(own?.textContent).toMatch(/since .*2023/);
    expect(own?.querySelector('[data-testid=remedy]')).toBeNull();
  });

  it('shows its fingerprint, and changes how it is kept within its bounds', async () => {
    await open('connections', {}, { connections: [refused] });
    await click('connection-details');
    expect(screen.getByTestId('key-fingerprint').textContent).toContain('7C1F 09A4');
    expect(screen.getByTestId('details').textContent).toContain('Last trouble');
    await click('link-socket');
    await type('link-attempts', '2000');
    await click('link-attempts-save');
    expect(screen.getByText('Between 1 and 1,000.')).toBeTruthy();
    await type('link-attempts', '7');
    await click('link-attempts-save');
    await type('link-attempts', '');
    await click('link-attempts-save');
    await type('link-poll', '9');
    await click('link-poll-save');
    expect(called('connections/change')).toEqual([
      { id: 'atom', settings: { socket: false } },
      { id: 'atom', settings: { attempts: 7 } },
      { id: 'atom', settings: { attempts: null } },
      { id: 'atom', settings: { pollSeconds: 9 } },
    ]);
    expect(screen.getByTestId('link-socket').getAttribute('aria-checked')).toBe('false');
  });

  it('says why nothing is known, and asks again', async () => {
    await open('connections', {}, { connections: [refused] });
    host.fail(
      'connections/get',
      new ApiFailure({ code: 'failed', message: 'no disk', hint: null }),
    );
    await click('connection-details');
    expect(screen.getByText(/no disk/)).toBeTruthy();
    await click('retry');
    expect(screen.getByTestId('key-fingerprint')).toBeTruthy();
  });

  it('has the app wait no longer where a sign-in is left', async () => {
    await open('connections');
    await click('add-connection');
    await type('address', 'wss://hub.example.net/api/devices/ws');
    await click('offer');
    expect(screen.getByText('The address speaks for Atom.')).toBeTruthy();
    await choose('way', 'With a token that you have');
    await click('begin');
    await fireEvent.click(screen.getByRole('button', { name: 'Back' }));
    await settle();
    expect(called('connections/signInCancel')).toEqual([{ ticket: 'ticket-0' }]);
  });
});

describe('what a hub tells of itself', () => {
  const NOW = Date.now();

  function row(name: string): HTMLElement {
    const found = screen.getAllByTestId('hub-switch').find((one) => one.dataset.switch === name);
    if (!found) throw new Error(`no switch ${name}`);
    return found;
  }

  it('is shown where there is anything', async () => {
    await open('connections', {}, { connections: [samples.connection()] });
    expect(screen.queryByTestId('hub-told')).toBeNull();
  });

  it('switches when the hub says so, and not before', async () => {
    await open('connections', {}, { connections: [telling(NOW)] });
    const vision = within(row('vision')).getByRole('switch', { name: 'Vision' });
    await fireEvent.click(vision);
    await settle();
    expect(vision.getAttribute('aria-checked')).toBe('true');
    expect(vision.getAttribute('aria-disabled')).toBe('true');
    expect(row('vision').textContent).toContain('Asked to switch it off');
    expect(screen.getByTestId('hub-aloud').textContent).toContain('Vision: Asked to switch it off');
    // Once is enough.
    await fireEvent.click(vision);
    await settle(1_500);
    expect(vision.getAttribute('aria-checked')).toBe('false');
    expect(screen.getByTestId('hub-aloud').textContent).toContain('Vision: Off, as the hub said');
    expect(called('connections/switch')).toEqual([{ id: 'garden', name: 'vision', on: false }]);
  });

  it('asks for one of which nothing is known, and keeps the focus there', async () => {
    await open('connections', {}, { connections: [telling(NOW)] });
    expect(within(row('action')).queryByRole('switch')).toBeNull();
    expect(row('action').textContent).toContain('has not said whether it is on');
    await fireEvent.click(screen.getByRole('button', { name: 'Switch off: Action' }));
    await settle();
    expect(document.activeElement).toBe(row('action'));
    expect(within(row('action')).queryByRole('button')).toBeNull();
    await settle(1_500);
    const action = within(row('action')).getByRole('switch', { name: 'Action' });
    expect(action.getAttribute('aria-checked')).toBe('false');
  });

  it('says that the hub did not answer, and lets it be asked again', async () => {
    await open('connections', {}, { connections: [telling(NOW)] });
    await fireEvent.click(screen.getByRole('button', { name: 'Switch on: Touch' }));
    await settle(10_000);
    expect(row('tactile').textContent).toContain('did not say within 10 seconds');
    expect(screen.getByRole('button', { name: 'Switch on: Touch' })).toBeTruthy();
  });

  it('says why a switch was refused', async () => {
    await open('connections', {}, { connections: [telling(NOW)] });
    host.fail(
      'connections/switch',
      new ApiFailure({ code: 'notAllowed', message: 'not connected', hint: null }),
    );
    await fireEvent.click(within(row('vision')).getByRole('switch'));
    await settle();
    expect(screen.getByText('not connected')).toBeTruthy();
    expect(within(row('vision')).getByRole('switch').getAttribute('aria-checked')).toBe('true');
  });

  it('is the last that is known while the hub is away, and nothing can be asked', async () => {
    const away = switched(telling(NOW, { phase: 'waiting', roundTripMs: null }), 'vision', {
      current: false,
    });
    await open('connections', {}, { connections: [away] });
    const vision = within(row('vision')).getByRole('switch');
    expect(vision.getAttribute('aria-checked')).toBe('true');
    expect(vision.getAttribute('aria-disabled')).toBe('true');
    expect(row('vision').textContent).toContain('Last known');
    await fireEvent.click(vision);
    await settle();
    expect(called('connections/switch')).toEqual([]);
    expect(within(row('action')).queryAllByRole('button')).toEqual([]);
    expect(row('action').textContent).toContain('once the hub is connected');
  });

  it('has cards for how things are there', async () => {
    await open('connections', {}, { connections: [telling(NOW), reporting(NOW)] });
    const [pet, alert] = screen.getAllByTestId('hub-card');
    expect(pet?.textContent).toContain('Happiness 82%');
    expect(within(pet as HTMLElement).getByText('Companion')).toBeTruthy();
    expect(alert?.textContent).toContain('Severity high');
    expect(alert?.textContent).toContain('Last known, said');
  });

  it('says that there is more than is shown, whatever a switch is called', async () => {
    const switches = Array.from({ length: 32 }, (_, at) => hubSwitch({ name: `m\u202e${at}` }));
    const more = told(NOW, { switches, moreSwitches: true, cards: [] });
    await open('connections', {}, { connections: [telling(NOW, { told: more })] });
    expect(screen.getAllByTestId('hub-switch')).toHaveLength(32);
    expect(screen.getByTestId('more-switches')).toBeTruthy();
    expect(screen.getByTestId('hub-told').textContent).not.toContain('\u202e');
  });
});
