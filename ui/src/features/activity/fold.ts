// Pure work on entries of the record.

import type { ActivityEntry } from '../../api/generated/ActivityEntry';
import type { ActivityListParams } from '../../api/generated/ActivityListParams';
import type { CapabilityView } from '../../api/generated/CapabilityView';
import type { Ended } from '../../api/generated/Ended';
import type { VerdictView } from '../../api/generated/VerdictView';
import { dayKey } from '../../words/time';

/** The capabilities that commands have asked for until now. */
export const SHOWN = [
  'shell',
  'camera',
  'screen',
  'location',
  'notification',
] as const satisfies CapabilityView[];

/** What narrows the record down; null and nothing do not. */
export interface Filter {
  readonly capability: CapabilityView | null;
  readonly verdict: VerdictView | null;
  /** An agent's id. */
  readonly agent: string | null;
  readonly words: string;
  /** 2026-11-21: it begins at the end of this day. */
  readonly day: string;
  /** And ends at its beginning. */
  readonly dayAlone: boolean;
}

export const EVERYTHING: Filter = {
  capability: null,
  verdict: null,
  agent: null,
  words: '',
  day: '',
  dayAlone: false,
};

export type Narrowed = Omit<ActivityListParams, 'before' | 'limit'>;

/** The same, as it is asked for. */
export function narrowed(filter: Filter): Narrowed {
  const { capability, verdict, agent, day, dayAlone } = filter;
  const words = filter.words.trim();
  return {
    ...(capability === null ? {} : { capability }),
    ...(verdict === null ? {} : { verdict }),
    ...(agent === null ? {} : { agent }),
    ...(words === '' ? {} : { words }),
    ...within(day, dayAlone),
  };
}

/** A day here, from midnight to midnight: 23 or 25 hours where the clocks are changed. */
function within(day: string, alone: boolean): Pick<Narrowed, 'from' | 'until'> {
  const [, year, month, date] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? []).map(Number);
  if (year === undefined || month === undefined || date === undefined) return {};
  const midnight = (more: number) => new Date(year, month - 1, date + more).getTime();
  return alone ? { from: midnight(0), until: midnight(1) } : { until: midnight(1) };
}

export function isNarrow(filter: Filter): boolean {
  return Object.keys(narrowed(filter)).length > 0;
}

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

/** What is followed by another capture than before, or by none. */
const CHANGES = new Set<string>([
  'recordingEnded',
  'recordingCut',
  'retaken',
  'artifactDeleted',
  'tried',
]);

/** The newest entry after which something else is kept than before; 0 if there is none. */
export function keptSince(entries: readonly ActivityEntry[]): number {
  const changes = entries.find(({ what }) => CHANGES.has(what.type));
  return changes?.seq ?? 0;
}

/** The newest entries before older ones that were loaded, each entry once. */
export function merge(
  loaded: readonly ActivityEntry[],
  recent: readonly ActivityEntry[],
): readonly ActivityEntry[] {
  const newest = loaded[0]?.seq ?? -1;
  const newer = recent.filter(({ seq }) => seq > newest);
  // Often there is none, and a hundred thousand need not be copied for it.
  return newer.length === 0 ? loaded : [...newer, ...loaded];
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

/** Whether the date is another than that of the entry above it. */
export function beginsDay(entries: readonly ActivityEntry[], index: number): boolean {
  const [above, entry] = [entries[index - 1], entries[index]];
  return !above || !entry || dayKey(above.at) !== dayKey(entry.at);
}

/** Whether it is the last of its date, or of all. */
export function endsDay(entries: readonly ActivityEntry[], index: number): boolean {
  return index >= entries.length - 1 || beginsDay(entries, index + 1);
}
