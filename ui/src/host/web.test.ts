import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostMessage } from './host';
import { webHost } from './web';

class FakeSource {
  static all: FakeSource[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSource.all.push(this);
  }

  close() {
    this.closed = true;
  }
}

beforeEach(() => {
  FakeSource.all = [];
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function answers(status: number, body: unknown) {
  const fetched = vi.fn().mockResolvedValue(new Response(JSON.stringify(body), { status }));
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

describe('call', () => {
  it('posts the parameters to the name', async () => {
    const fetched = answers(200, { entries: 3, broken: null });
    await expect(webHost().call('record/verify', { a: 1 })).resolves.toEqual({
      entries: 3,
      broken: null,
    });
    expect(fetched).toHaveBeenCalledWith(
      './call/record/verify',
      expect.objectContaining({ method: 'POST', body: '{"a":1}', credentials: 'same-origin' }),
    );
  });

  it('rejects with the error of the answer', async () => {
    answers(409, { code: 'gone', message: 'over', hint: null });
    await expect(webHost().call('requests/answer', {})).rejects.toMatchObject({ code: 'gone' });
  });

  it('says how to sign in again', async () => {
    answers(401, '');
    await expect(webHost().call('x/y', {})).rejects.toMatchObject({ code: 'notAllowed' });
  });

  it('rejects with an error when nobody answers', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('refused')));
    await expect(webHost().call('x/y', {})).rejects.toMatchObject({ code: 'failed' });
  });
});

describe('subscribe', () => {
  it('tells of a lost stream, and opens another after a growing pause', () => {
    const heard: HostMessage['type'][] = [];
    const stop = webHost().subscribe(({ type }) => heard.push(type));
    FakeSource.all[0]?.onmessage?.({ data: '{"type":"snapshot","snapshot":{}}' });
    FakeSource.all[0]?.onerror?.();
    expect(heard).toEqual(['snapshot', 'lost']);
    expect(FakeSource.all[0]?.closed).toBe(true);

    vi.advanceTimersByTime(500);
    expect(FakeSource.all).toHaveLength(2);
    FakeSource.all[1]?.onerror?.();
    vi.advanceTimersByTime(500);
    expect(FakeSource.all).toHaveLength(2);
    vi.advanceTimersByTime(500);
    expect(FakeSource.all).toHaveLength(3);

    stop();
    expect(FakeSource.all[2]?.closed).toBe(true);
  });
});
