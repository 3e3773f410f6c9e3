// The answer that does no harm.

import type { Decision } from '../../api/generated/Decision';
import type { RequestView } from '../../api/generated/RequestView';

/** The first on offer, by contract; but never anything except a no. */
export function safe({ decisions }: Pick<RequestView, 'decisions'>): 'deny' | 'discard' {
  return decisions.find(isNo) ?? 'deny';
}

export function isNo(decision: Decision): decision is 'deny' | 'discard' {
  return decision === 'deny' || decision === 'discard';
}
