import { describe, expect, it } from 'vitest';
import { Client } from '../../api/client';
import { ApiFailure } from '../../api/error';
import { fakeHost } from '../../host/fake';
import * as samples from '../../host/samples';
import {
  beginsDay,
  endsDay,
  EVERYTHING,
  isNarrow,
  mayMiss,
  merge,
  narrowed,
  type Filter,
} from './fold';
import { Activity } from './store.svelte';
import { cut, verdict } from './text';

const NOW = new Date(2026, 10, 21, 12).getTime();
const record = samples.record(NOW, 120);

describe('fold', () => {
  it.each<[string, Partial<Filter>, object]>([
    ['nothing', {}, {}],
    ['blanks', { words: '  ' }, {}],
    [
      'what was chosen',
      { capability: 'shell', verdict: 'ask', agent: 'scout' },
      { capability: 'shell', verdict: 'ask', agent: 'scout' },
    ],
    ['words', { words: ' git push ' }, { words: 'git push' }],
    ['the end of a day', { day: '2026-11-21' }, { until: new Date(2026, 10, 22).getTime() }],
    [
      'a day by itself',
      { day: '2026-03-29', dayAlone: true },
      { from: new Date(2026, 2, 29).getTime(), until: new Date(2026, 2, 30).getTime() },
    ],
    ['no day that is none', { day: 'tomorrow', dayAlone: true }, {}],
  ])('asks for %s', (_, more, params) => {
    const filter = { ...EVERYTHING, ...more };
    expect(narrowed(filter)).toEqual(params);
    expect(isNarrow(filter)).toBe(Object.keys(params).length > 0);
  });

  it('merges pieces that overlap', () => {
    expect(merge(record.slice(10, 30), record.slice(0, 15))).toEqual(record.slice(0, 30));
  });

  it('sees when entries between two pieces may be missing', () => {
    expect(mayMiss(record.slice(10), record.slice(0, 11))).toBe(false);
    expect(mayMiss(record.slice(10), record.slice(0, 10))).toBe(true);
    expect(mayMiss([], record)).toBe(false);
  });

  it('begins and ends a day where the date changes', () => {
    const begins = record.map((_, index) => beginsDay(record, index));
    expect(begins[0]).toBe(true);
    expect(begins.filter(Boolean)).toHaveLength(3);
    for (const [index, { at }] of record.entries()) {
      const above = record[index - 1];
      if (!above) continue;
      const another = new Date(at).toDateString() !== new Date(above.at).toDateString();
      expect([begins[index], endsDay(record, index - 1)]).toEqual([another, another]);
    }
    expect(endsDay(record, 119)).toBe(true);
  });
});

describe('the timeline', () => {
  it('loads page after page, each entry once', async () => {
    const long = samples.record(NOW, 500);
    const host = fakeHost({ snapshot: samples.snapshot(), record: long });
    const activity = new Activity(new Client(host));
    await activity.refresh();
    expect(activity.entries([])).toEqual(long.slice(0, 200));
    // Two that ask at once get one page.
    await Promise.all([activity.older([]), activity.older([])]);
    await activity.older([]);
    expect(activity.entries([])).toEqual(long);
    expect(activity.more).toBe(false);
    expect(host.calls.map(({ params }) => params)).toEqual([
      { before: null, limit: 200 },
      { before: long[199]?.seq, limit: 200 },
      { before: long[399]?.seq, limit: 200 },
    ]);
  });

  it('shows what the device finds, and nothing beside it', async () => {
    const host = fakeHost({ snapshot: samples.snapshot(), record });
    const activity = new Activity(new Client(host));
    await activity.refresh();
    await activity.show({ ...EVERYTHING, capability: 'shell', words: 'git' });
    const found = activity.entries(record.slice(0, 20));
    expect(found.length).toBeGreaterThan(0);
    for (const { what } of found) {
      expect(what).toMatchObject({ action: { type: 'shell', line: 'git log --oneline -5' } });
    }
    await activity.show({ ...EVERYTHING, words: 'nothing says this' });
    expect(activity.entries(record)).toEqual([]);
    await activity.show(EVERYTHING);
    expect(activity.entries([])).toEqual(record);
  });

  it('leaves an answer that was overtaken', async () => {
    const host = fakeHost({ snapshot: samples.snapshot(), record });
    const activity = new Activity(new Client(host));
    const slow = activity.show({ ...EVERYTHING, capability: 'shell' });
    await activity.show({ ...EVERYTHING, capability: 'camera' });
    await slow;
    for (const { what } of activity.entries([])) {
      expect(what).toMatchObject({ action: { type: 'camera' } });
    }
    expect(activity.loading).toBe(false);
  });

  it('finds what came meanwhile, and keeps what joins it', async () => {
    const host = fakeHost({ snapshot: samples.snapshot(), record: samples.record(NOW, 3000) });
    const activity = new Activity(new Client(host));
    await activity.show({ ...EVERYTHING, capability: 'shell' });
    await activity.older([]);
    const before = activity.entries([]);
    const [first] = record.filter(
      ({ what }) => what.type === 'command' && what.action.type === 'shell',
    );
    if (!first) throw new Error('no command among the samples');
    const fresh = { ...first, seq: 9_999_999 };
    host.publish({ type: 'activity', entry: fresh });
    await activity.freshen();
    expect(activity.entries([])).toEqual([fresh, ...before]);
    expect(activity.more).toBe(false);
  });

  it('keeps what it has when a page cannot be had', async () => {
    const host = fakeHost({ snapshot: samples.snapshot(), record: samples.record(NOW, 300) });
    const activity = new Activity(new Client(host));
    await activity.refresh();
    host.fail('activity/list', new ApiFailure({ code: 'failed', message: 'no', hint: null }));
    await activity.older([]);
    expect(activity.failure?.code).toBe('failed');
    expect(activity.entries([])).toHaveLength(200);
    await activity.older([]);
    expect(activity.failure).toBeNull();
    expect(activity.entries([])).toHaveLength(300);
  });
});

describe('the record', () => {
  it('is called whole only when it is', () => {
    expect(verdict({ entries: 8214, broken: null, searchMended: false })).toBe(
      'The record is whole: 8,214 entries, each as it was written.',
    );
    expect(verdict({ entries: 1, broken: null, searchMended: true })).toBe(
      'The record is whole: 1 entry, each as it was written. What searches use did not agree with it, and was made again.',
    );
    const broken = { seq: 7, problem: 'it was changed' };
    expect(verdict({ entries: 9, broken, searchMended: false })).toBe(
      'The record was tampered with at entry 7: it was changed',
    );
  });

  it('says what was left out of an output', () => {
    expect(cut(1_234_567)).toBe('1.2M bytes in the middle were left out.');
  });
});
