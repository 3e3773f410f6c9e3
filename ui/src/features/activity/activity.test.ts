import { describe, expect, it } from 'vitest';
import { Client } from '../../api/client';
import { ApiFailure } from '../../api/error';
import { fakeHost } from '../../host/fake';
import * as samples from '../../host/samples';
import { byDay, mayMiss, merge, passes, type Filter } from './fold';
import { Activity } from './store.svelte';
import { cut, verdict } from './text';

const NOW = new Date(2026, 10, 21, 12).getTime();
const record = samples.record(NOW, 120);

describe('fold', () => {
  it.each<[Filter, string[]]>([
    ['all', record.slice(0, 10).map(({ what }) => what.type)],
    ['notifications', ['notification', 'notification']],
    ['shell', ['shell', 'shell']],
    ['refused', ['shell', 'notification']],
  ])('lets %s pass', (filter, types) => {
    const passed = record.slice(0, 10).filter((entry) => passes(entry, filter));
    expect(
      passed.map(({ what }) =>
        filter !== 'all' && what.type === 'command' ? what.action.type : what.type,
      ),
    ).toEqual(types);
  });

  it('merges pieces that overlap', () => {
    expect(merge(record.slice(10, 30), record.slice(0, 15))).toEqual(record.slice(0, 30));
  });

  it('sees when entries between two pieces may be missing', () => {
    expect(mayMiss(record.slice(10), record.slice(0, 11))).toBe(false);
    expect(mayMiss(record.slice(10), record.slice(0, 10))).toBe(true);
    expect(mayMiss([], record)).toBe(false);
  });

  it('cuts where the date changes and keeps the order', () => {
    const days = byDay(record);
    expect(days.flatMap(({ entries }) => entries)).toEqual(record);
    expect(days.length).toBeGreaterThan(1);
    for (const { entries } of days) {
      expect(new Set(entries.map(({ at }) => new Date(at).toDateString())).size).toBe(1);
    }
  });
});

describe('the timeline', () => {
  it('loads page after page, each entry once', async () => {
    const host = fakeHost({ snapshot: samples.snapshot(), record });
    const activity = new Activity(new Client(host));
    await activity.refresh();
    expect(activity.entries([])).toEqual(record.slice(0, 50));
    await activity.older([]);
    await activity.older([]);
    expect(activity.entries([])).toEqual(record);
    expect(activity.more).toBe(false);
    expect(host.calls.map(({ params }) => params)).toEqual([
      { before: null, limit: 50 },
      { before: record[49]?.seq, limit: 50 },
      { before: record[99]?.seq, limit: 50 },
    ]);
  });

  it('keeps what it has when a page cannot be had', async () => {
    const host = fakeHost({ snapshot: samples.snapshot(), record });
    const activity = new Activity(new Client(host));
    await activity.refresh();
    host.fail('activity/list', new ApiFailure({ code: 'failed', message: 'no', hint: null }));
    await activity.older([]);
    expect(activity.failure?.code).toBe('failed');
    expect(activity.entries([])).toHaveLength(50);
    await activity.older([]);
    expect(activity.failure).toBeNull();
    expect(activity.entries([])).toHaveLength(100);
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
