import { afterEach, expect, it } from 'vitest';
import type { PlaceFoundView } from '../../api/generated/PlaceFoundView';
import { speak } from '../../i18n';
import { place } from './trials';

afterEach(async () => {
  await speak('en');
});

function at(more: Partial<PlaceFoundView>): PlaceFoundView {
  return { latitude: 0, longitude: 0, accuracy: null, typed: false, source: null, ...more };
}

it.each<[Partial<PlaceFoundView>, string]>([
  [
    { latitude: -33.85678, longitude: 151.2153, accuracy: 4.2 },
    'This computer is at 33.85678° S, 151.2153° E. That is right within 5 m.',
  ],
  [
    { latitude: 40.6892, longitude: -74.0445, accuracy: 2_500 },
    'This computer is at 40.6892° N, 74.0445° W. That is right within 2.5 km.',
  ],
  [{}, 'This computer is at 0° N, 0° E. How exact that is, nobody says.'],
])('%#: tells a place', (found, words) => {
  expect(place(at(found))).toBe(words);
});

it('tells it in the language of the person', async () => {
  await speak('de');
  expect(place(at({ latitude: 52.5, longitude: 13.4, accuracy: 10 }))).toContain('13,4° O');
});
