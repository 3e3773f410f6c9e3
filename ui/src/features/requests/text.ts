// What requests say, in English.

import type { ActionView } from '../../api/generated/ActionView';
import type { ContainmentView } from '../../api/generated/ContainmentView';
import type { Decision } from '../../api/generated/Decision';
import type { RecordingSoundView } from '../../api/generated/RecordingSoundView';
import type { RequestView } from '../../api/generated/RequestView';
import { isRecording } from '../../words/actions';
import { dayKey, timeOfDay } from '../../words/time';
import { digits, fileSize } from '../../words/words';
import { endOf, type Lasting } from './lasting';

export const text = {
  answering: 'One moment…',
  denyAllFrom: 'Deny all from',
  review: 'Review',
  script: 'Script',
  scriptBecause: 'Needs a shell:',
  risks: 'Worth a second look',
  why: 'Why you are asked:',
  reasons: 'Every step of the judgement',
  decided: 'decided',
  line: 'The command line',
  message: 'The notification',
  wish: 'What is wanted',
  noBody: 'Without a text.',
  facts: {
    folder: 'Folder',
    programs: 'Programs',
    sandbox: 'Sandbox',
    stopsAfter: 'Stops after',
    environment: 'Variables',
    shown: 'Shown',
    told: 'Told',
    times: 'How often',
    shows: 'Shows',
    then: 'Then',
    camera: 'Camera',
    display: 'Display',
    size: 'Size',
    length: 'Length',
    sound: 'Sound',
    file: 'File',
    name: 'Name',
  },
  onScreen: 'On this computer’s screen, with the agent’s name',
  once: 'Once, now: nobody follows where you go',
  nearest: 'or the nearest that the camera has',
  atMost: 'at most',
  wholeDisplay: 'As large as the display is',
  inSight: 'Everything that is in sight on it',
  ends: 'It ends now, and what was recorded is to be sent.',
  kept: 'Nothing has left this computer yet.',
  loading: 'Fetching it:',
  isThere: 'It is here, as it would be sent.',
  closer: 'In its real size',
  cannotShow: 'This cannot be shown here.',
  cannotShowWhy: 'What you cannot see you cannot send.',
  says: 'Chaperone says:',
  notOfThisKind: 'Files of this kind are never opened in this window.',
  notReadable: 'It was fetched whole, and this window cannot draw it.',
  notPlayable:
    'It was fetched whole, and this window cannot play it. A browser may; on Linux, the package gstreamer1.0-libav teaches it to this window.',
  tryAgain: 'Try again',
  rule: 'From now on, without asking you:',
  ruleLabel: 'The rule',
  lasting: 'How long',
  covered: 'It covers',
  stillAsked: 'You would still be asked for',
  back: 'Back',
  remember: 'Allow, and remember',
  more: 'There is more: scroll to read all of it.',
  expired: 'The time is over: counted as no.',
  old: 'No contact with Chaperone: what you see may be old.',
  waitForFocus: 'The other buttons wake up when this window is in front.',
  waitForCapture: 'Send wakes up when you can see it.',
} as const;

/** Each answer on its button. */
export const DECISION: Record<Decision, string> = {
  deny: 'Deny',
  allowOnce: 'Allow once',
  allowCoarse: 'Allow, but only about the town',
  allowAlways: 'Always allow…',
  send: 'Send',
  retake: 'Retake',
  discard: 'Discard',
};

export const LASTING_TEXT: Record<Lasting, string> = {
  hour: 'For an hour',
  today: 'Today',
  always: 'Until I remove it',
};

/** When a rule would end. */
export function until(lasting: Lasting, now: number): string {
  const end = endOf(lasting, now)?.getTime();
  if (end === undefined) return 'It stays until you remove it.';
  if (lasting === 'today') return 'It ends at midnight.';
  const tomorrow = dayKey(end) === dayKey(now) ? '' : ' tomorrow';
  return `It ends at ${timeOfDay(end).slice(0, 5)}${tomorrow}.`;
}

/** What the sandbox lets a program do. */
export function contained(containment: ContainmentView): string {
  switch (containment.type) {
    case 'readOnly':
      return 'Reads what other users could, writes nothing, no network';
    case 'write':
      return `Writes in ${containment.folder}, no network`;
    case 'writeNetwork':
      return `Writes in ${containment.folder}, uses the network`;
    case 'none':
      return 'None: it can do whatever you can';
  }
}

/** The end of “Release Bot …”. */
export function wantsTo({ action, review }: Pick<RequestView, 'action' | 'review'>): string {
  if (review !== null) {
    return isRecording(action) ? 'waits for a recording' : 'waits for a picture';
  }
  switch (action.type) {
    case 'notification':
      return 'wants to show a notification';
    case 'shell':
      return action.scriptBecause === null ? 'wants to run a command' : 'wants to run a script';
    case 'location':
      return 'wants to know where you are';
    case 'camera':
      return 'wants a picture from your camera';
    case 'screenshot':
      return 'wants a picture of your screen';
    case 'recording':
      return action.hears === null
        ? 'wants to record your screen'
        : 'wants to record your screen, with sound';
    case 'endRecording':
      return 'wants to end its recording';
  }
}

/** The beginning of “Send this picture to Field Notes?”. */
export function sendThis(action: ActionView): string {
  return isRecording(action) ? 'Send this recording to' : 'Send this picture to';
}

/** For who hears it instead of seeing it. */
export function captureLabel(action: ActionView): string {
  return isRecording(action)
    ? 'The recording, as it would be sent'
    : 'The picture, as it would be sent';
}

/** What the place would be told as. */
export function place(precision: string): string {
  switch (precision) {
    case 'low':
      return 'About the town, within some 5 km';
    case 'medium':
      return 'About the street, within some 1 km';
    default:
      return 'The exact place, as near as this computer can tell';
  }
}

/** The heading of what a wish is about. */
export function wish(action: ActionView): string {
  switch (action.type) {
    case 'location':
      return 'Where this computer is';
    case 'camera':
      return 'One picture with the camera';
    case 'screenshot':
      return 'One picture of a display';
    case 'recording':
      return action.hears === null
        ? 'A recording of a display'
        : 'A recording of a display, with sound';
    case 'endRecording':
      return 'The end of a recording';
    case 'notification':
    case 'shell':
      return '';
  }
}

/** What a recording hears. */
export function heard(sound: RecordingSoundView | null): string {
  switch (sound) {
    case null:
      return 'None';
    case 'microphone':
      return 'Recorded too, with the microphone';
    case 'output':
      return 'Recorded too: what this computer plays';
  }
}

export function pixels(width: number, height: number): string {
  return `${width} × ${height} pixels`;
}

const KINDS: Record<string, string> = {
  'image/jpeg': 'JPEG picture',
  'image/png': 'PNG picture',
  'image/webp': 'WebP picture',
  'image/gif': 'Moving GIF picture',
  'video/mp4': 'MP4 video',
  'video/webm': 'WebM video',
  mp4: 'MP4 video',
  webm: 'WebM video',
  gif: 'Moving GIF picture',
};

/** A kind of file, by its media type or its ending. */
export function fileKind(kind: string): string {
  return Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? kind) : kind;
}

export function file(mediaType: string, bytes: number): string {
  return `${fileKind(mediaType)}, ${fileSize(bytes)}`;
}

export function position(index: number, count: number): string {
  return `${digits(index + 1)} of ${digits(count)}`;
}

export function timeLeft(clock: string): string {
  return `No answer in ${clock} counts as no`;
}
