/** Dots of a fixed number: not even the length of a key shows. */
export const DOTS = '•'.repeat(16);

/** A line without its key. */
export function masked(line: string, key: string): string {
  return key === '' ? line : line.replaceAll(key, DOTS);
}
