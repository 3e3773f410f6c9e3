import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiFailure } from '../../api/error';
import { isWhole, moment, type Kept } from './cut';
import Player from './Player.svelte';

const oncut = vi.fn<(kept: Kept) => Promise<ApiFailure | null>>();
const onchosen = vi.fn();
const play = vi.fn();

beforeEach(() => {
  oncut.mockReset().mockResolvedValue(null);
  onchosen.mockReset();
  play.mockReset().mockResolvedValue(undefined);
  // jsdom plays nothing.
  HTMLMediaElement.prototype.play = play;
  HTMLMediaElement.prototype.pause = vi.fn();
});

afterEach(() => {
  cleanup();
});

function show(more: { oncut?: null } = {}) {
  render(Player, {
    address: 'blob:film',
    label: 'The recording',
    seconds: 3,
    oncut,
    onchosen,
    ondrawn: () => undefined,
    onbroken: () => undefined,
    ...more,
  });
}

const video = () => screen.getByLabelText<HTMLVideoElement>('The recording', { selector: 'video' });
const slider = (kind: 'at' | 'from' | 'to') => screen.getByTestId(`span-${kind}`);
const press = async (kind: 'at' | 'from' | 'to', key: string, more = {}) => {
  await fireEvent.keyDown(slider(kind), { key, ...more });
};
const value = (kind: 'at' | 'from' | 'to') => Number(slider(kind).getAttribute('aria-valuenow'));

describe('a recording', () => {
  it('is looked through by keyboard', async () => {
    show();
    await press('at', 'ArrowRight');
    await press('at', 'ArrowRight', { shiftKey: true });
    expect([value('at'), video().currentTime]).toEqual([1100, 1.1]);
    expect(slider('at').getAttribute('aria-valuetext')).toBe('0:01.1');
    await press('at', 'End');
    expect(value('at')).toBe(3000);
    await press('at', 'ArrowRight');
    expect(value('at')).toBe(3000);
    await press('at', 'Home');
    expect(value('at')).toBe(0);
  });

  it('is cut to what is between two handles', async () => {
    show();
    expect(screen.queryByTestId('cut')).toBeNull();
    await press('from', 'PageUp');
    await press('to', 'ArrowLeft', { shiftKey: true });
    expect([value('from'), value('to')]).toEqual([1000, 2000]);
    expect(screen.getByText('Keeps 0:01.0 to 0:02.0: 0:01.0')).toBeTruthy();
    expect(onchosen.mock.lastCall).toEqual([true]);
    await fireEvent.click(screen.getByTestId('cut'));
    expect(oncut.mock.calls).toEqual([[{ from: 1000, to: 2000 }]]);
  });

  it('keeps half a second at least', async () => {
    show();
    await press('from', 'End');
    expect([value('from'), value('to')]).toEqual([2500, 3000]);
    await press('to', 'Home');
    expect([value('from'), value('to')]).toEqual([2500, 3000]);
  });

  it('is whole again at a press', async () => {
    show();
    await press('to', 'PageDown');
    await fireEvent.click(screen.getByTestId('keep-all'));
    expect([value('from'), value('to')]).toEqual([0, 3000]);
    expect(onchosen.mock.lastCall).toEqual([false]);
    expect(screen.queryByTestId('cut')).toBeNull();
  });

  it('plays what is kept, from its beginning', async () => {
    show();
    await press('from', 'PageUp');
    await press('at', 'Home');
    await fireEvent.click(screen.getByTestId('play'));
    expect(play).toHaveBeenCalledTimes(1);
    expect(video().currentTime).toBe(1);
    await fireEvent.play(video());
    expect(screen.getByTestId('play').textContent).toContain('Pause');
    await press('to', 'ArrowLeft');
    video().currentTime = 2.95;
    await fireEvent(video(), new Event('timeupdate'));
    expect(value('at')).toBe(2900);
  });

  it('says why it could not be cut, and lets it be tried again', async () => {
    oncut.mockResolvedValueOnce(
      new ApiFailure({ code: 'failed', message: 'the disk is full', hint: null }),
    );
    show();
    await press('from', 'PageUp');
    await fireEvent.click(screen.getByTestId('cut'));
    await tick();
    expect(screen.getByRole('alert').textContent).toContain('the disk is full');
    expect(screen.getByTestId<HTMLButtonElement>('cut').disabled).toBe(false);
  });

  it('has no handles where it cannot be cut', async () => {
    show({ oncut: null });
    expect(screen.queryByTestId('span-from')).toBeNull();
    expect(screen.queryByTestId('span-to')).toBeNull();
    await press('at', 'ArrowRight');
    expect(value('at')).toBe(100);
  });
});

it.each([
  [0, '0:00.0'],
  [3250, '0:03.2'],
  [725_000, '12:05.0'],
  [3_600_000, '1:00:00.0'],
  [-5, '0:00.0'],
])('%i ms is the moment %s', (ms, text) => {
  expect(moment(ms)).toBe(text);
});

it('takes a slip of the hand for none', () => {
  expect(isWhole({ from: 20, to: 2970 }, 3000)).toBe(true);
  expect(isWhole({ from: 0, to: 2900 }, 3000)).toBe(false);
  expect(isWhole({ from: 100, to: 3000 }, 3000)).toBe(false);
});
