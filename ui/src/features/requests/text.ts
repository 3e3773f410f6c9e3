// What requests say.

import type { ActionView } from '../../api/generated/ActionView';
import type { ContainmentView } from '../../api/generated/ContainmentView';
import type { RecordingSoundView } from '../../api/generated/RecordingSoundView';
import type { RequestView } from '../../api/generated/RequestView';
import { fill, t, type Piece } from '../../i18n';
import { isRecording } from '../../words/actions';
import { dayKey, timeOfDayShort } from '../../words/time';
import { fileSize, visible } from '../../words/words';
import { endOf, type Lasting } from './lasting';

/** When a rule would end. */
export function until(lasting: Lasting, now: number): string {
  const words = t().requests;
  const end = endOf(lasting, now)?.getTime();
  if (end === undefined) return words.stays;
  if (lasting === 'today') return words.endsAtMidnight;
  const time = timeOfDayShort(end);
  return dayKey(end) === dayKey(now) ? words.endsAt(time) : words.endsTomorrow(time);
}

/** What the sandbox lets a program do. */
export function contained(containment: ContainmentView): string {
  const words = t().requests.contained;
  switch (containment.type) {
    case 'readOnly':
      return words.readOnly;
    case 'write':
      return words.write(visible(containment.folder));
    case 'writeNetwork':
      return words.writeNetwork(visible(containment.folder));
    case 'none':
      return words.none;
  }
}

/** “{agent} wants to run a command”. */
function wish({ action, review }: Pick<RequestView, 'action' | 'review'>): string {
  const words = t().requests.wantsTo;
  if (review !== null) return isRecording(action) ? words.sendRecording : words.sendPicture;
  switch (action.type) {
    case 'notification':
      return words.notification;
    case 'shell':
      return action.needsShell === null ? words.command : words.script;
    case 'location':
      return words.location;
    case 'camera':
      return words.camera;
    case 'screenshot':
      return words.screenshot;
    case 'recording':
      return action.hears === null ? words.recording : words.recordingWithSound;
    case 'endRecording':
      return words.endRecording;
  }
}

type Asked = Pick<RequestView, 'action' | 'review' | 'agent'>;

/** The same with its agent, for who hears it. */
export function wantsTo(request: Asked): string {
  return wish(request).replace('{agent}', () => visible(request.agent.name));
}

/** What a card asks: may it, or, where it was done already, may it leave. */
export function title(request: Asked): Piece[] {
  const { sendPicture, sendRecording } = t().requests;
  const agent: Piece = { outside: request.agent.name, as: 'plain' };
  if (request.review === null) return fill(wish(request), { agent });
  return fill(isRecording(request.action) ? sendRecording : sendPicture, { agent });
}

/** Whose requests are all denied with it. */
export function denyAllFrom(agent: string, count: number): Piece[] {
  return fill(t().requests.denyAllFrom(count), { agent: { outside: agent, as: 'plain' } });
}

/** Where a request comes from. */
export function from(connection: string): Piece[] {
  return fill(t().common.from, { connection: { outside: connection, as: 'plain' } });
}

/** For who hears it instead of seeing it. */
export function captureLabel(action: ActionView): string {
  const { pictureLabel, recordingLabel } = t().requests;
  return isRecording(action) ? recordingLabel : pictureLabel;
}

/** What the place would be told as. */
export function place(precision: string): string {
  const words = t().requests.place;
  switch (precision) {
    case 'low':
      return words.low;
    case 'medium':
      return words.medium;
    default:
      return words.high;
  }
}

/** The heading of what a wish is about. */
export function wished(action: ActionView): string {
  const words = t().requests.wishes;
  switch (action.type) {
    case 'location':
      return words.location;
    case 'camera':
      return words.camera;
    case 'screenshot':
      return words.screenshot;
    case 'recording':
      return action.hears === null ? words.recording : words.recordingWithSound;
    case 'endRecording':
      return words.endRecording;
    case 'notification':
    case 'shell':
      return '';
  }
}

/** What a recording hears. */
export function heard(sound: RecordingSoundView | null): string {
  return t().requests.heard[sound ?? 'nothing'];
}

const KINDS = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  mp4: 'mp4',
  webm: 'webm',
  gif: 'gif',
} as const;

function isKnown(kind: string): kind is keyof typeof KINDS {
  return Object.hasOwn(KINDS, kind);
}

/** A kind of file, by its media type or its ending. */
export function fileKind(kind: string): string {
  return isKnown(kind) ? t().requests.fileKinds[KINDS[kind]] : kind;
}

export function file(mediaType: string, bytes: number): string {
  return t().requests.file(fileKind(mediaType), fileSize(bytes));
}
