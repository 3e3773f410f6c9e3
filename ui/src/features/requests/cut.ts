// The part of a recording that is kept.

/** Milliseconds from its beginning. */
export interface Kept {
  from: number;
  to: number;
}

/** Nobody means to keep less. */
export const LEAST_MS = 500;
/** So little at an end is a slip of the hand, or how lengths are rounded. */
const SLIP_MS = 50;

export function isWhole({ from, to }: Kept, whole: number): boolean {
  return from < SLIP_MS && to > whole - SLIP_MS;
}

/** 0:03.2, 12:05.0, 1:00:00.0: a moment in a recording, to a tenth of a second. */
export function moment(ms: number): string {
  const tenths = Math.floor(Math.max(0, ms) / 100);
  const [seconds, minutes, hours] = [
    Math.floor(tenths / 10) % 60,
    Math.floor(tenths / 600) % 60,
    Math.floor(tenths / 36_000),
  ];
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = `${two(seconds)}.${tenths % 10}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
