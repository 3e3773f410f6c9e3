// What connections say, in English.

import type { ConnectionView } from '../../api/generated/ConnectionView';
import type { Phase } from '../../api/generated/Phase';
import { countdown, duration } from '../../words/time';
import { counted, digits } from '../../words/words';

export const text = {
  tryNow: 'Try now',
  ceiling: 'Nobody there counts for more than',
  none: 'No connections yet.',
} as const;

export const TONE = {
  connecting: 'amber',
  connected: 'green',
  polling: 'amber',
  waiting: 'amber',
  refused: 'danger',
  stopped: 'slate',
} as const satisfies Record<Phase, string>;

/** What it does right now, and when it tries next. */
export function state(connection: ConnectionView, now: number): string {
  const { phase, roundTripMs, nextTryAt, failedAttempts } = connection;
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

/** All connections in a few words. */
export function summary(connections: readonly ConnectionView[]): string {
  const up = connections.filter(({ phase }) => phase === 'connected').length;
  if (connections.length === 0) return 'No connections';
  if (up < connections.length) return `${digits(up)} of ${digits(connections.length)} connected`;
  const slowest = Math.max(...connections.map(({ roundTripMs }) => roundTripMs ?? 0));
  const several = connections.length === 1 ? 'Connected' : counted(up, 'connection', 'connections');
  const sentence = several.charAt(0).toUpperCase() + several.slice(1);
  return slowest > 0 ? `${sentence}, ${duration(slowest)}` : sentence;
}

/** Whether the person can speed it up. */
export function canTry({ phase }: ConnectionView): boolean {
  return phase === 'waiting' || phase === 'refused';
}
