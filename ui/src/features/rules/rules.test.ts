import { describe, expect, it } from 'vitest';
import { rule } from '../../host/requests';
import { concerns, holdingBack, isStale } from './rules';

const NOW = 1_700_000_000_000;
const DAY = 86_400_000;

describe('a rule', () => {
  it('concerns an agent of its connection, and nobody else of that name', () => {
    const one = rule(NOW, { connection: 'a', agent: 'b' });
    expect([concerns(one, 'a', 'b'), concerns(one, 'c', 'b'), concerns(one, 'a', 'c')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(concerns(rule(NOW, { connection: null, agent: 'b' }), 'c', 'b')).toBe(true);
    expect(concerns(rule(NOW, { connection: null, agent: null }), 'a', 'b')).toBe(false);
  });

  it('is stale after thirty days without use', () => {
    const made = { createdAt: NOW - 31 * DAY };
    expect(isStale(rule(NOW, made), NOW)).toBe(true);
    expect(isStale(rule(NOW, { ...made, lastUsedAt: NOW - DAY }), NOW)).toBe(false);
    expect(isStale(rule(NOW, { createdAt: NOW - 29 * DAY }), NOW)).toBe(false);
  });
});

it('makes rules that hold something back, and no others', () => {
  const scope = { connection: 'this-computer', agent: null };
  expect(holdingBack({ words: ['git', 'push'], answer: 'forbid', scope }, 'id', NOW)).toEqual({
    id: 'id',
    answer: 'forbid',
    shape: {
      type: 'argv',
      program: 'git',
      arguments: [
        { type: 'exact', word: 'push' },
        { type: 'rest', options: true },
      ],
    },
    examples: [{ sample: { type: 'line', line: 'git push' }, covers: true }],
    scope: { connection: 'this-computer' },
    created_at: '2023-11-14T22:13:20.000Z',
  });
});

it('gives a rule an example that is read as the words that were typed', () => {
  const scope = { connection: null, agent: null };
  const made = holdingBack({ words: ['echo', "it's", '*'], answer: 'ask', scope }, 'id', NOW);
  expect(made).toMatchObject({
    examples: [{ sample: { type: 'line', line: `echo 'it'\\''s' '*'` }, covers: true }],
    scope: {},
  });
});
