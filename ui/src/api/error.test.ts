import { expect, it } from 'vitest';
import { ApiFailure, toApiFailure } from './error';

it('keeps the code and the hint of an answer', () => {
  const failure = toApiFailure({ code: 'gone', message: 'it is over', hint: 'look again' });
  expect(failure).toBeInstanceOf(ApiFailure);
  expect(failure).toMatchObject({
    code: 'gone',
    message: 'it is over',
    hint: 'look again',
  });
});

it.each([
  [new Error('broken pipe'), 'failed', 'broken pipe'],
  ['just a string', 'failed', 'just a string'],
  [{ code: 'toString', message: 'odd' }, 'failed', 'odd'],
  [undefined, 'failed', 'undefined'],
])('makes one of anything: %s', (cause, code, message) => {
  const failure = toApiFailure(cause);
  expect([failure.code, failure.message, failure.hint]).toEqual([code, message, null]);
});
