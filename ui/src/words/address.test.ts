import { expect, it } from 'vitest';
import { isExposed } from './address';

it.each([
  ['ws://hub.example.net', true],
  [' HTTP://10.0.0.7:8000/ws ', true],
  ['ws://localhost:8000', false],
  ['ws://127.0.0.1', false],
  ['http://[::1]:7377', false],
  ['ws://127.example.net', true],
  ['wss://hub.example.net', false],
  ['hub.example.net', false],
  ['ws://', false],
])('%s crosses a network in the clear: %s', (address, exposed) => {
  expect(isExposed(address)).toBe(exposed);
});
