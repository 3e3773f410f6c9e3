import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiFailure } from '../../api/error';
import type { RequestView } from '../../api/generated/RequestView';
import * as samples from '../../host/samples';
import { GUARD_MS } from './guard.svelte';
import RequestCard from './RequestCard.svelte';

const NOW = 1_700_000_000_000;
const focus = vi.fn();
const onanswer = vi.fn();
const onshown = vi.fn();
const ondenyall = vi.fn();
const onallowalways = vi.fn();
const fetchCapture = vi.fn();

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  focus.mockReturnValue(true);
  vi.spyOn(document, 'hasFocus').mockImplementation(() => focus() as boolean);
  onanswer.mockReset().mockResolvedValue(null);
  onshown.mockReset();
  ondenyall.mockReset().mockResolvedValue(null);
  onallowalways.mockReset().mockResolvedValue(null);
  fetchCapture.mockReset().mockResolvedValue(new Blob());
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function show(request: RequestView = samples.request(NOW), more: object = {}) {
  return render(RequestCard, {
    request,
    index: 0,
    count: 1,
    fromAgent: 1,
    current: true,
    alone: true,
    onanswer,
    onshown,
    ondenyall,
    onallowalways,
    fetchCapture,
    ...more,
  });
}

const allow = () => screen.getByTestId<HTMLButtonElement>('allow');
const deny = () => screen.getByTestId<HTMLButtonElement>('deny');

/** Lets the card be painted (two frames), and then some time pass. */
async function after(ms: number) {
  await vi.advanceTimersByTimeAsync(40 + ms);
  await tick();
}

describe('answering', () => {
  it('begins at Deny', () => {
    show();
    expect(document.activeElement).toBe(deny());
  });

  it('keeps Allow inert for 600 ms after it was painted', async () => {
    show();
    await after(GUARD_MS - 100);
    expect(allow().disabled).toBe(true);
    allow().click();
    expect(onanswer).not.toHaveBeenCalled();
    await after(100);
    expect(allow().disabled).toBe(false);
  });

  it('answers with exactly the request that was shown', async () => {
    const request = samples.request(NOW, { id: '9', digest: 'sha256:nine' });
    show(request);
    await after(GUARD_MS);
    allow().click();
    expect(onanswer.mock.calls).toEqual([[request, 'allowOnce']]);
  });

  it('makes Allow inert while the window has not the focus', async () => {
    show();
    await after(GUARD_MS);
    focus.mockReturnValue(false);
    await fireEvent.blur(window);
    expect(allow().disabled).toBe(true);
    await after(5_000);
    expect(allow().disabled).toBe(true);

    focus.mockReturnValue(true);
    await fireEvent.focus(window);
    expect(allow().disabled).toBe(true);
    expect(document.activeElement).toBe(deny());
    await after(GUARD_MS);
    expect(allow().disabled).toBe(false);
  });

  it('never wakes Allow in a window that never had the focus', async () => {
    focus.mockReturnValue(false);
    show();
    await after(10_000);
    expect(allow().disabled).toBe(true);
    expect(deny().disabled).toBe(false);
  });

  it('denies at once with Escape', async () => {
    show();
    await fireEvent.keyDown(window, { key: 'Escape' });
    expect(onanswer.mock.calls).toEqual([[expect.objectContaining({ id: '41' }), 'deny']]);
  });

  it('does not deny the next request with a key that is still held down', async () => {
    const first = show();
    await fireEvent.keyDown(window, { key: 'Escape' });
    expect(onanswer).toHaveBeenCalledTimes(1);
    first.unmount();
    show();
    await fireEvent.keyDown(window, { key: 'Escape', repeat: true });
    expect(onanswer).toHaveBeenCalledTimes(1);

    await fireEvent.keyDown(deny(), { key: 'Enter' });
    // Prevented, so that no click comes of it.
    expect(await fireEvent.keyDown(deny(), { key: 'Enter', repeat: true })).toBe(false);
  });

  it('hears a press that only its window system calls a repetition', async () => {
    const first = show();
    await fireEvent.keyDown(window, { key: 'Enter' });
    first.unmount();
    show();
    // Another key was the last one seen, so this one cannot be held since.
    await fireEvent.keyDown(window, { key: 'Escape', repeat: true });
    expect(onanswer.mock.calls).toEqual([[expect.objectContaining({ id: '41' }), 'deny']]);
  });

  it('takes the second half of a double click for an accident', async () => {
    show();
    await fireEvent.click(deny(), { detail: 2 });
    expect(onanswer).not.toHaveBeenCalled();
    await fireEvent.click(deny(), { detail: 1 });
    expect(onanswer).toHaveBeenCalledOnce();
  });

  it('takes no yes for what may be old, or is over', async () => {
    const { unmount } = show(samples.request(NOW), { current: false });
    await after(GUARD_MS);
    expect(allow().disabled).toBe(true);
    unmount();

    show(samples.request(NOW, { expiresAt: NOW + 2_000 }));
    await after(GUARD_MS);
    expect(allow().disabled).toBe(false);
    await after(2_000);
    expect(allow().disabled).toBe(true);
    expect(screen.getByRole('timer').textContent).toContain('counted as no');
  });

  it('offers only what may be answered', () => {
    show(samples.request(NOW, { decisions: ['deny'] }));
    expect(screen.queryByTestId('allow')).toBeNull();
  });

  it('says what went wrong, and can be answered again', async () => {
    onanswer.mockResolvedValueOnce(
      new ApiFailure({ code: 'failed', message: 'the disk is full', hint: 'Make room.' }),
    );
    show();
    deny().click();
    await after(0);
    expect(screen.getByRole('alert').textContent).toContain('the disk is full Make room.');
    deny().click();
    expect(onanswer).toHaveBeenCalledTimes(2);
  });

  it('among others, hears Escape only from within', async () => {
    show(samples.request(NOW), { alone: false });
    await fireEvent.keyDown(window, { key: 'Escape' });
    expect(onanswer).not.toHaveBeenCalled();
    await fireEvent.keyDown(deny(), { key: 'Escape' });
    expect(onanswer).toHaveBeenCalledOnce();
  });
});

