// What cannot be seen, made visible. The engine does the same with all that comes from outside;
// here it is done again wherever such a text is drawn, so that no way around the engine is a way
// to a lie.

/** As many marks as the letters of any living language carry, with one to spare. */
const MARKS = 4;

const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** More marks than that on one letter reach over the lines around it. */
const FLOOD = new RegExp(`(?<=\\p{M}{${MARKS}})\\p{M}`, 'gu');

function escaped(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

/** What was made visible once stays as it is. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escaped).replace(FLOOD, escaped);
}
