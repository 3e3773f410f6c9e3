import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { Client } from './api/client';
import { ApiFailure } from './api/error';
import { Feed } from './api/feed.svelte';
import type { Snapshot } from './api/generated/Snapshot';
import { Requests } from './features/requests';
import { fakeHost, type FakeHost } from './host/fake';
import * as samples from './host/samples';
import RequestWindow from './RequestWindow.svelte';
import { createStores } from './stores';

let host: FakeHost;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  location.hash = '';
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function settle(ms = 0) {
  await vi.advanceTimersByTimeAsync(ms);
  await tick();
}

function open(more: Partial<Snapshot> = {}, record = samples.record(Date.now(), 60)) {
  host = fakeHost({ snapshot: samples.snapshot(more), record });
  const stores = createStores(host);
  stores.feed.start();
  render(App, { stores });
  return stores;
}

const headline = () => screen.getByTestId('headline').textContent;
const called = (name: string) =>
  host.calls.filter((call) => call.name === name).map(({ params }) => params);

describe('the panel', () => {
  it('has an entry for each view there is, and none for others', async () => {
    open();
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(
      expect.arrayContaining([
        '#now',
        '#requests',
        '#activity',
        '#agents',
        '#connections',
        '#capabilities',
        '#settings',
      ]),
    );
    expect(document.querySelectorAll('nav a')).toHaveLength(7);
    await settle();
  });

  it('follows what happens', async () => {
    open();
    expect(headline()).toBe('Nothing waits for you');
    host.publish({ type: 'requests', requests: [samples.request(Date.now())] });
    await settle();
    expect(headline()).toBe('One agent is waiting for you');
    expect(screen.getByTestId('nav-requests').textContent).toContain('1');
    expect(document.title).toBe('(1) Chaperone');
  });

  it('announces a new request, and none again', async () => {
    const [first, second] = [
      samples.request(Date.now()),
      samples.notification(Date.now(), { id: '77', digest: 'sha256:77' }),
    ];
    open({ requests: [first] });
    await settle();
    const live = document.querySelector('[aria-live="assertive"]');
    expect(live?.textContent).toBe('New request: Release Bot wants to run a command');
    host.publish({ type: 'requests', requests: [first, second] });
    await settle();
    expect(live?.textContent).toBe('New request: Field Notes wants to show a notification');
    host.publish({ type: 'requests', requests: [first] });
    await settle();
    expect(live?.textContent).toBe('New request: Field Notes wants to show a notification');
  });

  it('pauses, shows it, and resumes', async () => {
    open();
    screen.getByTestId('pause').click();
    await settle();
    expect(headline()).toBe('Everything is paused');
    expect(screen.getByTestId('paused')).toBeTruthy();
    expect(screen.queryByTestId('pause')).toBeNull();
    screen.getByTestId('resume').click();
    await settle();
    expect(called('pause/set')).toEqual([{ paused: true }, { paused: false }]);
    expect(screen.queryByTestId('paused')).toBeNull();
  });

  it('tells when a call fails', async () => {
    open();
    host.fail(
      'pause/set',
      new ApiFailure({ code: 'failed', message: 'no disk', hint: 'Help it.' }),
    );
    screen.getByTestId('pause').click();
    await settle();
    expect(screen.getByText('no disk')).toBeTruthy();
    expect(screen.getByText('Help it.')).toBeTruthy();
  });

  it('says so when the app cannot be heard', async () => {
    open({ requests: [samples.request(Date.now())] });
    host.say({ type: 'lost' });
    await settle();
    expect(headline()).toBe('No contact with Chaperone');
    expect(screen.getByRole('alert').textContent).toContain('No contact');
  });

  it('leads from a line to its request, where Deny has the focus', async () => {
    const requests = [samples.notification(Date.now()), samples.request(Date.now())];
    open({ requests });
    const review = screen.getAllByText('Review').at(-1);
    if (!review) throw new Error('no Review');
    await fireEvent.click(review);
    await settle();
    expect(screen.getByTestId('request-card').dataset['request']).toBe('41');
    expect(document.activeElement).toBe(screen.getByTestId('deny'));
  });

  it('stops what runs', async () => {
    open({ running: [samples.running(Date.now())] });
    screen.getByTestId('stop').click();
    await settle();
    expect(called('running/stop')).toEqual([{ id: '40' }]);
    expect(screen.queryByTestId('running')).toBeNull();
  });

  it('shows a key only to a person who asks', async () => {
    open({}, []);
    await settle();
    const starter = screen.getByTestId('starter-intern');
    const key = samples.starters.find(({ level }) => level === 'intern')?.key ?? '';
    expect(starter.textContent).toContain('curl');
    expect(document.body.innerHTML).not.toContain(key);
    starter.querySelector<HTMLElement>('[data-testid="reveal"]')?.click();
    await settle();
    expect(starter.textContent).toContain(key);
  });

  it('does not even fetch keys when nobody looks', async () => {
    const recent = samples.record(Date.now(), 20);
    open({ recent });
    await settle();
    expect(called('agents/starters')).toEqual([]);
  });

  it('shows the record, opens an entry, and checks the whole', async () => {
    const stores = open();
    stores.navigation.open('activity');
    await settle();
    // Only what is in sight, and around it, is drawn; the rest says that it is there.
    const rows = screen.getAllByRole('article');
    expect(rows.length).toBeLessThan(60);
    expect(rows[0]?.getAttribute('aria-setsize')).toBe('60');
    expect(rows.map((row) => row.getAttribute('aria-posinset'))).toEqual(
      rows.map((_, index) => String(index + 1)),
    );

    const entry = screen.getAllByTestId('activity-entry')[2];
    entry?.querySelector('button')?.click();
    await settle();
    expect(entry?.textContent).toContain('asked each time');
    screen.getByText('Show what it printed').click();
    await settle();
    expect(entry?.textContent).toContain('<script>alert(1)</script>');
    expect(entry?.querySelector('script')).toBeNull();

    screen.getByTestId('verify').click();
    await settle();
    expect(screen.getByTestId('verify-result').textContent).toContain('The record is whole');
  });
});

