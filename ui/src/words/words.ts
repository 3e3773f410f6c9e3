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

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
