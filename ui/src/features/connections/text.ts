// What connections say.

import type { ConnectionView } from '../../api/generated/ConnectionView';
import type { HubCardView } from '../../api/generated/HubCardView';
import type { HubSwitchView } from '../../api/generated/HubSwitchView';
import type { Phase } from '../../api/generated/Phase';
import type { ReadingView } from '../../api/generated/ReadingView';
import { formats, t } from '../../i18n';
import { visible } from '../../visible';
import { countdown, dateOf, dayKey, duration, momentOf, timeOfDayShort } from '../../words/time';

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

/** What it does right now, and when it tries next: only then is the clock looked at, which ticks. */
export function state(connection: ConnectionView, clock: { readonly now: number }): string {
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
      const left = nextTryAt - clock.now;
      return left <= 0 ? words.againNow(what) : words.againIn(what, countdown(left));
    }
    case 'stopped':
      return words.stopped;
  }
}

/** Since when it does that: the time today, the day before that. */
export function since({ since: at }: ConnectionView, now: number): string {
  const day = dayKey(at) === dayKey(now) ? timeOfDayShort(at) : dateOf(at);
  return t().connections.since(day);
}

function when(at: number, now: number): string {
  return dayKey(at) === dayKey(now) ? timeOfDayShort(at) : momentOf(at);
}

function own(words: Record<string, string>, name: string): string {
  return Object.hasOwn(words, name) ? (words[name] ?? name) : visible(name);
}

/** What a switch of a hub is called: our word where it is known, the hub's name otherwise. */
export function switchName({ name }: HubSwitchView): string {
  return own(t().connections.told.switch, name);
}

/** What is known of a switch, and what becomes of it. */
export function switchState(
  { on, toldAt, current, asked, unanswered }: HubSwitchView,
  connected: boolean,
  now: number,
): string {
  const words = t().connections.told;
  if (asked !== null) return asked ? words.askedOn : words.askedOff;
  const known = on === null || toldAt === null ? null : { on, at: when(toldAt, now) };
  if (!connected) return known === null ? words.unknownAway : words.away(known.at);
  if (unanswered !== null) return unanswered ? words.unansweredOn : words.unansweredOff;
  if (known === null) return words.unknown;
  if (current) return known.on ? words.toldOn(known.at) : words.toldOff(known.at);
  return known.on ? words.lastOn(known.at) : words.lastOff(known.at);
}

/** What a card is called. */
export function cardName({ kind, name }: HubCardView): string {
  const words = t().connections.told;
  if (name === '') return words[kind];
  return kind === 'report' ? own(words.reportOf, name) : visible(name);
}

/** When the hub said so. */
export function cardSaid({ toldAt, current }: HubCardView, now: number): string {
  const words = t().connections.told;
  return current ? words.said(when(toldAt, now)) : words.last(when(toldAt, now));
}

export function readingName({ name }: ReadingView): string {
  return own(t().connections.told.reading, name);
}

export function readingText({ value }: ReadingView): string {
  const words = t().connections.told;
  switch (value.type) {
    case 'percent':
      return formats().percent.format(value.percent / 100);
    case 'flag':
      return value.yes ? words.yes : words.no;
    case 'text':
      return visible(value.text);
  }
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
