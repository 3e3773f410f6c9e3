// Pure work on entries of the record.

import type { ActivityEntry } from '../../api/generated/ActivityEntry';
import type { Ended } from '../../api/generated/Ended';
import { dayKey } from '../../words/time';

export const FILTERS = [
  'all',
  'shell',
  'camera',
  'screen',
  'location',
  'notifications',
  'refused',
] as const;
export type Filter = (typeof FILTERS)[number];

const REFUSED: Record<Ended, boolean> = {
  free: false,
  watched: false,
  allowed: false,
  denied: true,
  expired: true,
  cancelled: false,
  interrupted: false,
  forbidden: true,
  failed: false,
};

const RAN: Record<Ended, boolean> = {
  free: true,
  watched: true,
  allowed: true,
  denied: false,
  expired: false,
  cancelled: true,
  interrupted: true,
  forbidden: false,
  failed: true,
};

export function passes({ what }: ActivityEntry, filter: Filter): boolean {
  if (filter === 'all') return true;
  if (what.type !== 'command') return false;
  switch (filter) {
    case 'camera':
      return what.action.type === 'camera';
    case 'screen':
      return ['screenshot', 'recording', 'endRecording'].includes(what.action.type);
    case 'location':
      return what.action.type === 'location';
    case 'notifications':
      return what.action.type === 'notification';
    case 'shell':
      return what.action.type === 'shell';
    case 'refused':
      return REFUSED[what.ended];
  }
}

/** Whether it ran, so that it may have printed something: also what was stopped on its way. */
export function mayHavePrinted({ what }: ActivityEntry): boolean {
  return what.type === 'command' && what.action.type === 'shell' && RAN[what.ended];
}

/** Whether it ran, so that something it captured may be kept. */
export function mayHaveCaptured({ what }: ActivityEntry): boolean {
  return (
    what.type === 'command' &&
    ['camera', 'screenshot', 'recording'].includes(what.action.type) &&
    RAN[what.ended]
  );
}

/** The newest entry after which something else is kept than before; 0 if there is none. */
export function keptSince(entries: readonly ActivityEntry[]): number {
  const changes = entries.find(({ what }) =>
    ['recordingEnded', 'artifactDeleted'].includes(what.type),
  );
  return changes?.seq ?? 0;
}

/** Two pieces of the record as one, newest first, each entry once. */
export function merge(
  some: readonly ActivityEntry[],
  others: readonly ActivityEntry[],
): ActivityEntry[] {
  const bySeq = new Map([...some, ...others].map((entry) => [entry.seq, entry]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}

/** Whether entries may be missing between what was loaded and the newest ones. */
export function mayMiss(
  loaded: readonly ActivityEntry[],
  recent: readonly ActivityEntry[],
): boolean {
  const newest = loaded[0];
  const oldest = recent.at(-1);
  return newest !== undefined && oldest !== undefined && oldest.seq > newest.seq;
}

export interface Day {
  /** The number of its newest entry: a clock that was set back may bring a date twice. */
  key: number;
  at: number;
  entries: ActivityEntry[];
}

/** Cut where the date changes; the order of the record stays. */
export function byDay(entries: readonly ActivityEntry[]): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const last = days.at(-1);
    if (last && dayKey(last.at) === dayKey(entry.at)) last.entries.push(entry);
    else days.push({ key: entry.seq, at: entry.at, entries: [entry] });
  }
  return days;
}
