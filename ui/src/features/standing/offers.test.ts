import { expect, it } from 'vitest';
import { standing, standingCell } from '../../host/samples';
import { facts } from './facts';
import { isBelowFloor, offered } from './offers';

const row = (capability: string) => {
  const found = standing.find((one) => one.capability === capability);
  if (!found) throw new Error(`no ${capability}`);
  return found;
};

it('offers nothing looser than a level above has', () => {
  expect(offered(row('camera'), 'intern')).toEqual(['forbid', 'ask']);
  expect(offered(row('location'), 'supervised')).toEqual(['forbid', 'ask', 'watch']);
  expect(offered(row('location'), 'autonomous')).toEqual(['forbid', 'ask', 'watch', 'free']);
  expect(offered(row('shell'), 'supervised')).toEqual(['forbid', 'ask']);
});

it('knows which levels are never enough', () => {
  expect(isBelowFloor(row('shell'), 'supervised')).toBe(true);
  expect(isBelowFloor(row('shell'), 'autonomous')).toBe(false);
  expect(isBelowFloor(row('camera'), row('camera').floor)).toBe(false);
});

it('tells what else holds in a cell', () => {
  const remember = { seconds: 3_600, verdict: 'watch' } as const;
  expect(facts(standingCell('ask', { remember, preview: true }))).toEqual([
    'once in 1 hr, then Watch',
    'you look first',
  ]);
  expect(facts(standingCell('watch', { precision: 'low', perMinute: 6 }))).toEqual([
    'no more exact than: about the town',
    'up to 6 a minute',
  ]);
  expect(facts(standingCell('forbid', { preview: true }))).toEqual([]);
  const week = { seconds: 604_800, verdict: 'free' } as const;
  expect(facts(standingCell('ask', { remember: week }))).toEqual(['once in 7 days, then Free']);
});