describe('the request window', () => {
  it('shows the next in place, and guards it anew', async () => {
    const now = Date.now();
    host = fakeHost({
      snapshot: samples.snapshot({ requests: [samples.notification(now), samples.request(now)] }),
      record: [],
    });
    const resize = vi.spyOn(host.window, 'resize');
    const client = new Client(host);
    const feed = new Feed(host, client);
    feed.start();
    render(RequestWindow, { feed, requests: new Requests(client), frame: host.window });
    const allow = () => screen.getByTestId<HTMLButtonElement>('allow');

    await settle(700);
    expect(called('requests/shown')).toEqual([{ id: '42' }]);
    expect(resize).toHaveBeenCalled();
    expect(screen.getByText('1 of 2')).toBeTruthy();
    allow().click();
    await settle();
    expect(called('requests/answer')).toEqual([
      { id: '42', digest: 'sha256:42', decision: 'allowOnce' },
    ]);

    expect(screen.getByTestId('request-card').dataset['request']).toBe('41');
    expect(allow().disabled).toBe(true);
    expect(document.activeElement).toBe(screen.getByTestId('deny'));
    await settle(700);
    expect(allow().disabled).toBe(false);
    expect(called('requests/shown')).toEqual([{ id: '42' }, { id: '41' }]);
    feed.stop();
  });

  it('guards anew when what is asked changes under the same number', async () => {
    const now = Date.now();
    host = fakeHost({
      snapshot: samples.snapshot({ requests: [samples.request(now)] }),
      record: [],
    });
    const client = new Client(host);
    const feed = new Feed(host, client);
    feed.start();
    render(RequestWindow, { feed, requests: new Requests(client), frame: host.window });
    const allow = () => screen.getByTestId<HTMLButtonElement>('allow');
    await settle(700);
    expect(allow().disabled).toBe(false);
    host.publish({
      type: 'requests',
      requests: [samples.request(now, { digest: 'sha256:new', action: samples.shell('rm -rf /') })],
    });
    await settle();
    expect(allow().disabled).toBe(true);
    feed.stop();
  });

  it('fetches anew what was taken again, and lets go of what it had', async () => {
    // jsdom has neither.
    const open = new Set<string>();
    let given = 0;
    URL.createObjectURL = () => {
      given += 1;
      open.add(`blob:capture-${given}`);
      return `blob:capture-${given}`;
    };
    URL.revokeObjectURL = (address) => open.delete(address);
    host = fakeHost({
      snapshot: samples.snapshot({ requests: [samples.pictureReview(Date.now())] }),
      record: [],
    });
    const client = new Client(host);
    const feed = new Feed(host, client);
    feed.start();
    render(RequestWindow, { feed, requests: new Requests(client), frame: host.window });
    const picture = () => screen.getByAltText('The picture, as it would be sent');
    const send = () => screen.getByTestId<HTMLButtonElement>('send');
    await settle(700);
    await fireEvent.load(picture());
    await settle(700);
    expect(send().disabled).toBe(false);
    expect([...open]).toEqual(['blob:capture-1']);

    screen.getByTestId('retake').click();
    await settle(700);
    expect(called('requests/answer')).toEqual([
      { id: '56', digest: 'sha256:56', decision: 'retake' },
    ]);
    expect(document.activeElement).toBe(screen.getByTestId('discard'));
    expect(send().disabled).toBe(true);
    expect([...open]).toEqual(['blob:capture-2']);
    await fireEvent.load(picture());
    await settle(700);
    send().click();
    await settle(100);
    expect(called('requests/answer').at(-1)).toEqual({
      id: '56',
      digest: 'sha256:56 again',
      decision: 'send',
    });
    expect(screen.queryByTestId('request-card')).toBeNull();
    expect([...open]).toEqual([]);
    feed.stop();
  });
});
