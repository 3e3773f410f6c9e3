import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeHost, type FakeHost } from '../host/fake';
import * as samples from '../host/samples';
import { Client } from './client';
import { ApiFailure } from './error';
import { Feed } from './feed.svelte';

let host: FakeHost;
let feed: Feed;

beforeEach(() => {
  vi.useFakeTimers();
  host = fakeHost({ snapshot: samples.snapshot({ seq: 10 }), record: [] });
  feed = new Feed(host, new Client(host));
  feed.start();
});

afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

function gap() {
  host.say({ type: 'event', event: { seq: 99, change: { type: 'paused', paused: true } } });
}

it('asks for a new snapshot after a gap, once, until it has one that is new enough', async () => {
  gap();
  expect(feed.current).toBe(false);
  gap();
  await vi.advanceTimersByTimeAsync(0);
  expect(host.calls).toEqual([{ name: 'state/snapshot', params: {} }]);
  expect(feed.current).toBe(false);

  host.say({ type: 'snapshot', snapshot: samples.snapshot({ seq: 99 }) });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(feed.current).toBe(true);
  expect(host.calls).toHaveLength(1);
});

it('goes on asking when asking fails', async () => {
  host.fail('state/snapshot', new ApiFailure({ code: 'failed', message: 'no', hint: null }));
  gap();
  await vi.advanceTimersByTimeAsync(1_100);
  expect(host.calls.length).toBeGreaterThan(1);
});

it('says what is no longer what it was, also over a new snapshot', () => {
  const heard: string[] = [];
  feed.whenever('rules', () => heard.push('rules'));
  feed.whenever('agents', () => heard.push('agents'));
  const revisions = { agents: 1, rules: 2, settings: 1, capabilities: 1 };
  host.publish({ type: 'revisions', revisions });
  expect(heard).toEqual(['rules']);
  host.publish({ type: 'paused', paused: true });
  host.publish({ type: 'revisions', revisions: { ...revisions, settings: 2 } });
  expect(heard).toEqual(['rules']);
  host.say({
    type: 'snapshot',
    snapshot: samples.snapshot({ seq: 50, revisions: { ...revisions, agents: 9 } }),
  });
  expect(heard).toEqual(['rules', 'agents']);
});

it('hears nothing after it was stopped', () => {
  feed.stop();
  host.publish({ type: 'paused', paused: true });
  expect(feed.snapshot?.paused).toBe(false);
});