describe('looking before it leaves', () => {
  const send = () => screen.getByTestId<HTMLButtonElement>('send');
  const retake = () => screen.getByTestId<HTMLButtonElement>('retake');
  const discard = () => screen.getByTestId<HTMLButtonElement>('discard');
  const picture = () => screen.getByAltText('The picture, as it would be sent');

  beforeEach(() => {
    // jsdom has neither.
    URL.createObjectURL = () => 'blob:capture';
    URL.revokeObjectURL = () => undefined;
  });

  it('begins at Discard, and Escape discards', async () => {
    show(samples.pictureReview(NOW));
    expect(document.activeElement).toBe(discard());
    await fireEvent.keyDown(window, { key: 'Escape' });
    expect(onanswer.mock.calls).toEqual([[expect.objectContaining({ id: '56' }), 'discard']]);
  });

  it('says who would get it, and that nobody has it yet', () => {
    show(samples.pictureReview(NOW));
    expect(screen.getByRole('alertdialog').getAttribute('aria-labelledby')).toBeTruthy();
    expect(screen.getByRole('heading').textContent).toBe('Send this picture to Field Notes?');
    expect(screen.getByText('Nothing has left this computer yet.')).toBeTruthy();
  });

  it('keeps Send inert until the picture was in sight for 600 ms', async () => {
    const request = samples.pictureReview(NOW);
    show(request);
    await after(5_000);
    expect(send().disabled).toBe(true);
    expect(screen.getByText('Send wakes up when you can see it.')).toBeTruthy();

    await fireEvent.load(picture());
    await after(GUARD_MS - 100);
    expect(send().disabled).toBe(true);
    send().click();
    expect(onanswer).not.toHaveBeenCalled();
    await after(100);
    expect(send().disabled).toBe(false);
    send().click();
    expect(onanswer.mock.calls).toEqual([[request, 'send']]);
  });

  it('lets it be taken again without waiting for a picture that may never come', async () => {
    fetchCapture.mockReturnValue(new Promise(() => undefined));
    show(samples.pictureReview(NOW));
    expect(retake().disabled).toBe(true);
    await after(GUARD_MS);
    expect([retake().disabled, send().disabled]).toEqual([false, true]);
    retake().click();
    expect(onanswer.mock.calls).toEqual([[expect.objectContaining({ id: '56' }), 'retake']]);
  });

  it('never sends what cannot be shown', async () => {
    show(samples.pictureReview(NOW));
    await after(0);
    await fireEvent.error(picture());
    await after(10_000);
    expect(send().disabled).toBe(true);
    send().click();
    expect(onanswer).not.toHaveBeenCalled();
    // It will not wake up: nobody is told to wait for that.
    expect(screen.queryByText('Send wakes up when you can see it.')).toBeNull();
  });

  it('makes Send inert again when a film turns out to be broken', async () => {
    show(samples.recordingReview(NOW));
    await after(0);
    const video = screen.getByLabelText('The recording, as it would be sent');
    await fireEvent(video, new Event('loadeddata'));
    await after(GUARD_MS);
    expect(send().disabled).toBe(false);
    await fireEvent.error(video);
    expect(send().disabled).toBe(true);
  });

  it('does not send what is to be cut before it is', async () => {
    const oncut = vi.fn().mockResolvedValue(null);
    show(samples.recordingReview(NOW), { oncut });
    await after(0);
    const video = screen.getByLabelText('The recording, as it would be sent');
    await fireEvent(video, new Event('loadeddata'));
    await after(GUARD_MS);
    await fireEvent.keyDown(screen.getByTestId('span-from'), { key: 'PageUp' });
    await after(0);
    expect(send().disabled).toBe(true);
    send().click();
    expect(onanswer).not.toHaveBeenCalled();
    expect(screen.getByText('Cut it first, or keep all of it.')).toBeTruthy();
    await fireEvent.click(screen.getByTestId('cut'));
    expect(oncut.mock.calls).toEqual([[samples.recordingReview(NOW), { from: 1000, to: 3000 }]]);
    await fireEvent.keyDown(screen.getByTestId('span-from'), { key: 'Home' });
    await after(0);
    expect(send().disabled).toBe(false);
  });

  it('begins at Discard once more when the picture is fetched once more', async () => {
    fetchCapture.mockRejectedValueOnce(
      new ApiFailure({ code: 'failed', message: 'no', hint: null }),
    );
    show(samples.pictureReview(NOW));
    await after(0);
    const again = screen.getByTestId('capture-again');
    again.focus();
    again.click();
    await after(0);
    expect(document.activeElement).toBe(discard());
    await fireEvent.load(picture());
    await after(GUARD_MS);
    expect(send().disabled).toBe(false);
  });

  it('is left, not discarded, by the Escape that ends a full screen', async () => {
    show(samples.recordingReview(NOW));
    const full = vi.fn().mockReturnValue(document.body);
    Object.defineProperty(document, 'fullscreenElement', { get: full, configurable: true });
    await fireEvent.keyDown(window, { key: 'Escape' });
    expect(onanswer).not.toHaveBeenCalled();
    full.mockReturnValue(null);
    await fireEvent.keyDown(window, { key: 'Escape' });
    expect(onanswer).toHaveBeenCalledOnce();
  });

  it('does not offer to take again what does not come again', () => {
    show(samples.recordingReview(NOW));
    expect(screen.queryByTestId('retake')).toBeNull();
  });

  it('tells its size and kind', () => {
    show(samples.recordingReview(NOW));
    const shown = screen.getByTestId('request-card').textContent;
    for (const fact of ['320 × 180 pixels', '3 sec', 'MP4 video, 2 kB', 'rec-2026-11-21']) {
      expect(shown).toContain(fact);
    }
  });
});

