import { expect, it } from 'vitest';
import { connection } from '../../host/samples';
import { canTry, state, summary } from './text';

const NOW = 1_000_000;

it.each([
  [connection(), 'Connected, 0.4 ms'],
  [connection({ roundTripMs: null }), 'Connected'],
  [connection({ phase: 'connecting', failedAttempts: 2 }), 'Connecting, attempt 3'],
  [
    connection({ phase: 'waiting', failedAttempts: 3, nextTryAt: NOW + 8_000 }),
    'Attempt 3 failed, trying again in 0:08',
  ],
  [
    connection({ phase: 'waiting', failedAttempts: 3, nextTryAt: NOW - 1 }),
    'Attempt 3 failed, trying again now',
  ],
  [connection({ phase: 'refused', nextTryAt: null }), 'Turned away'],
  [connection({ phase: 'stopped' }), 'Stopped'],
])('tells what a connection does', (view, words) => {
  expect(state(view, NOW)).toBe(words);
});

it('offers to hurry where there is something to hurry', () => {
  expect(canTry(connection())).toBe(false);
  expect(canTry(connection({ phase: 'refused' }))).toBe(true);
});

it('sums up', () => {
  const down = connection({ id: 'b', phase: 'waiting', roundTripMs: null });
  expect(summary([])).toBe('No connections');
  expect(summary([connection()])).toBe('Connected, 0.4 ms');
  expect(summary([connection(), down])).toBe('1 of 2 connected');
  expect(summary([connection(), connection({ id: 'b', roundTripMs: 2 })])).toBe(
    'Two connections, 2 ms',
  );
});
