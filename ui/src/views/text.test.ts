import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../api/generated/Snapshot';
import * as samples from '../host/samples';
import { headline, isFirstTime, subline } from './text';

const NOW = 1_700_000_000_000;
const mine = samples.request(NOW);
const hers = samples.notification(NOW);
const scene = (more: Partial<Snapshot>) => samples.snapshot(more);

describe('headline', () => {
  it.each([
    ['Nothing waits for you', scene({})],
    ['One agent is waiting for you', scene({ requests: [mine, { ...mine, id: '2' }] })],
    ['Two agents are waiting for you', scene({ requests: [mine, hers] })],
    ['Everything is paused', scene({ requests: [mine], paused: true })],
  ])('says “%s”', (words, snapshot) => {
    expect(headline(snapshot, 'live')).toBe(words);
  });

  it('claims nothing without contact', () => {
    expect(headline(scene({}), 'lost')).toBe('No contact with Chaperone');
    expect(headline(null, 'lost')).toBe('No contact with Chaperone');
    expect(headline(null, 'starting')).toBe('One moment…');
  });
});

it('adds what else is going on', () => {
  expect(subline(scene({}))).toBeNull();
  expect(subline(scene({ requests: [mine, hers], running: [samples.running(NOW)] }))).toBe(
    'Two requests, one command running',
  );
  expect(subline(scene({ requests: [mine], paused: true }))).toBe('One request waiting');
});

it('knows a first time from a quiet one', () => {
  const entries = samples.record(NOW, 10);
  expect(isFirstTime(scene({}))).toBe(true);
  expect(
    isFirstTime(scene({ recent: entries.filter(({ what }) => what.type === 'started') })),
  ).toBe(true);
  expect(isFirstTime(scene({ recent: entries }))).toBe(false);
  expect(isFirstTime(scene({ requests: [mine] }))).toBe(false);
});
