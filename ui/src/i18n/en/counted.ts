import { counting } from '../counting';

export const { digits, plural } = counting('en');

const SMALL = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** “three requests”: in words while they are short. Pass the noun for one and for many. */
export function counted(count: number, one: string, other: string): string {
  return `${SMALL[count] ?? digits(count)} ${plural(count, { one, other })}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
