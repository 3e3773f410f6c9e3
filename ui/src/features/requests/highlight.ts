// Finds the risky parts within a line.

import type { RiskView } from '../../api/generated/RiskView';

export interface Piece {
  text: string;
  risky: boolean;
}

/** Whether a part may end or begin here: `rm` is not meant in `form`. */
function isBoundary(line: string, at: number): boolean {
  const [before, after] = [line[at - 1], line[at]];
  return before === undefined || after === undefined || !(inWord(before) && inWord(after));
}

function inWord(char: string): boolean {
  return /[\p{L}\p{N}_-]/u.test(char);
}

function places(line: string, part: string): [number, number][] {
  const all: [number, number][] = [];
  for (let at = line.indexOf(part); at !== -1; at = line.indexOf(part, at + 1)) {
    all.push([at, at + part.length]);
  }
  const whole = all.filter(([start, end]) => isBoundary(line, start) && isBoundary(line, end));
  return whole.length > 0 ? whole : all;
}

/** Cuts a line into pieces; joined again they are the line. */
export function pieces(line: string, risks: readonly RiskView[]): Piece[] {
  const risky = new Uint8Array(line.length);
  for (const { part } of risks) {
    if (part === null || part === '') continue;
    for (const [start, end] of places(line, part)) risky.fill(1, start, end);
  }
  const found: Piece[] = [];
  let start = 0;
  for (let at = 1; at <= line.length; at += 1) {
    if (at < line.length && risky[at] === risky[start]) continue;
    found.push({ text: line.slice(start, at), risky: risky[start] === 1 });
    start = at;
  }
  return found;
}
