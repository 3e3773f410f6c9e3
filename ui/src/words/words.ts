// The product's vocabulary beside its words: orders, colours, and sizes.

import type { VerdictView } from '../api/generated/VerdictView';
import { formats } from '../i18n';

export { visible } from '../visible';
export { LEVEL_TONE, LEVELS } from './levels';

/** The strictest first. */
export const VERDICTS = ['forbid', 'ask', 'watch', 'free'] as const satisfies VerdictView[];

export const VERDICT_TONE = {
  forbid: 'slate',
  ask: 'amber',
  watch: 'blue',
  free: 'green',
} as const satisfies Record<VerdictView, string>;

export function digits(value: number): string {
  return formats().number.format(value);
}

/** “214 kB”, “3.1 MB”. */
export function fileSize(bytes: number): string {
  const { bytes: plain, kilobytes, megabytes, gigabytes } = formats();
  const sizes = [
    [1e9, gigabytes],
    [1e6, megabytes],
    [1e3, kilobytes],
  ] as const;
  for (const [one, words] of sizes) {
    // From where it would be rounded up to one.
    if (bytes >= 0.9995 * one) return words.format(bytes / one);
  }
  return plain.format(bytes);
}
