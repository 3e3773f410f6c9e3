import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Guard, GUARD_MS } from './guard.svelte';

let looking = true;
let guard: Guard;

beforeEach(() => {
  vi.useFakeTimers();
  looking = true;
  guard = new Guard(() => looking);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('guard', () => {
  it('is shut until a request was painted, however long that takes', () => {
    vi.advanceTimersByTime(10_000);
    expect(guard.open).toBe(false);
  });

  it('opens 600 ms after the painting, and not before', () => {
    guard.painted();
    vi.advanceTimersByTime(GUARD_MS - 1);
    expect(guard.open).toBe(false);
    vi.advanceTimersByTime(1);
    expect(guard.open).toBe(true);
    expect(GUARD_MS).toBe(600);
  });

  it('shuts with the focus, and takes 600 ms again', () => {
    guard.painted();
    vi.advanceTimersByTime(GUARD_MS);
    looking = false;
    guard.attentionChanged();
    expect(guard.open).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(guard.open).toBe(false);

    looking = true;
    guard.attentionChanged();
    vi.advanceTimersByTime(GUARD_MS - 1);
    expect(guard.open).toBe(false);
    vi.advanceTimersByTime(1);
    expect(guard.open).toBe(true);
  });

  it('does not count time spent elsewhere', () => {
    guard.painted();
    vi.advanceTimersByTime(500);
    looking = false;
    guard.attentionChanged();
    looking = true;
    guard.attentionChanged();
    vi.advanceTimersByTime(500);
    expect(guard.open).toBe(false);
  });

  it('does not begin to count while nobody looks, even if the return went without a word', () => {
    looking = false;
    guard.painted();
    looking = true;
    vi.advanceTimersByTime(10_000);
    expect(guard.open).toBe(false);
  });

  it('does not open when the focus went without a word', () => {
    guard.painted();
    looking = false;
    vi.advanceTimersByTime(GUARD_MS);
    expect(guard.open).toBe(false);
  });

  it('stays shut once closed', () => {
    guard.painted();
    guard.close();
    guard.attentionChanged();
    vi.advanceTimersByTime(10_000);
    expect(guard.open).toBe(false);
  });
});
