// What the timeline says, in English.

import type { ActivityView } from '../../api/generated/ActivityView';
import type { Ended } from '../../api/generated/Ended';
import type { VerifyResponse } from '../../api/generated/VerifyResponse';
import { duration } from '../../words/time';
import { digits } from '../../words/words';
import type { Filter } from './fold';

export const text = {
  filters: 'Show',
  older: 'Older',
  loading: 'Loading…',
  retry: 'Try again',
  emptyTitle: 'Nothing happened yet',
  emptyBody: 'Every command, every answer and every refusal is written down here, for good.',
  noneSuch: 'None of these among the entries loaded.',
  thatIsAll: 'That is all, from the beginning.',
  verify: 'Check the record',
  verifying: 'Checking…',
  verifyWhat: 'Every entry is chained to the one before and sealed with this device’s key.',
  output: 'Show what it printed',
  printed: 'What it printed',
  errors: 'What it printed as errors',
  nothing: 'It printed nothing.',
  more: 'Scroll to read all of it.',
  entry: 'Entry',
  from: 'From',
  line: 'The line',
  time: 'When',
  took: 'Took',
  exit: 'Exit code',
  outcome: 'Outcome',
  contained: 'Contained',
  why: 'Why',
  decided: 'decided',
} as const;

export const FILTER: Record<Filter, string> = {
  all: 'All',
  notifications: 'Notifications',
  shell: 'Shell',
  refused: 'Refused',
};

/** How it ended, in a word or two. */
export const ENDED: Record<Ended, string> = {
  free: 'free',
  watched: 'you could watch',
  allowed: 'allowed by you',
  denied: 'denied by you',
  expired: 'no answer',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  forbidden: 'blocked',
  failed: 'failed',
};

/** The same as a sentence. */
export const OUTCOME: Record<Ended, string> = {
  free: 'Done without asking, as your table says.',
  watched: 'Done in sight, as your table says.',
  allowed: 'Done after you allowed it.',
  denied: 'Not done: you denied it.',
  expired: 'Not done: nobody answered in time, which counts as no.',
  cancelled: 'Stopped before its end.',
  interrupted: 'Chaperone ended while it ran. It was not run again.',
  forbidden: 'Not done: it was not allowed.',
  failed: 'It was allowed, and it failed.',
};

export const ENDED_TONE = {
  free: 'green',
  watched: 'green',
  allowed: 'green',
  denied: 'danger',
  expired: 'amber',
  cancelled: 'amber',
  interrupted: 'amber',
  forbidden: 'danger',
  failed: 'danger',
} as const satisfies Record<Ended, string>;

/** Whether it was carried out, at least in part. */
export const HAPPENED: Record<Ended, boolean> = {
  free: true,
  watched: true,
  allowed: true,
  denied: false,
  expired: false,
  cancelled: false,
  interrupted: true,
  forbidden: false,
  failed: false,
};

type SystemEvent = Exclude<ActivityView, { type: 'command' }>;

/** What the app itself did. */
export function systemEvent(what: SystemEvent): string {
  switch (what.type) {
    case 'started':
      return `Chaperone ${what.version} started`;
    case 'stopped':
      return 'Chaperone stopped';
    case 'paused':
      return 'Everything was paused';
    case 'resumed':
      return 'Everything was resumed';
    case 'connected':
      return `Connected to ${what.connection}`;
    case 'disconnected':
      return `Lost the connection to ${what.connection}`;
  }
}

export function verdict({ entries, broken }: VerifyResponse): string {
  if (broken === null) {
    return `The record is whole: ${digits(entries)} ${entries === 1 ? 'entry' : 'entries'}, each as it was written.`;
  }
  return `The record was tampered with at entry ${digits(broken.seq)}: ${broken.problem}`;
}

export function cut(bytes: number): string {
  const size = new Intl.NumberFormat('en', {
    style: 'unit',
    unit: 'byte',
    unitDisplay: 'long',
    notation: 'compact',
  });
  return `${size.format(bytes)} in the middle were left out.`;
}

export function took(ms: number): string {
  return duration(ms);
}
