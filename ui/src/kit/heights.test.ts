import { describe, expect, it } from 'vitest';
import { Heights } from './heights';

function some(...known: [number, number][]): Heights {
  const heights = new Heights(10);
  heights.reset(100);
  for (const [index, height] of known) heights.set(index, height);
  return heights;
}

describe('heights', () => {
  it('takes what was never drawn to be as high as was guessed', () => {
    const heights = some();
    expect([heights.count, heights.total, heights.top(7), heights.at(75)]).toEqual([
      100, 1000, 70, 7,
    ]);
  });

  it('moves what comes after a row that turns out to be higher', () => {
    const heights = some([3, 25]);
    expect([heights.top(3), heights.top(4), heights.total]).toEqual([30, 55, 1015]);
    expect([54, 55, 1014].map((place) => heights.at(place))).toEqual([3, 4, 99]);
    expect(heights.set(3, 12)).toBe(-13);
    expect(heights.top(4)).toBe(42);
  });

  it('agrees with adding up one by one', () => {
    const known = Array.from({ length: 100 }, (_, index): [number, number] => [
      index,
      ((index * 7919) % 83) + 1,
    ]);
    const heights = some(...known);
    let top = 0;
    for (const [index, height] of known) {
      expect(heights.top(index)).toBe(top);
      expect([heights.at(top), heights.at(top + height - 0.5)]).toEqual([index, index]);
      top += height;
    }
    expect(heights.total).toBe(top);
  });

  it('keeps what is known where rows come before and after', () => {
    const heights = some([0, 40], [99, 30]);
    heights.grow(5, 2);
    expect([heights.count, heights.height(5), heights.height(104)]).toEqual([107, 40, 30]);
    expect([heights.top(6), heights.total]).toEqual([90, 1120]);
  });

  it('stays within the rows there are', () => {
    const heights = some();
    expect([heights.at(-5), heights.at(1e9)]).toEqual([0, 99]);
    expect([heights.set(-1, 5), heights.set(100, 5), heights.total]).toEqual([0, 0, 1000]);
    heights.reset(0);
    expect([heights.total, heights.at(10)]).toEqual([0, 0]);
  });
});
