import { describe, expect, it } from 'vitest';
import type { BecauseView } from '../api/generated/BecauseView';
import type { VerdictView } from '../api/generated/VerdictView';
import { ApiFailure } from '../api/error';
import { scout } from '../host/samples';
import { notice } from './errors';
import { decisive, sentence, steps } from './reasons';
import { ago, countdown, dayName, duration, shortly } from './time';
import { counted } from '../i18n/en/counted';

describe('reasons', () => {
  function check(because: BecauseView, said: VerdictView, words: string) {
    expect(sentence({ because, said, decided: true, answered: false }, scout)).toBe(words);
  }

  it('say each step in a sentence', () => {
    check(
      { type: 'switch', capability: 'notification', on: false },
      'forbid',
      'Notifications are switched off on this computer.',
    );
    check({ type: 'switch', capability: 'shell', on: true }, 'free', 'The shell is switched on.');
    check(
      { type: 'level', claimed: 'autonomous', ceiling: 'intern', effective: 'intern' },
      'free',
      'Scout counts as Intern here: its hub says Autonomous, your limit is Intern.',
    );
    check(
      { type: 'level', claimed: 'intern', ceiling: 'autonomous', effective: 'intern' },
      'free',
      'Scout counts as Intern here.',
    );
    check(
      { type: 'floor', capability: 'shell', needs: 'autonomous', has: 'supervised' },
      'forbid',
      'The shell needs Autonomous; Scout is only Supervised here.',
    );
    check(
      { type: 'standing', capability: 'notification', level: 'intern' },
      'ask',
      'Your table for notifications and an Intern agent: asked each time.',
    );
    check(
      { type: 'firstUse', capability: 'shell' },
      'ask',
      'Scout was never allowed the shell on this computer before.',
    );
    check(
      { type: 'rate', capability: 'notification', limit: 6, recent: 7 },
      'forbid',
      'Scout did this seven times without asking in the last minute; six are allowed.',
    );
    check(
      { type: 'script', because: { type: 'wraps', program: 'sh' } },
      'ask',
      'What it does cannot be told from its words: `sh` runs or writes what its arguments name. ' +
        'Such a line is asked each time.',
    );
    check(
      {
        type: 'script',
        because: { type: 'needsShell', because: { type: 'builtin', name: 'cd' } },
      },
      'ask',
      'What it does cannot be told from its words: `cd` exists only inside a shell. ' +
        'Such a line is asked each time.',
    );
  });

  it('name a verdict where there is one to name', () => {
    const [passed, asked] = steps(
      [
        {
          because: { type: 'switch', capability: 'shell', on: true },
          said: 'free',
          decided: false,
          answered: false,
        },
        {
          because: { type: 'firstUse', capability: 'shell' },
          said: 'ask',
          decided: true,
          answered: false,
        },
      ],
      scout,
    );
    expect([passed?.verdict, asked?.verdict]).toEqual([null, 'Ask']);
  });

  it('end with the step that decided, or else the last one', () => {
    const step = (decided: boolean, limit: number) =>
      ({
        because: { type: 'rate', capability: 'notification', limit, recent: 0 },
        said: 'free',
        decided,
        answered: false,
      }) as const;
    expect(decisive([step(true, 1), step(false, 2)])).toEqual(step(true, 1));
    expect(decisive([step(false, 1), step(false, 2)])).toEqual(step(false, 2));
    expect(decisive([])).toBeUndefined();
  });
});

describe('time', () => {
  it.each([
    [-1, '0:00'],
    [1, '0:01'],
    [42_000, '0:42'],
    [59_001, '1:00'],
    [725_000, '12:05'],
    [3_600_000, '1:00:00'],
  ])('counts %i ms down as %s', (ms, words) => {
    expect(countdown(ms)).toBe(words);
  });

  it.each([
    [0.4, '0.4 ms'],
    [84, '84 ms'],
    [30_000, '30 sec'],
    [90_000, '1 min 30 sec'],
    [119_700, '2 min'],
    [120_000, '2 min'],
    [59_970, '1 min'],
    [3_599_700, '1 hr'],
    [3_600_000, '1 hr'],
    [5_400_000, '1 hr 30 min'],
    [86_400_000 - 1, '1 day'],
    [86_400_000, '1 day'],
    [36 * 3_600_000, '1 day 12 hr'],
    [604_800_000, '7 days'],
    [40 * 86_400_000, '40 days'],
  ])('tells %d ms as %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it('tells how long ago, and never the future', () => {
    expect(ago(10_000, 10_500)).toBe('just now');
    expect(ago(10_000, 18_000)).toBe('8 sec. ago');
    expect(ago(0, 3 * 3_600_000)).toBe('3 hr. ago');
    expect(ago(20_000, 10_000)).toBe('just now');
  });

  it('tells how soon, and never sooner', () => {
    const day = 24 * 3_600_000;
    expect(shortly(10_000, 20_000)).toBe('now');
    expect(shortly(90_000, 0)).toBe('in 1 min.');
    expect(shortly(day - 1, 0)).toBe('in 23 hr.');
    expect(shortly(day, 0)).toBe('tomorrow');
    expect(shortly(7 * day - 1, 0)).toBe('in 6 days');
  });

  it('names the days that are near', () => {
    const now = new Date(2026, 10, 21, 9).getTime();
    expect(dayName(now - 1_000, now)).toBe('Today');
    expect(dayName(now - 12 * 3_600_000, now)).toBe('Yesterday');
    expect(dayName(now - 72 * 3_600_000, now)).toBe('Wednesday 18 November');
    expect(dayName(new Date(2025, 9, 10, 12).getTime(), now)).toBe('10 Oct 2025');
  });
});

it('counts in words while they are short', () => {
  expect(counted(0, 'agent', 'agents')).toBe('no agents');
  expect(counted(1, 'agent', 'agents')).toBe('one agent');
  expect(counted(2, 'agent', 'agents')).toBe('two agents');
  expect(counted(1200, 'agent', 'agents')).toBe('1,200 agents');
});

it('tells a failure by its code, not by its message', () => {
  const of = (code: ApiFailure['code']) =>
    notice(new ApiFailure({ code, message: 'internal wording', hint: null }));
  expect(of('gone')).toEqual({
    tone: 'info',
    title: 'That is already answered or over.',
    hint: null,
  });
  expect(of('changed').tone).toBe('info');
  expect(of('failed')).toEqual({ tone: 'danger', title: 'internal wording', hint: null });
});
