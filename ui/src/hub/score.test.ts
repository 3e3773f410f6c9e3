import { describe, expect, it } from 'vitest';
import { moveOf, percentOf, STARS, starsOf } from './score';

describe('a score', () => {
  it('moves as the hub has it', () => {
    expect(STARS.map(moveOf)).toEqual([-0.1, -0.02, 0, 0.01, 0.05]);
  });

  it.each([
    [0, '1'],
    [19, '1'],
    [20, '2'],
    [40, '3'],
    [59, '3'],
    [60, '4'],
    [79, '4'],
    [80, '5'],
    [100, '5'],
  ])('of %i percent is worth %s stars', (percent, stars) => {
    expect(starsOf(percent)).toBe(stars);
  });

  it.each([
    ['0', 0],
    [' 100 ', 100],
    ['101', null],
    ['-1', null],
    ['12.5', null],
    ['', null],
    ['many', null],
  ])('typed as %j is %j', (typed, percent) => {
    expect(percentOf(typed)).toBe(percent);
  });
});
