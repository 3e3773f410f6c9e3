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

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  focus.mockReturnValue(true);
  vi.spyOn(document, 'hasFocus').mockImplementation(() => focus() as boolean);
  onanswer.mockReset().mockResolvedValue(null);
  onshown.mockReset();
  ondenyall.mockReset().mockResolvedValue(null);
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
    expect(card.textContent).toContain('a loop needs a shell');
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
