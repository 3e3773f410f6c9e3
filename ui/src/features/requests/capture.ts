// Fetches what was captured, part by part, so that the person can look before it leaves.

import type { Client } from '../../api/client';
import { ApiFailure } from '../../api/error';
import type { ReviewView } from '../../api/generated/ReviewView';
import { t } from '../../i18n';

/** What the pages can show, and how; a page of marks or a document is never among it. */
const SHOWABLE: Record<string, 'picture' | 'film'> = {
  'image/jpeg': 'picture',
  'image/png': 'picture',
  'image/webp': 'picture',
  'image/gif': 'picture',
  'video/mp4': 'film',
  'video/webm': 'film',
};

export function showable({ mediaType }: ReviewView): 'picture' | 'film' | null {
  return Object.hasOwn(SHOWABLE, mediaType) ? (SHOWABLE[mediaType] ?? null) : null;
}

/** Whether the person can see it: a page learns of a broken film only while it plays. */
export type Sight = 'coming' | 'there' | 'lost';

export interface Fetching {
  signal: AbortSignal;
  /** So many bytes are there. */
  onprogress: (bytes: number) => void;
}

/** Gets the whole of it, or throws an `ApiFailure`: a piece is not what would be sent. */
export async function fetchCapture(
  client: Client,
  { artifact, mediaType, bytes }: ReviewView,
  { signal, onprogress }: Fetching,
): Promise<Blob> {
  const parts: Blob[] = [];
  let offset = 0;
  while (offset < bytes) {
    const part = await client.call('artifacts/read', { id: artifact, offset });
    if (signal.aborted) throw broken('');
    const content = decoded(part.base64);
    const more = content.length > 0 && offset + content.length <= bytes;
    if (part.mediaType !== mediaType || part.bytes !== bytes || !more) {
      throw broken(t().requests.notWhatWasCaptured);
    }
    // A part at a time, so that the browser may put them aside: a recording can be large.
    parts.push(new Blob([content]));
    offset += content.length;
    onprogress(offset);
  }
  return new Blob(parts, { type: mediaType });
}

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  const text = plain(base64);
  // By hand: `Uint8Array.from` takes ten times as long, and a recording has many parts.
  const content = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) content[at] = text.charCodeAt(at);
  return content;
}

function plain(base64: string): string {
  try {
    return atob(base64);
  } catch {
    throw broken(t().requests.partUnreadable);
  }
}

function broken(message: string): ApiFailure {
  return new ApiFailure({ code: 'failed', message, hint: null });
}