describe('allowing from now on', () => {
  const always = () => screen.getByTestId<HTMLButtonElement>('allow-always');
  const remember = () => screen.getByTestId<HTMLButtonElement>('remember');

  beforeEach(() => {
    // jsdom lays nothing out, so it cannot scroll either.
    Element.prototype.scrollIntoView = () => undefined;
  });

  async function ruling(request = samples.ruled(NOW), more: object = {}) {
    show(request, more);
    await after(GUARD_MS);
    always().click();
    await after(0);
    return request;
  }

  it('shows the rule first, and stores nothing', async () => {
    await ruling();
    expect(onallowalways).not.toHaveBeenCalled();
    expect(onanswer).not.toHaveBeenCalled();
    expect(screen.getByTestId('rule-sentence').textContent).toBe(
      'Let it run in sight: git log --oneline, in /home/ada/code/site or below it, ' +
        'for Release Bot at This computer',
    );
    expect(document.activeElement).toBe(screen.getByTestId('back'));
    expect(screen.queryByTestId('allow')).toBeNull();
  });

  it('takes 600 ms more before it can be stored', async () => {
    await ruling();
    await after(GUARD_MS - 100);
    expect(remember().disabled).toBe(true);
    remember().click();
    expect(onallowalways).not.toHaveBeenCalled();
    await after(100);
    expect(remember().disabled).toBe(false);
  });

  it('stores the rule that was shown, for an hour unless more is said', async () => {
    const request = await ruling();
    await after(GUARD_MS);
    remember().click();
    const document = request.rules[0]?.document as object;
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    expect(onallowalways.mock.calls).toEqual([[request, { ...document, expires_at }]]);
  });

  it('stores it without an end only where that was chosen', async () => {
    const request = await ruling();
    await fireEvent.click(screen.getByTestId('lasting-always'));
    expect(screen.getByText('It stays until you remove it.')).toBeTruthy();
    await after(GUARD_MS);
    remember().click();
    expect(onallowalways.mock.calls).toEqual([[request, request.rules[0]?.document]]);
  });

  it('goes back to the question, where Deny has the focus and Allow begins inert', async () => {
    await ruling();
    screen.getByTestId('back').click();
    await after(0);
    expect(screen.queryByTestId('rule')).toBeNull();
    expect(document.activeElement).toBe(deny());
    expect(allow().disabled).toBe(true);
    await after(GUARD_MS);
    expect(allow().disabled).toBe(false);
  });

  it('is not gone back from by the key that is still held down', async () => {
    show(samples.ruled(NOW));
    await after(GUARD_MS);
    await fireEvent.keyDown(always(), { key: 'Enter' });
    always().click();
    await after(0);
    const back = screen.getByTestId('back');
    expect(await fireEvent.keyDown(back, { key: 'Enter', repeat: true })).toBe(false);
  });

  it('can still be denied', async () => {
    await ruling();
    await fireEvent.keyDown(window, { key: 'Escape' });
    expect(onanswer.mock.calls).toEqual([[expect.objectContaining({ id: '50' }), 'deny']]);
  });

  it('is not possible for what is over', async () => {
    await ruling(samples.ruled(NOW, { expiresAt: NOW + 2_000 }));
    await after(2_000);
    expect(remember().disabled).toBe(true);
  });

  it('is not offered where there is no rule to show', () => {
    show(samples.ruled(NOW, { rules: [] }));
    expect(screen.queryByTestId('allow-always')).toBeNull();
    expect(allow()).toBeTruthy();
  });

  it('says what went wrong', async () => {
    onallowalways.mockResolvedValue(
      new ApiFailure({ code: 'failed', message: 'the rule lets nothing run', hint: null }),
    );
    await ruling();
    await after(GUARD_MS);
    remember().click();
    await after(0);
    expect(screen.getByRole('alert').textContent).toContain('the rule lets nothing run');
  });
});

