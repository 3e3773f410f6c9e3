// The hub's moments in words.

import { formats } from '../i18n/hub';

/** 21 Nov 2026 */
export function dateOf(at: string): string {
  return formats().date.format(Date.parse(at));
}

/** 21 Nov 2026, 14:02 */
export function momentOf(at: string): string {
  return formats().moment.format(Date.parse(at));
}
