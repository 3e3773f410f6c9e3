import { expect, it } from 'vitest';
import { placeOf } from './place';

it.each([
  ['52.52', '13,405', '', { latitude: 52.52, longitude: 13.405, accuracy: null }],
  [' −33.9 ', '151', '50', { latitude: -33.9, longitude: 151, accuracy: 50 }],
  ['91', '0', '', null],
  ['0', '-180.5', '', null],
  ['', '13', '', null],
  ['1e3', '13', '', null],
  ['52', '13', '0', null],
  ['52', '13', 'near', null],
])('%s, %s within %s', (latitude, longitude, accuracy, place) => {
  expect(placeOf(latitude, longitude, accuracy)).toEqual(place);
});
