import { describe, expect, it, vi } from 'vitest';
import { Client } from '../../api/client';
import { ApiFailure } from '../../api/error';
import type { ArtifactReadResponse } from '../../api/generated/ArtifactReadResponse';
import type { ReviewView } from '../../api/generated/ReviewView';
import { film, picture } from '../../host/captures';
import { fakeHost } from '../../host/fake';
import * as samples from '../../host/samples';
import { fetchCapture, showable } from './capture';

const review = samples.captured('picture', picture, 640, 360);
const onprogress = vi.fn();

/** A client whose parts are what the test says. */
function answering(part: (offset: number) => Partial<ArtifactReadResponse>) {
  const host = fakeHost({ snapshot: samples.snapshot(), record: [] });
  const asked: number[] = [];
  vi.spyOn(host, 'call').mockImplementation(((_: string, { offset }: { offset: number }) => {
    asked.push(offset);
    const { mediaType, bytes } = review;
    return Promise.resolve({ mediaType, bytes, ...part(offset) });
  }) as typeof host.call);
  return { client: new Client(host), asked };
}

function get(client: Client, what: ReviewView = review, signal = new AbortController().signal) {
  return fetchCapture(client, what, { signal, onprogress });
}

describe('a capture', () => {
  it('is fetched part by part, and is byte for byte what is kept', async () => {
    const host = fakeHost({ snapshot: samples.snapshot(), record: [] });
    const blob = await get(new Client(host), samples.captured('film', film, 320, 180, 3));
    expect(blob.type).toBe('video/mp4');
    const expected = Uint8Array.from(atob(film.base64), (char) => char.charCodeAt(0));
    expect([...(await content(blob))]).toEqual([...expected]);
    expect(host.calls.map(({ params }) => params)).toEqual(
      Array.from({ length: Math.ceil(expected.length / 1000) }, (_, part) => ({
        id: 'film',
        offset: 1000 * part,
      })),
    );
    expect(onprogress).toHaveBeenLastCalledWith(expected.length);
  });

  it.each<[string, Partial<ArtifactReadResponse>]>([
    ['of another kind', { base64: btoa('x'), mediaType: 'image/png' }],
    ['of another size', { base64: btoa('x'), bytes: review.bytes + 1 }],
    ['that comes to an end too soon', { base64: '' }],
    ['that is longer than it says', { base64: btoa('x'.repeat(review.bytes + 1)) }],
    ['that is not base64', { base64: '*' }],
  ])('%s is not what would be sent', async (_, part) => {
    const { client, asked } = answering(() => part);
    await expect(get(client)).rejects.toThrow(ApiFailure);
    expect(asked).toEqual([0]);
  });

  it('is not fetched on when nobody looks any more', async () => {
    const stopping = new AbortController();
    const { client, asked } = answering(() => {
      stopping.abort();
      return { base64: btoa('x') };
    });
    await expect(get(client, review, stopping.signal)).rejects.toThrow(ApiFailure);
    expect(asked).toEqual([0]);
  });

  it('tells why it cannot be had', async () => {
    const host = fakeHost({ snapshot: samples.snapshot(), record: [] });
    const lost = samples.captured('lost', picture, 640, 360);
    await expect(get(new Client(host), lost)).rejects.toMatchObject({ code: 'gone' });
  });
});

it.each([
  ['image/jpeg', 'picture'],
  ['image/gif', 'picture'],
  ['video/webm', 'film'],
  // What could run code, or is none of ours.
  ['image/svg+xml', null],
  ['text/html', null],
  ['application/pdf', null],
  ['IMAGE/JPEG', null],
  ['constructor', null],
  ['', null],
])('shows %s as %s', (mediaType, how) => {
  expect(showable({ ...review, mediaType })).toBe(how);
});

/** jsdom's blobs cannot be read by themselves. */
async function content(blob: Blob): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(new Uint8Array(reader.result as ArrayBuffer));
    };
    reader.onerror = () => {
      reject(new Error('unreadable'));
    };
    reader.readAsArrayBuffer(blob);
  });
}
