import { expect, it } from 'vitest';
import { standing } from '../../host/samples';
import { FLOOR, isBelowFloor } from '../../words/floor';
import { offered } from './offers';

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
  expect(isBelowFloor('shell', 'supervised')).toBe(true);
  expect(isBelowFloor('shell', 'autonomous')).toBe(false);
  expect(isBelowFloor('camera', FLOOR.camera)).toBe(false);
});
