// Sentences of ours with words from outside in them, which stay told apart to the screen.

/** A part of a sentence: our own words, or words from outside. */
export type Piece = string | { outside: string; as: 'code' | 'quote' | 'name' | 'plain' };

/**
 * Puts a piece, or several in a row, into each of the `{slots}` of a sentence; each language has
 * them in an order of its own.
 */
export function fill(sentence: string, slots: Record<string, Piece | Piece[]>): Piece[] {
  return sentence
    .split(/(\{\w+\})/)
    .filter((part) => part !== '')
    .flatMap((part) => {
      const slot = /^\{(\w+)\}$/.exec(part)?.[1];
      return slot === undefined || !Object.hasOwn(slots, slot) ? part : (slots[slot] ?? part);
    });
}
