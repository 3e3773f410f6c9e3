import { cleanup, render, screen } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CaptureLine, IndicatorHost } from './host/indicator';
import IndicatorWindow from './IndicatorWindow.svelte';

const NOW = new Date('2026-11-21T14:02:00Z').getTime();

function line(more: Partial<CaptureLine> = {}): CaptureLine {
  return {
    key: 1,
    id: '7',
    agent: 'Release Bot',
    connection: 'Home hub',
    does: 'looks',
    source: 'Display 1',
    since: NOW - 42_000,
    over: false,
    ...more,
  };
}

/** A host that remembers what it was told. */
class Told implements IndicatorHost {
  on: (lines: CaptureLine[]) => void = () => undefined;
  seenKeys: number[][] = [];
  stopped: string[] = [];
  answer: Promise<void> = Promise.resolve();

  listen(on: (lines: CaptureLine[]) => void) {
    this.on = on;
  }

  seen(keys: number[]) {
    this.seenKeys.push(keys);
  }

  stop(id: string) {
    this.stopped.push(id);
    return this.answer;
  }
}

const visibility = (state: 'visible' | 'hidden') => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
};

let host: Told;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  host = new Told();
  visibility('visible');
  render(IndicatorWindow, { host });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function shows(...lines: CaptureLine[]) {
  host.on(lines);
  await vi.advanceTimersByTimeAsync(50);
}

it('says who sees what, and for how long', async () => {
  await shows(
    line(),
    line({ key: 2, agent: 'Scout', does: 'photographs', source: 'Lid', since: NOW }),
  );
  const [first, second] = screen.getAllByTestId('capture');
  expect(first).toHaveProperty(
    'textContent',
    expect.stringMatching(/0:42.*Release Bot sees Display 1.*Stop/s),
  );
  expect(first).toHaveProperty('title', expect.stringMatching(/^through Home hub, since/));
  expect(second?.textContent).toContain('Scout takes a picture with Lid');
  await vi.advanceTimersByTimeAsync(18_000);
  expect(first?.textContent).toContain('1:00');
});

it('says that it is seen when it is painted, and again every second', async () => {
  await shows(line());
  expect(host.seenKeys).toEqual([[1]]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(host.seenKeys).toEqual([[1], [1], [1]]);
});

it('does not say so while it cannot be seen', async () => {
  visibility('hidden');
  await shows(line());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(host.seenKeys).toEqual([]);
  visibility('visible');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(host.seenKeys).toEqual([[1]]);
});

it('does not vouch for what is over, and offers nothing to stop in it', async () => {
  await shows(line({ over: true }));
  expect(host.seenKeys).toEqual([]);
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.getByTestId('capture').textContent).toContain('Over');
});

it('stops a capture once, and says when that failed', async () => {
  const user = userEvent.setup({ advanceTimers: (ms) => vi.advanceTimersByTime(ms) });
  let fail: (cause: Error) => void = () => undefined;
  host.answer = new Promise((_, reject) => {
    fail = reject;
  });
  await shows(line());
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  await user.click(screen.getByRole('button', { name: 'Stopping…' }));
  expect(host.stopped).toEqual(['7']);
  fail(new Error('no'));
  await vi.advanceTimersByTimeAsync(10);
  expect(screen.getByRole('alert').textContent).toContain('could not be stopped');
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  expect(host.stopped).toEqual(['7', '7']);
});

it('says that the person tries it themselves', async () => {
  await shows(line({ agent: null, connection: null, does: 'looksAndHearsMicrophone' }));
  const shown = screen.getByTestId('capture');
  expect(shown.textContent).toContain('You are trying Display 1 and your microphone');
  expect(shown.getAttribute('title')).toMatch(/^for you alone, since /);
});
