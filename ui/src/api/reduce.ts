// What a face knows, folded from what it hears. Pure: asking for a new snapshot is the feed's work.

import type { HostMessage } from '../host/host';
import type { Change } from './generated/Change';
import type { Snapshot } from './generated/Snapshot';

/** As many entries as a snapshot brings. */
const RECENT = 20;

export interface State {
  /** The last thing known; nothing before the first snapshot. */
  readonly snapshot: Snapshot | null;
  /** Whether the app can be heard right now. */
  readonly link: 'starting' | 'live' | 'lost';
  /** Something was missed: what is shown is old until a snapshot of at least `seen` comes. */
  readonly behind: boolean;
  /** The highest number heard of since the link was last lost. */
  readonly seen: number;
}

export const START: State = { snapshot: null, link: 'starting', behind: false, seen: -1 };

export function reduce(state: State, message: HostMessage): State {
  switch (message.type) {
    case 'lost':
      // What comes next may be another run of the app, which counts from the beginning.
      return { ...state, link: 'lost', behind: false, seen: -1 };
    case 'snapshot': {
      const { snapshot } = message;
      if (snapshot.seq < state.seen) return { ...state, link: 'live', behind: true };
      return { snapshot, link: 'live', behind: false, seen: snapshot.seq };
    }
    case 'event': {
      const { seq, change } = message.event;
      const { snapshot } = state;
      if (snapshot === null || state.link !== 'live') {
        return { ...state, seen: Math.max(state.seen, seq), behind: true };
      }
      if (seq <= snapshot.seq) return state;
      if (seq > snapshot.seq + 1) {
        return { ...state, seen: Math.max(state.seen, seq), behind: true };
      }
      const next = { ...fold(snapshot, change), seq };
      const seen = Math.max(state.seen, seq);
      return { ...state, snapshot: next, seen, behind: seen > seq };
    }
  }
}

function fold(snapshot: Snapshot, change: Change): Snapshot {
  switch (change.type) {
    case 'paused':
      return { ...snapshot, paused: change.paused };
    case 'connections':
      return { ...snapshot, connections: change.connections };
    case 'requests':
      return { ...snapshot, requests: change.requests };
    case 'running':
      return { ...snapshot, running: change.running };
    case 'standing':
      return { ...snapshot, standing: change.standing };
    case 'activity':
      return { ...snapshot, recent: [change.entry, ...snapshot.recent].slice(0, RECENT) };
    case 'notices':
      return { ...snapshot, notices: change.notices };
    case 'revisions':
      return { ...snapshot, revisions: change.revisions };
  }
}
