// Tells a key that is held down from one that is pressed anew.

/** Longer than any keyboard waits before its first repetition. */
export const HELD_MS = 1000;

let last = { key: '', at: -Infinity };

/**
 * Whether the key is held down. `repeat` alone does not say so: a window that goes away before a
 * key is up never hears of its end, and WebKit calls the next press a repetition.
 */
export function isHeld({ key, repeat, timeStamp }: KeyboardEvent): boolean {
  const held = repeat && key === last.key && timeStamp - last.at < HELD_MS;
  last = { key, at: timeStamp };
  return held;
}
