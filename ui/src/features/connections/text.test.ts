import { expect, it } from 'vitest';
import { hubSwitch, told } from '../../host/fake-hub';
import { connection } from '../../host/samples';
import { LANGUAGES, speak } from '../../i18n';
import {
  canTry,
  cardName,
  cardSaid,
  readingName,
  readingText,
  state,
  summary,
  switchName,
  switchState,
} from './text';

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
  expect(state(view, { now: NOW })).toBe(words);
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

const SAID = { on: true, toldAt: NOW, current: true } as const;
const AT = /\d\d:\d\d/;

it.each([
  [hubSwitch(), true, /^The hub has not said/],
  [hubSwitch(), false, /^Not known\. .* once the hub is connected/],
  [hubSwitch(SAID), true, /^On, as the hub said/],
  [hubSwitch({ ...SAID, on: false }), true, /^Off, as the hub said/],
  [hubSwitch({ ...SAID, current: false }), true, /^Last known: on, .* since it was reached again/],
  [
    hubSwitch({ ...SAID, on: false, current: false }),
    true,
    /^Last known: off, .* since it was reached again/,
  ],
  [hubSwitch({ ...SAID, current: false }), false, /^Last known, .* once the hub is connected/],
  [hubSwitch({ ...SAID, asked: false }), true, /^Asked to switch it off/],
  [hubSwitch({ asked: true }), true, /^Asked to switch it on/],
  [hubSwitch({ ...SAID, unanswered: false }), true, /asked to switch it off and did not say/],
  [hubSwitch({ unanswered: true }), true, /asked to switch it on and did not say/],
])('%o: tells of a switch of a hub, connected %s', (which, connected, words) => {
  const said = switchState(which, connected, NOW);
  expect(said).toMatch(words);
  if (which.toldAt !== null && which.asked === null && which.unanswered === null) {
    expect(said).toMatch(AT);
  }
});

it('has words of its own for what is known, and the hub’s for what is not', async () => {
  const [card] = told(NOW).cards;
  if (!card) throw new Error('no card');
  const reading = (name: string) => ({ name, value: { type: 'flag', yes: true } as const });
  expect(switchName(hubSwitch())).toBe('Vision');
  expect(switchName(hubSwitch({ name: 'toString' }))).toBe('toString');
  expect(switchName(hubSwitch({ name: 'a\u202eb' }))).toBe('a\\u{202e}b');
  expect(cardName(card)).toBe('angela_v1');
  expect(cardName({ ...card, name: '' })).toBe('Companion');
  expect(cardName({ ...card, kind: 'report', name: 'alert' })).toBe('Alert');
  expect(cardSaid(card, NOW)).toMatch(/^Said /);
  expect(cardSaid({ ...card, current: false }, NOW)).toMatch(/^Last known, said /);
  expect(card.readings.map(readingName)).toEqual([
    'Happiness',
    'Energy',
    'Hunger',
    'Looks',
    'asleep',
  ]);
  expect(card.readings.map(readingText)).toEqual(['82%', '70%', '12%', 'happy', 'no']);
  for (const language of LANGUAGES.filter((one) => one !== 'en')) {
    await speak(language);
    expect(switchName(hubSwitch())).not.toBe('Vision');
    expect(readingName(reading('happiness'))).not.toBe('Happiness');
    expect(readingText(reading('x'))).not.toBe('yes');
    expect(switchName(hubSwitch({ name: 'telepathy' }))).toBe('telepathy');
  }
  await speak('en');
});
