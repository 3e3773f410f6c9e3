// What connections say, in English.

import type { ConnectionView } from '../../api/generated/ConnectionView';
import type { Phase } from '../../api/generated/Phase';
import { countdown, duration } from '../../words/time';
import { capital, counted, digits } from '../../words/words';

export const text = {
  tryNow: 'Try now',
  ceiling: 'Nobody there counts for more than',
  none: 'No connections yet.',
} as const;

const TONE = {
  connecting: 'amber',
  connected: 'green',
  polling: 'amber',
  waiting: 'amber',
  refused: 'danger',
  stopped: 'slate',
} as const satisfies Record<Phase, string>;

/** Its colour. */
export function tone({ paused, phase }: ConnectionView): (typeof TONE)[Phase] {
  return paused ? 'slate' : TONE[phase];
}

/** What it does right now, and when it tries next. */
export function state(connection: ConnectionView, now: number): string {
  const { paused, phase, roundTripMs, nextTryAt, failedAttempts } = connection;
  if (paused) return 'Paused by you';
  switch (phase) {
    case 'connecting':
      return failedAttempts > 0
        ? `Connecting, attempt ${digits(failedAttempts + 1)}`
        : 'Connecting';
    case 'connected':
      return roundTripMs === null ? 'Connected' : `Connected, ${duration(roundTripMs)}`;
    case 'polling':
      return 'Live connection down: asking for commands every few seconds';
    case 'waiting':
    case 'refused': {
      const what = phase === 'refused' ? 'Turned away' : `Attempt ${digits(failedAttempts)} failed`;
      if (nextTryAt === null) return what;
      return nextTryAt <= now
        ? `${what}, trying again now`
        : `${what}, trying again in ${countdown(nextTryAt - now)}`;
    }
    case 'stopped':
      return 'Stopped';
  }
}

/** All connections in a few words. One that the person paused is not missed. */
export function summary(connections: readonly ConnectionView[]): string {
  if (connections.length === 0) return 'No connections';
  const wanted = connections.filter(({ paused }) => !paused);
  const off = connections.length - wanted.length;
  if (wanted.length === 0) return capital(`${counted(off, 'connection', 'connections')} paused`);
  const up = wanted.filter(({ phase }) => phase === 'connected').length;
  const rest = off === 0 ? '' : `, ${counted(off, 'paused', 'paused')}`;
  if (up < wanted.length) return `${digits(up)} of ${digits(wanted.length)} connected${rest}`;
  const slowest = Math.max(...wanted.map(({ roundTripMs }) => roundTripMs ?? 0));
  const several = up === 1 ? 'Connected' : capital(counted(up, 'connection', 'connections'));
  return slowest > 0 ? `${several}, ${duration(slowest)}${rest}` : `${several}${rest}`;
}

/** Whether the person can speed it up. */
export function canTry({ paused, phase }: ConnectionView): boolean {
  return !paused && (phase === 'waiting' || phase === 'refused');
}
