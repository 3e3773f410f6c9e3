// What every catalogue needs to speak of numbers in its own language.

export interface Counting {
  /** A number in the language's digits. */
  digits: (value: number) => string;
  /** The form that the language takes for so many. */
  plural: (count: number, forms: Forms) => string;
}

/** As far as the language tells them apart; `other` is what is left. */
export type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

export function counting(language: string): Counting {
  const number = new Intl.NumberFormat(language);
  const rules = new Intl.PluralRules(language);
  return {
    digits: (value) => number.format(value),
    plural: (count, forms) => forms[rules.select(count)] ?? forms.other,
  };
}
