import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Toasts } from './toasts.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const info = { tone: 'info', title: 'Copied', hint: null } as const;

it('passes by itself', () => {
  const toasts = new Toasts();
  toasts.show(info);
  vi.advanceTimersByTime(4_999);
  expect(toasts.list).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(toasts.list).toEqual([]);
});

it('does not repeat itself, but stays longer', () => {
  const toasts = new Toasts();
  toasts.show(info);
  vi.advanceTimersByTime(4_000);
  toasts.show(info);
  vi.advanceTimersByTime(4_000);
  expect(toasts.list).toHaveLength(1);
});

it('shows the newest four', () => {
  const toasts = new Toasts();
  for (const title of ['a', 'b', 'c', 'd', 'e']) toasts.show({ ...info, title });
  expect(toasts.list.map(({ title }) => title)).toEqual(['b', 'c', 'd', 'e']);
});
