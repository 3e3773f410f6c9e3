import { expect, it } from 'vitest';
import css from './tokens.css?raw';

function colour(name: string): string {
  const found = new RegExp(`--${name}:\\s*(#[0-9a-f]{6});`).exec(css)?.[1];
  if (found === undefined) throw new Error(`no colour --${name}`);
  return found;
}

/** The two palette colours behind a meaning, light and dark. */
function meaning(name: string): [string, string] {
  const found = new RegExp(
    `--${name}:\\s*light-dark\\(var\\(--(.+?)\\), var\\(--(.+?)\\)\\);`,
  ).exec(css);
  if (found?.[1] === undefined || found[2] === undefined) throw new Error(`no meaning --${name}`);
  return [colour(found[1]), colour(found[2])];
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['page', 'rail', 'surface-1', 'surface-2'];
const inks = ['text-1', 'text-2', 'accent', 'danger', 'slate', 'blue', 'amber', 'violet', 'green'];
const pairs: [string, string][] = [
  ...inks.flatMap((ink) => grounds.map((ground): [string, string] => [ink, ground])),
  ...['slate', 'blue', 'amber', 'violet', 'green', 'danger', 'accent', 'text-1', 'text-2'].flatMap(
    (ink): [string, string][] =>
      ink.startsWith('text')
        ? ['amber-soft', 'danger-soft', 'green-soft'].map((soft) => [ink, soft])
        : [[ink, `${ink}-soft`]],
  ),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger'],
  ['on-danger', 'danger-hover'],
  ['on-glass', 'glass'],
  ['on-glass-2', 'glass'],
  // The count in the navigation, and the chip that is pressed.
  ['page', 'amber'],
  ['page', 'text-1'],
];

it.each(pairs)('%s can be read on %s', (ink, ground) => {
  const [inkLight, inkDark] = meaning(ink);
  const [groundLight, groundDark] = meaning(ground);
  expect(contrast(inkLight, groundLight)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(inkDark, groundDark)).toBeGreaterThanOrEqual(4.5);
});
