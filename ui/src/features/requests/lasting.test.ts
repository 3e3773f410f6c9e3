import { describe, expect, it } from 'vitest';
import * as samples from '../../host/samples';
import { endOf, examples, withEnd } from './lasting';
import { until } from './text';

const NOON = new Date(2026, 10, 21, 12, 34, 56).getTime();
const LATE = new Date(2026, 10, 30, 23, 30).getTime();

describe('an end', () => {
  it('is in an hour, at midnight, or never', () => {
    expect(endOf('hour', NOON)).toEqual(new Date(2026, 10, 21, 13, 34, 56));
    expect(endOf('today', NOON)).toEqual(new Date(2026, 10, 22));
    expect(endOf('today', LATE)).toEqual(new Date(2026, 11, 1));
    expect(endOf('always', NOON)).toBeNull();
  });

  it('is told in words', () => {
    expect(until('hour', NOON)).toBe('It ends at 13:34.');
    expect(until('hour', LATE)).toBe('It ends at 00:30 tomorrow.');
    expect(until('today', NOON)).toBe('It ends at midnight.');
    expect(until('always', NOON)).toBe('It stays until you remove it.');
  });

  it('is put into the rule, and nothing else of it is touched', () => {
    const { document } = samples.rule(NOON);
    const end = new Date(NOON);
    expect(withEnd(document, end)).toEqual({
      ...(document as object),
      expires_at: end.toISOString(),
    });
    expect(withEnd({ id: 'r', expires_at: 'yesterday' }, null)).toEqual({ id: 'r' });
    expect(withEnd(withEnd(document, end), null)).toEqual(document);
  });

  it('leaves alone what is no rule', () => {
    for (const other of [null, 7, 'rule', [1]]) expect(withEnd(other, new Date())).toBe(other);
  });
});

describe('examples', () => {
  it('are told apart by what they say', () => {
    expect(examples(samples.rule(NOON))).toEqual({
      covered: ['git log --oneline'],
      asked: ['git log --oneline something-else', 'git log --oneline && something-else', 'git log'],
    });
  });

  it('cannot hide what is in them', () => {
    const line = 'git log \u202egnp.exe';
    const one = samples.rule(NOON, { examples: [{ line, sentence: '', covers: true }] });
    expect(examples(one).covered).toEqual(['git log \\u{202e}gnp.exe']);
  });

  it('that are no command lines are left out', () => {
    const other = { line: null, sentence: 'for the location', covers: true };
    expect(examples(samples.rule(NOON, { examples: [other] }))).toEqual({ covered: [], asked: [] });
  });
});
