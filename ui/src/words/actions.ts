// What an agent wants, does or did, as a phrase after its name.

import type { ActionView } from '../api/generated/ActionView';
import type { ActivityAction } from '../api/generated/ActivityAction';
import type { RequestView } from '../api/generated/RequestView';
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

function phrase(
  verb: string,
  object: string | null = null,
  as: Phrase['as'] = 'quote',
  more: string | null = null,
): Phrase {
  return { verb, object, as, more };
}

/** How exactly a place is told. A word that is not known here may mean anything: the most, then. */
export function exactness(precision: string): string {
  switch (precision) {
    case 'low':
      return 'about the town';
    case 'medium':
      return 'about the street';
    default:
      return 'exactly';
  }
}

function upTo(seconds: number, audio: boolean): string {
  return `for up to ${duration(seconds * 1000)}${audio ? ', with sound' : ''}`;
}

/** Whether what was captured moves. */
export function isRecording({ type }: ActionView): boolean {
  return type === 'recording' || type === 'endRecording';
}

/** What waits for the person: a wish, or something captured that waits to be sent. */
export function asks({ action, review }: Pick<RequestView, 'action' | 'review'>): Phrase {
  if (review === null) return wants(action);
  switch (action.type) {
    case 'camera':
      return phrase('waits for the picture from', action.camera, 'name');
    case 'screenshot':
      return phrase('waits for the picture of', action.display, 'name');
    case 'recording':
    case 'endRecording':
      return phrase(
        'waits for its recording',
        null,
        'quote',
        review.seconds === null ? null : `of ${duration(review.seconds * 1000)}`,
      );
    case 'notification':
    case 'shell':
    case 'location':
      return phrase('waits for what was captured');
  }
}

function wants(action: ActionView): Phrase {
  switch (action.type) {
    case 'notification':
      return phrase('wants to show a notification', action.title);
    case 'shell':
      return phrase('wants to run', action.line, 'code');
    case 'location':
      return phrase(
        'wants to know where you are',
        null,
        'quote',
        `(${exactness(action.precision)})`,
      );
    case 'camera':
      return phrase('wants a picture from', action.camera, 'name');
    case 'screenshot':
      return phrase('wants a picture of', action.display, 'name');
    case 'recording':
      return phrase(
        'wants to record',
        action.display,
        'name',
        upTo(action.seconds, action.hears !== null),
      );
    case 'endRecording':
      return phrase('wants to end its recording', action.session, 'code');
  }
}

export function does(action: ActionView): Phrase {
  switch (action.type) {
    case 'notification':
      return phrase('shows a notification', action.title);
    case 'shell':
      return phrase('runs', action.line, 'code');
    case 'location':
      return phrase('finds out where you are', null, 'quote', `(${exactness(action.precision)})`);
    case 'camera':
      return phrase('takes a picture with', action.camera, 'name');
    case 'screenshot':
      return phrase('takes a picture of', action.display, 'name');
    case 'recording':
      return phrase('records', action.display, 'name', upTo(action.seconds, action.hears !== null));
    case 'endRecording':
      return phrase('ends its recording', action.session, 'code');
  }
}

/** With `happened` for what was done, without for what was only asked. */
export function did(action: ActivityAction, happened: boolean): Phrase {
  switch (action.type) {
    case 'notification':
      return phrase(
        happened ? 'showed a notification' : 'asked to show a notification',
        action.title,
      );
    case 'shell':
      return phrase(happened ? 'ran' : 'asked to run', action.line, 'code');
    case 'location':
      return phrase(
        happened ? 'was told where you are' : 'asked where you are',
        null,
        'quote',
        `(${exactness(action.precision)})`,
      );
    case 'camera':
      return phrase(
        happened ? 'took a picture with the camera' : 'asked for a picture from the camera',
      );
    case 'screenshot':
      return phrase(
        happened ? 'took a picture of the screen' : 'asked for a picture of the screen',
      );
    case 'recording':
      // The command is over once the recording goes; its end is an entry of its own.
      return phrase(
        happened ? 'began to record the screen' : 'asked to record the screen',
        null,
        'quote',
        upTo(action.seconds, action.audio),
      );
    case 'endRecording':
      return phrase(happened ? 'was sent its recording' : 'asked for its recording');
    case 'unknown':
      return phrase('asked for something unknown here', action.name, 'code');
    case 'unreadable':
      return phrase('sent something that cannot be read');
  }
}
