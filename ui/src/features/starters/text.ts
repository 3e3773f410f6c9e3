import type { Level } from '../../api/generated/Level';

export const text = {
  key: 'Key',
  reveal: 'Reveal',
  hide: 'Hide',
  copyKey: 'Copy key',
  copyCommand: 'Copy the line',
  copied: 'Copied',
  notCopied: 'The clipboard cannot be reached.',
  notCopiedHint: 'Reveal the key, then select and copy the text by hand.',
  none: 'The hub on this computer is not listening, so there is nothing to paste.',
  retry: 'Try again',
} as const;

/** What to expect, by level. */
export const EXPECT: Record<Level, string> = {
  student: 'May look on, and do nothing yet.',
  intern: 'May show notifications, asking each time.',
  supervised: 'Shows notifications by itself once you allowed it.',
  autonomous: 'May run commands too, asking each time.',
};

/** Dots of a fixed number: not even the length of a key shows. */
export const DOTS = '•'.repeat(16);

/** A line without its key. */
export function masked(line: string, key: string): string {
  return key === '' ? line : line.replaceAll(key, DOTS);
}
