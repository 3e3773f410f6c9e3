// What connections say.

import type { ConnectionView } from '../../api/generated/ConnectionView';
import type { Phase } from '../../api/generated/Phase';
import { t } from '../../i18n';
import { countdown, dateOf, dayKey, duration, timeOfDayShort } from '../../words/time';

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
  const words = t().connections;
  if (paused) return words.paused;
  switch (phase) {
    case 'connecting':
      return failedAttempts > 0 ? words.connectingAgain(failedAttempts + 1) : words.connecting;
    case 'connected':
      return roundTripMs === null ? words.connected : words.connectedIn(duration(roundTripMs));
    case 'polling':
      return words.polling;
    case 'waiting':
    case 'refused': {
      const what = phase === 'refused' ? words.turnedAway : words.failed(failedAttempts);
      if (nextTryAt === null) return what;
      return nextTryAt <= now
        ? words.againNow(what)
        : words.againIn(what, countdown(nextTryAt - now));
    }
    case 'stopped':
      return words.stopped;
  }
}

/** Since when it does that: the time today, the day before that. */
export function since({ since: at }: ConnectionView, now: number): string {
  const when = dayKey(at) === dayKey(now) ? timeOfDayShort(at) : dateOf(at);
  return t().connections.since(when);
}

/** All connections in a few words. One that the person paused is not missed. */
export function summary(connections: readonly ConnectionView[]): string {
  const words = t().connections.summary;
  if (connections.length === 0) return words.none;
  const wanted = connections.filter(({ paused }) => !paused);
  const off = connections.length - wanted.length;
  if (wanted.length === 0) return words.allPaused(off);
  const with_ = (what: string) => (off === 0 ? what : words.andPaused(what, off));
  const up = wanted.filter(({ phase }) => phase === 'connected').length;
  if (up < wanted.length) return with_(words.someUp(up, wanted.length));
  const slowest = Math.max(...wanted.map(({ roundTripMs }) => roundTripMs ?? 0));
  const all = words.allUp(up);
  return with_(slowest > 0 ? words.within(all, duration(slowest)) : all);
}

/** Whether the person can speed it up. */
export function canTry({ paused, phase }: ConnectionView): boolean {
  return !paused && (phase === 'waiting' || phase === 'refused');
}
