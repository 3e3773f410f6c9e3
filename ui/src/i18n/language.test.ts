import { afterEach, describe, expect, it } from 'vitest';
import { ago, dayName, duration } from '../words/time';
import { digits, fileSize } from '../words/words';
import { fill } from './pieces';
import { formats, language, speak, systemLanguage, t } from './index';
import { localeOf, preferred, type Language } from './languages';

afterEach(async () => {
  await speak('en');
});

describe('speaking', () => {
  it('changes every sentence, and what the page says of itself', async () => {
    expect(t().requests.decision.deny).toBe('Deny');
    await speak('de');
    expect([language(), t().requests.decision.deny]).toEqual(['de', 'Ablehnen']);
    expect([document.documentElement.lang, document.documentElement.dir]).toEqual(['de', 'ltr']);
    await speak('zh');
    expect([document.documentElement.lang, t().requests.decision.deny]).toEqual([
      'zh-Hans',
      '拒绝',
    ]);
  });

  it('ends with the language that was asked for last', async () => {
    await Promise.all([speak('ja'), speak('fr'), speak('es')]);
    expect(language()).toBe('es');
    await Promise.all([speak('fr'), speak('en')]);
    expect(language()).toBe('en');
  });

  it('writes numbers and times as the language does', async () => {
    const noon = new Date(2026, 10, 21, 12).getTime();
    await speak('de');
    expect(digits(1_234_567)).toBe('1.234.567');
    expect(fileSize(3_140_000)).toBe('3,1 MB');
    expect(duration(90_000)).toBe('1 Min. 30 Sek.');
    expect(ago(noon - 8_000, noon)).toBe('vor 8 Sek.');
    expect(dayName(noon - 72 * 3_600_000, noon)).toBe('Mittwoch, 18. November');
    expect(duration(604_800_000)).toBe('7 Tage');
    await speak('ja');
    expect(dayName(noon - 72 * 3_600_000, noon)).toBe('11月18日水曜日');
    expect(formats().list.format(['A', 'B', 'C'])).toBe('A、B、C');
  });
});

describe('a duration', () => {
  const WEEK = 604_800_000;
  const DAY_AND_A_HALF = 36 * 3_600_000;

  it.each<[Language, string, string, string]>([
    ['en', '7 days', '1 day 12 hr', '4 hr'],
    ['de', '7 Tage', '1 Tag 12 Std.', '4 Std.'],
    ['es', '7 días', '1 día 12 h', '4 h'],
    ['fr', '7 jours', '1 jour 12 h', '4 h'],
    ['ja', '7 日', '1 日 12 時間', '4 時間'],
    ['zh', '7天', '1天 12小时', '4小时'],
  ])('in %s is told in the largest unit that fits', async (spoken, week, more, hours) => {
    await speak(spoken);
    const blank = (said: string) => said.replace(/[\u00a0\u202f]/g, ' ');
    expect([WEEK, DAY_AND_A_HALF, 4 * 3_600_000].map((ms) => blank(duration(ms)))).toEqual([
      week,
      more,
      hours,
    ]);
  });
});

describe('choosing', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['pt-BR', 'es-MX', 'en'], 'es'],
    [['zh-TW'], 'zh'],
    [['nb', 'sv'], 'en'],
    [[], 'en'],
  ])('of %j it speaks %s', (tags, wanted) => {
    expect(preferred(tags)).toBe(wanted);
  });

  it('keeps the way of the region, where it is one of that language', () => {
    expect(localeOf('de', ['de-AT', 'en-US'])).toBe('de-AT');
    expect(localeOf('en', ['de-AT'])).toBe('en-GB');
    expect(systemLanguage()).toBe('en');
  });
});

describe('a sentence with words from outside', () => {
  const agent = { outside: '{connection}', as: 'name' } as const;
  const connection = { outside: 'Atom', as: 'name' } as const;

  it('keeps them apart, in the order of the language', () => {
    expect(fill('You muted {agent} at {connection}', { agent, connection })).toEqual([
      'You muted ',
      agent,
      ' at ',
      connection,
    ]);
    expect(fill('{connection} の {agent}', { agent, connection })).toEqual([
      connection,
      ' の ',
      agent,
    ]);
  });

  it('leaves a slot that nothing is for as it is', () => {
    expect(fill('a {toString} b', { agent })).toEqual(['a ', '{toString}', ' b']);
  });
});
