import { expect, it } from 'vitest';
import type { Decision } from '../../api/generated/Decision';
import { isNo, safe } from './safe';

it.each<[Decision[], Decision]>([
  [['deny', 'allowOnce', 'allowAlways'], 'deny'],
  [['discard', 'retake', 'send'], 'discard'],
  // Whatever the order: never a yes.
  [['allowOnce', 'deny'], 'deny'],
  [['send', 'discard'], 'discard'],
  [['retake', 'send'], 'deny'],
  [[], 'deny'],
])('of %j the safe one is %s', (decisions, answer) => {
  expect(safe({ decisions })).toBe(answer);
});

it('counts nothing as a no but a no', () => {
  const all: Record<Decision, boolean> = {
    deny: true,
    discard: true,
    allowOnce: false,
    allowCoarse: false,
    allowAlways: false,
    send: false,
    retake: false,
  };
  for (const [decision, no] of Object.entries(all)) expect(isNo(decision as Decision)).toBe(no);
});
