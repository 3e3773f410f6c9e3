// What an agent wants, does or did, as a phrase after its name.

import type { ActionView } from '../api/generated/ActionView';
import type { ActivityAction } from '../api/generated/ActivityAction';
import type { RequestView } from '../api/generated/RequestView';
import { t } from '../i18n';
import { duration } from './time';

export interface Phrase {
  /** “wants to run”. */
  verb: string;
  /** What came from outside, to be told apart from our own words; none where there is nothing. */
  object: string | null;
  /** How to set the object: as code, as a quotation, or as the name of a thing. */
  as: 'code' | 'quote' | 'name';
  /** Our words after the object. */
  more: string | null;
}

interface Words {
  verb: string;
  more: string | null;
}

function phrase(
  { verb, more: last }: Words,
  object: string | null = null,
  as: Phrase['as'] = 'quote',
  more: string | null = null,
): Phrase {
  // Some languages end with a part of their verb.
  const rest = [more, last].filter((part) => part !== null).join(' ');
  return { verb, object, as, more: rest === '' ? null : rest };
}

/** How exactly a place is told. A word that is not known here may mean anything: the most, then. */
export function exactness(precision: string): string {
  const words = t().actions.exactness;
  switch (precision) {
    case 'low':
      return words.low;
    case 'medium':
      return words.medium;
    default:
      return words.high;
  }
}

function so(precision: string): string {
  return t().actions.so(exactness(precision));
}

function upTo(seconds: number, audio: boolean): string {
  const time = duration(seconds * 1000);
  return audio ? t().actions.upToWithSound(time) : t().actions.upTo(time);
}

/** Whether what was captured moves. */
export function isRecording({ type }: ActionView): boolean {
  return type === 'recording' || type === 'endRecording';
}

/** What waits for the person: a wish, or something captured that waits to be sent. */
export function asks({ action, review }: Pick<RequestView, 'action' | 'review'>): Phrase {
  const words = t().actions;
  if (review === null) return about(words.wants, action);
  switch (action.type) {
    case 'camera':
      return phrase(words.waits.camera, action.camera, 'name');
    case 'screenshot':
      return phrase(words.waits.screenshot, action.display, 'name');
    case 'recording':
    case 'endRecording':
      return phrase(
        words.waits.recording,
        null,
        'quote',
        review.seconds === null ? null : words.of(duration(review.seconds * 1000)),
      );
    case 'notification':
    case 'shell':
    case 'location':
      return phrase(words.waits.other);
  }
}

export function does(action: ActionView): Phrase {
  return about(t().actions.does, action);
}

function about(words: Record<ActionView['type'], Words>, action: ActionView): Phrase {
  switch (action.type) {
    case 'notification':
      return phrase(words.notification, action.title);
    case 'shell':
      return phrase(words.shell, action.line, 'code');
    case 'location':
      return phrase(words.location, null, 'quote', so(action.precision));
    case 'camera':
      return phrase(words.camera, action.camera, 'name');
    case 'screenshot':
      return phrase(words.screenshot, action.display, 'name');
    case 'recording':
      return phrase(
        words.recording,
        action.display,
        'name',
        upTo(action.seconds, action.hears !== null),
      );
    case 'endRecording':
      return phrase(words.endRecording, action.session, 'code');
  }
}

/** With `happened` for what was done, without for what was only asked. */
export function did(action: ActivityAction, happened: boolean): Phrase {
  const { did, asked } = t().actions;
  const words = happened ? did : asked;
  switch (action.type) {
    case 'notification':
      return phrase(words.notification, action.title);
    case 'shell':
      return phrase(words.shell, action.line, 'code');
    case 'location':
      return phrase(words.location, null, 'quote', so(action.precision));
    case 'camera':
      return phrase(words.camera);
    case 'screenshot':
      return phrase(words.screenshot);
    case 'recording':
      return phrase(words.recording, null, 'quote', upTo(action.seconds, action.audio));
    case 'endRecording':
      return phrase(words.endRecording);
    case 'unknown':
      return phrase(asked.unknown, action.name, 'code');
    case 'unreadable':
      return phrase(asked.unreadable);
  }
}
