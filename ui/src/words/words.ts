// The product's vocabulary in words: one place, so that no two views call one thing by two names.

import type { CapabilityView } from '../api/generated/CapabilityView';
import type { Level } from '../api/generated/Level';
import type { Phase } from '../api/generated/Phase';
import type { RiskKind } from '../api/generated/RiskKind';
import type { VerdictView } from '../api/generated/VerdictView';

export const LEVELS = ['student', 'intern', 'supervised', 'autonomous'] as const satisfies Level[];

export const LEVEL: Record<Level, string> = {
  student: 'Student',
  intern: 'Intern',
  supervised: 'Supervised',
  autonomous: 'Autonomous',
};

/** Which of the kit's colours a level has. */
export const LEVEL_TONE = {
  student: 'slate',
  intern: 'blue',
  supervised: 'amber',
  autonomous: 'violet',
} as const satisfies Record<Level, string>;

/** A capability as a heading. */
export const CAPABILITY: Record<CapabilityView, string> = {
  notification: 'Notifications',
  location: 'Location',
  camera: 'Camera',
  microphone: 'Microphone',
  screen: 'Screen',
  agents: 'Programs of hubs',
  network: 'Network',
  shell: 'Shell',
};

/** A capability within a sentence. */
export const THE_CAPABILITY: Record<CapabilityView, string> = {
  notification: 'notifications',
  location: 'the location',
  camera: 'the camera',
  microphone: 'the microphone',
  screen: 'the screen',
  agents: 'programs set up for hubs',
  network: 'the network',
  shell: 'the shell',
};

export const VERDICT: Record<VerdictView, string> = {
  forbid: 'Blocked',
  ask: 'Ask',
  watch: 'Watch',
  free: 'Free',
};

export const VERDICT_TONE = {
  forbid: 'slate',
  ask: 'amber',
  watch: 'blue',
  free: 'green',
} as const satisfies Record<VerdictView, string>;

export const PHASE: Record<Phase, string> = {
  connecting: 'Connecting',
  connected: 'Connected',
  polling: 'Asking for commands every few seconds',
  waiting: 'Waiting to try again',
  refused: 'Refused',
  stopped: 'Stopped',
};

export const RISK: Record<RiskKind, string> = {
  script: 'A script: what it does cannot be told from its words alone.',
  wrapper: 'Runs another program, or code, given in its arguments.',
  destructive: 'Deletes or overwrites.',
  privilege: 'Becomes another user.',
  network: 'Talks to the network.',
  lookAlike: 'Letters of different scripts that look alike.',
  hidden: 'Characters that cannot be seen.',
};

const SMALL = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const number = new Intl.NumberFormat('en');

/** “three requests”, “1 request” where digits are wanted: pass the noun for one and for many. */
export function counted(count: number, one: string, many: string): string {
  return `${SMALL[count] ?? number.format(count)} ${count === 1 ? one : many}`;
}

export function digits(value: number): string {
  return number.format(value);
}

const size = (unit: 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte', most: number) =>
  new Intl.NumberFormat('en', {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: most,
  });
const SIZES = [
  [1e9, size('gigabyte', 1)],
  [1e6, size('megabyte', 1)],
  [1e3, size('kilobyte', 0)],
] as const;
const BYTES = size('byte', 0);

/** “214 kB”, “3.1 MB”. */
export function fileSize(bytes: number): string {
  for (const [one, words] of SIZES) {
    // From where it would be rounded up to one.
    if (bytes >= 0.9995 * one) return words.format(bytes / one);
  }
  return BYTES.format(bytes);
}

/** Shows what cannot be seen, for text that did not come through the engine's own views. */
export function visible(text: string): string {
  return text.replace(
    /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
