// What several answers of the hub come to, taken together.

import type { AuditLine, Device, Proposal, Session, Supervised, Training } from './shapes';

/** A device of the person's: paired, or known by a token of theirs. */
export interface Known {
  key: string;
  name: string;
  device: Device | null;
  pairing: Session | null;
}

/** The devices, with their pairings; those that never connected are there, too. */
export function known(devices: readonly Device[], sessions: readonly Session[]): Known[] {
  const pairings = sessions.filter(({ kind }) => kind === 'device');
  const paired = pairings.map((pairing) => {
    const device = devices.find(({ id }) => id === pairing.device_id) ?? null;
    return { key: pairing.id, name: device?.name ?? pairing.label, device, pairing };
  });
  const others = devices
    .filter(({ id }) => pairings.every(({ device_id }) => device_id !== id))
    .map((device) => ({ key: device.id, name: device.name, device, pairing: null }));
  const rank = ({ device }: Known) => (device !== null && device.status !== 'offline' ? 0 : 1);
  return [...paired, ...others].sort(
    (one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name),
  );
}

/** A line of the audit, with the device it is of. */
export interface Asked extends AuditLine {
  device: string;
}

const MOST_LINES = 200;

/** Of several devices' lines, the newest. */
export function newest(lines: readonly Asked[]): Asked[] {
  return [...lines]
    .sort((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at))
    .slice(0, MOST_LINES);
}

/** The newest of all, and what goes on although it began long ago; where both tell, the former. */
export function together(all: readonly Supervised[], active: readonly Supervised[]): Supervised[] {
  const ids = new Set(all.map(({ session_id }) => session_id));
  return [...all, ...active.filter(({ session_id }) => !ids.has(session_id))];
}

/** What agents want or do of their own accord, and did. */
export interface Overview {
  /** Those that wait. */
  proposals: Proposal[];
  trainings: Training[];
  sessions: Supervised[];
}

/** The same by what a person can do about it. */
export interface Parts {
  empty: boolean;
  /** What is to be decided. The oldest first: what comes does not push away what is answered. */
  waiting: (Proposal | Training)[];
  underway: Supervised[];
  over: Supervised[];
  /** Those that go on, and those that are complete. */
  trainings: Training[];
}

export function goesOn({ status }: Supervised): boolean {
  return status === 'running' || status === 'interrupted';
}

export function sorted({ proposals, trainings, sessions }: Overview): Parts {
  const proposed = trainings.filter(({ status }) => status === 'pending_approval');
  const taken = trainings.filter(({ status }) => status === 'approved' || status === 'executed');
  const waiting = [...proposals, ...proposed].sort(
    (one, other) => Date.parse(one.created_at) - Date.parse(other.created_at),
  );
  return {
    empty: waiting.length + taken.length + sessions.length === 0,
    waiting,
    underway: sessions.filter(goesOn),
    over: sessions.filter((session) => !goesOn(session)),
    trainings: taken,
  };
}

/** The code in the address that a device shows: behind `#`, which no server sees, or as `?code=`. */
export function codeOf({ hash, search }: { hash: string; search: string }): string {
  const behind = hash.slice(1);
  if (behind === '') return new URLSearchParams(search).get('code') ?? '';
  try {
    return decodeURIComponent(behind);
  } catch {
    return behind;
  }
}
