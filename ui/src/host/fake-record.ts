// The record of the host without an app, searched as the device searches its own.

import type { ActivityAction } from '../api/generated/ActivityAction';
import type { ActivityEntry } from '../api/generated/ActivityEntry';
import type { ActivityListParams } from '../api/generated/ActivityListParams';
import type { ActivityListResponse } from '../api/generated/ActivityListResponse';
import type { CapabilityView } from '../api/generated/CapabilityView';

const PAGE = 200;

function capability({ type }: ActivityAction): CapabilityView | null {
  switch (type) {
    case 'screenshot':
    case 'recording':
    case 'endRecording':
      return 'screen';
    case 'unknown':
    case 'unreadable':
      return null;
    case 'notification':
    case 'shell':
    case 'location':
    case 'camera':
      return type;
  }
}

function passes({ at, what }: ActivityEntry, wanted: ActivityListParams): boolean {
  if (wanted.from !== undefined && at < wanted.from) return false;
  if (wanted.until !== undefined && at >= wanted.until) return false;
  const command = what.type === 'command' ? what : null;
  if (wanted.agent !== undefined && command?.agent.id !== wanted.agent) return false;
  if (wanted.capability !== undefined) {
    if (!command || capability(command.action) !== wanted.capability) return false;
  }
  if (wanted.verdict !== undefined) {
    if (command?.reasons.find(({ decided }) => decided)?.said !== wanted.verdict) return false;
  }
  if (wanted.words === undefined) return true;
  const said = JSON.stringify(what).toLowerCase();
  return wanted.words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}

/** One page of a record that is kept newest first. */
export function listed(
  record: readonly ActivityEntry[],
  wanted: ActivityListParams,
): ActivityListResponse {
  const { before } = wanted;
  // Numbers fall by a fixed step as a rule, and a long record is read page by page.
  let at = 0;
  if (before !== null) {
    let end = record.length;
    while (at < end) {
      const middle = (at + end) >> 1;
      if ((record[middle]?.seq ?? 0) >= before) at = middle + 1;
      else end = middle;
    }
  }
  const limit = Math.min(wanted.limit, PAGE);
  const entries: ActivityEntry[] = [];
  for (; at < record.length; at += 1) {
    const entry = record[at];
    if (!entry || !passes(entry, wanted)) continue;
    if (entries.length === limit) return { entries, more: true };
    entries.push(entry);
  }
  return { entries, more: false };
}