describe('showing', () => {
  it('says that it was shown once it was painted, and only once', async () => {
    show();
    expect(onshown).not.toHaveBeenCalled();
    await after(GUARD_MS);
    expect(onshown).toHaveBeenCalledOnce();
  });

  it('does not say so when it went away unpainted', async () => {
    const { unmount } = show();
    unmount();
    await after(GUARD_MS);
    expect(onshown).not.toHaveBeenCalled();
  });

  it('prints what came from outside as text', () => {
    const evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
    show(
      samples.notification(NOW, {
        agent: { ...samples.fieldNotes, name: evil },
        connection: evil,
        action: { type: 'notification', title: evil, body: evil },
      }),
    );
    const card = screen.getByTestId('request-card');
    expect(card.querySelector('img, script')).toBeNull();
    expect(card.textContent.split(evil).length - 1).toBeGreaterThanOrEqual(4);
  });

  it('marks the risky part within the whole line', () => {
    show();
    const line = screen.getByTestId('line');
    expect(line.textContent).toBe('git push --force origin main');
    expect([...line.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual([
      'push',
      '--force',
    ]);
  });

  it('shows what a program really is, where it runs, and within what bounds', () => {
    show(
      samples.request(NOW, {
        action: samples.shell('sh x', {
          programs: [{ argv: ['sh', 'x'], path: '/usr/bin/dash' }],
          workingDir: '/srv/site',
          timeoutSeconds: 90,
          environment: [{ name: 'LANG', value: 'C' }],
        }),
      }),
    );
    const shown = screen.getByTestId('request-card').textContent;
    for (const fact of ['/usr/bin/dash', '/srv/site', '1 min 30 sec', 'LANG=C', 'no network']) {
      expect(shown).toContain(fact);
    }
  });

  it('calls a script a script, and says why', () => {
    show(samples.script(NOW));
    const card = screen.getByTestId('request-card');
    expect(screen.getByRole('alertdialog').textContent).toContain('wants to run a script');
    expect(card.textContent).toContain('Needs a shell: it holds a loop');
  });

  it.each<[string, RequestView, string, string[]]>([
    [
      'a place',
      samples.location(NOW),
      'wants to know where you are',
      ['The exact place, as near as this computer can tell', 'Once, now'],
    ],
    [
      'a place about the town',
      samples.location(NOW, 'low'),
      'wants to know where you are',
      ['About the town, within some 5 km'],
    ],
    [
      'a picture of the camera',
      samples.camera(NOW),
      'wants a picture from your camera',
      ['Integrated Camera', '1280 × 720 pixels'],
    ],
    [
      'a picture of the screen',
      samples.screenshot(NOW),
      'wants a picture of your screen',
      ['Dell U2720Q', 'As large as the display is', 'Everything that is in sight'],
    ],
    [
      'a recording',
      samples.recording(NOW),
      'wants to record your screen, with sound',
      ['Dell U2720Q', '1 min 30 sec at most', 'with the microphone', 'MP4 video'],
    ],
    [
      'a recording of what is played',
      samples.recording(NOW, {}, 'output'),
      'wants to record your screen, with sound',
      ['Recorded too: what this computer plays'],
    ],
    [
      'a recording without sound',
      samples.recording(NOW, {}, null),
      'wants to record your screen',
      ['Sound None'],
    ],
    [
      'the end of one',
      samples.endRecording(NOW),
      'wants to end its recording',
      ['rec-2026-11-21', 'It ends now'],
    ],
  ])('says in plain words what %s is', (_, request, title, facts) => {
    show(request);
    expect(screen.getByRole('heading').textContent.trim()).toBe(`${request.agent.name} ${title}`);
    const shown = screen.getByTestId('request-card').textContent;
    for (const fact of facts) expect(shown).toContain(fact);
  });

  it('offers a place about the town only where a more exact one is wanted', async () => {
    const { unmount } = show(samples.location(NOW));
    await after(GUARD_MS);
    screen.getByTestId('allow-coarse').click();
    expect(onanswer.mock.calls).toEqual([[expect.objectContaining({ id: '51' }), 'allowCoarse']]);
    unmount();
    show(samples.location(NOW, 'low'));
    expect(screen.queryByTestId('allow-coarse')).toBeNull();
  });

  it('tells its place in the queue', () => {
    show(samples.request(NOW), { index: 0, count: 3, fromAgent: 2 });
    expect(screen.getByText('1 of 3')).toBeTruthy();
    screen.getByTestId('deny-all').click();
    expect(ondenyall).toHaveBeenCalledOnce();
  });

  it('tells the time left', async () => {
    show();
    expect(screen.getByRole('timer').textContent).toContain('0:57');
    await after(2_000);
    expect(screen.getByRole('timer').textContent).toContain('0:55');
  });
});
