import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiFailure } from '../../api/error';
import type { ReviewView } from '../../api/generated/ReviewView';
import { film, picture } from '../../host/captures';
import * as samples from '../../host/samples';
import type { Fetching } from './capture';
import Capture from './Capture.svelte';

const review = samples.captured('picture', picture, 640, 360);
const filmed = samples.captured('film', film, 320, 180, 3);
const onsight = vi.fn();
const fetchCapture = vi.fn<(review: ReviewView, fetching: Fetching) => Promise<Blob>>();
/** Addresses given out, and not yet taken back. */
const open = new Set<string>();
let given = 0;

beforeEach(() => {
  onsight.mockReset();
  fetchCapture.mockReset().mockImplementation(() => Promise.resolve(new Blob(['content'])));
  open.clear();
  // jsdom has neither.
  URL.createObjectURL = () => {
    given += 1;
    const address = `blob:capture-${given}`;
    open.add(address);
    return address;
  };
  URL.revokeObjectURL = (address) => open.delete(address);
});

afterEach(() => {
  cleanup();
});

function show(what: ReviewView = review) {
  return render(Capture, { review: what, label: 'The picture', fetch: fetchCapture, onsight });
}

async function settle() {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  await tick();
}

const img = () => screen.getByAltText<HTMLImageElement>('The picture');
const failed = () => screen.queryByTestId('capture-failed');

describe('what was captured', () => {
  it('is in sight once it is drawn, not when it is there', async () => {
    show();
    await settle();
    expect(open).toContain(img().getAttribute('src'));
    expect(onsight).not.toHaveBeenCalled();
    expect(screen.getByTestId('capture').dataset['ready']).toBe('false');
    await fireEvent.load(img());
    expect(onsight.mock.calls).toEqual([['there']]);
    expect(screen.getByTestId('capture').dataset['ready']).toBe('true');
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('tells how far it is', async () => {
    let fetching: Fetching | undefined;
    fetchCapture.mockImplementation((_, given) => {
      fetching = given;
      return new Promise(() => undefined);
    });
    show();
    await settle();
    const bar = screen.getByRole<HTMLProgressElement>('progressbar');
    expect([bar.value, bar.max]).toEqual([0, review.bytes]);
    fetching?.onprogress(1_234);
    await settle();
    expect(bar.value).toBe(1_234);
    expect(screen.getByTestId('capture').textContent).toContain('1 kB / 3 kB');
  });

  it('that moves does not play by itself, makes no noise and goes to no other screen', async () => {
    show(filmed);
    await settle();
    const video = screen.getByLabelText<HTMLVideoElement>('The picture');
    expect(video.tagName).toBe('VIDEO');
    expect(video.hasAttribute('controls')).toBe(false);
    expect(screen.getByTestId('play').textContent).toContain('Play');
    expect(video.hasAttribute('autoplay')).toBe(false);
    expect(video.muted).toBe(true);
    expect(video.hasAttribute('disableremoteplayback')).toBe(true);
    await fireEvent(video, new Event('loadeddata'));
    expect(onsight.mock.calls).toEqual([['there']]);
  });

  it('of a kind that may carry code is not even fetched', async () => {
    show({ ...review, mediaType: 'image/svg+xml' });
    await settle();
    expect(fetchCapture).not.toHaveBeenCalled();
    expect(onsight.mock.calls).toEqual([['lost']]);
    expect(failed()?.textContent).toContain('never opened');
    expect(screen.queryByTestId('capture-again')).toBeNull();
  });

  it('that cannot be drawn is lost', async () => {
    show();
    await settle();
    await fireEvent.error(img());
    expect(onsight.mock.calls).toEqual([['lost']]);
    expect(failed()?.textContent).toContain('cannot draw it');
    expect(open.size).toBe(0);
  });

  it('that breaks half way through is lost, although it was in sight', async () => {
    show(filmed);
    await settle();
    const video = screen.getByLabelText('The picture');
    await fireEvent(video, new Event('loadeddata'));
    await fireEvent.error(video);
    expect(onsight.mock.calls).toEqual([['there'], ['lost']]);
    expect(failed()?.textContent).toContain('gstreamer1.0-libav');
  });

  it('that was not read is read once more', async () => {
    fetchCapture.mockRejectedValueOnce(
      new ApiFailure({ code: 'failed', message: 'the <b>disk</b> hangs', hint: null }),
    );
    show();
    await settle();
    expect(onsight.mock.calls).toEqual([['lost']]);
    expect(failed()?.textContent).toContain('the <b>disk</b> hangs');
    screen.getByTestId('capture-again').click();
    await settle();
    await fireEvent.load(img());
    expect(onsight.mock.calls).toEqual([['lost'], ['coming'], ['there']]);
    expect(fetchCapture).toHaveBeenCalledTimes(2);
    expect(open.size).toBe(1);
  });

  it('that is gone is not asked for again', async () => {
    fetchCapture.mockRejectedValueOnce(
      new ApiFailure({ code: 'gone', message: 'it is not kept', hint: null }),
    );
    show();
    await settle();
    expect(failed()?.textContent).toContain('it is not kept');
    expect(screen.queryByTestId('capture-again')).toBeNull();
  });

  it('can be looked at in its real size where it was made smaller', async () => {
    show();
    await settle();
    Object.defineProperties(img(), {
      naturalWidth: { value: 640 },
      naturalHeight: { value: 360 },
      clientWidth: { value: 320 },
      clientHeight: { value: 180 },
    });
    await fireEvent.load(img());
    const closer = screen.getByTestId('closer');
    expect(closer.getAttribute('aria-pressed')).toBe('false');
    closer.click();
    await settle();
    expect(closer.getAttribute('aria-pressed')).toBe('true');
    // What scrolls is reached by keyboard, and has a name.
    expect(screen.getByRole('region', { name: 'The picture' }).tabIndex).toBe(0);
  });

  it('has no such button where it is as large as it gets', async () => {
    show();
    await settle();
    await fireEvent.load(img());
    expect(screen.queryByTestId('closer')).toBeNull();
  });
});

describe('a card that goes away', () => {
  it('takes back its address', async () => {
    const { unmount } = show();
    await settle();
    expect(open.size).toBe(1);
    unmount();
    expect(open.size).toBe(0);
  });

  it('stops the fetching, and gives no address to what still comes', async () => {
    let arrive: ((blob: Blob) => void) | undefined;
    fetchCapture.mockImplementation(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    const { unmount } = show();
    await settle();
    const signal = fetchCapture.mock.calls[0]?.[1].signal;
    unmount();
    expect(signal?.aborted).toBe(true);
    arrive?.(new Blob());
    await settle();
    expect(open.size).toBe(0);
    expect(onsight).not.toHaveBeenCalled();
  });

  it('does not complain of a fetching that it stopped', async () => {
    let refuse: ((cause: unknown) => void) | undefined;
    fetchCapture.mockImplementation(
      () =>
        new Promise((_, reject) => {
          refuse = reject;
        }),
    );
    const { unmount } = show();
    await settle();
    unmount();
    refuse?.(new Error('stopped'));
    await settle();
    expect(onsight).not.toHaveBeenCalled();
  });
});
