// Dates, numbers and times in the language that is spoken. Making a formatter is dear: each is made
// once a locale.

export interface Formats {
  clock: Intl.DateTimeFormat;
  minute: Intl.DateTimeFormat;
  day: Intl.DateTimeFormat;
  date: Intl.DateTimeFormat;
  moment: Intl.DateTimeFormat;
  exact: Intl.DateTimeFormat;
  relative: Intl.RelativeTimeFormat;
  list: Intl.ListFormat;
  either: Intl.ListFormat;
  number: Intl.NumberFormat;
  percent: Intl.NumberFormat;
  milliseconds: Intl.NumberFormat;
  fineMilliseconds: Intl.NumberFormat;
  seconds: Intl.NumberFormat;
  minutes: Intl.NumberFormat;
  hours: Intl.NumberFormat;
  days: Intl.NumberFormat;
  metres: Intl.NumberFormat;
  kilometres: Intl.NumberFormat;
  degrees: Intl.NumberFormat;
  bytes: Intl.NumberFormat;
  kilobytes: Intl.NumberFormat;
  megabytes: Intl.NumberFormat;
  gigabytes: Intl.NumberFormat;
  someBytes: Intl.NumberFormat;
}

const made = new Map<string, Formats>();

/** `language` for what has words in it, `locale` for what a region has its own way with. */
export function formatsOf(language: string, locale: string): Formats {
  const key = `${language} ${locale}`;
  const known = made.get(key);
  if (known) return known;
  const unit = (name: string, digits = 0, unitDisplay: 'short' | 'long' = 'short') =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay,
      maximumFractionDigits: digits,
    });
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const formats: Formats = {
    clock: date({ timeStyle: 'medium' }),
    minute: date({ timeStyle: 'short' }),
    day: date({ weekday: 'long', day: 'numeric', month: 'long' }),
    date: date({ dateStyle: 'medium' }),
    moment: date({ dateStyle: 'medium', timeStyle: 'short' }),
    exact: date({ dateStyle: 'full', timeStyle: 'medium' }),
    relative: new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }),
    list: new Intl.ListFormat(locale, { type: 'conjunction' }),
    either: new Intl.ListFormat(locale, { type: 'disjunction' }),
    number: new Intl.NumberFormat(locale),
    percent: new Intl.NumberFormat(locale, { style: 'percent' }),
    milliseconds: unit('millisecond'),
    fineMilliseconds: unit('millisecond', 1),
    seconds: unit('second', 1),
    minutes: unit('minute'),
    hours: unit('hour'),
    // In short, German and French days look like nothing.
    days: unit('day', 0, 'long'),
    metres: unit('meter'),
    kilometres: unit('kilometer', 1),
    // To about a metre.
    degrees: new Intl.NumberFormat(locale, { maximumFractionDigits: 5 }),
    bytes: unit('byte', 0, 'long'),
    kilobytes: unit('kilobyte'),
    megabytes: unit('megabyte', 1),
    gigabytes: unit('gigabyte', 1),
    someBytes: new Intl.NumberFormat(language, {
      style: 'unit',
      unit: 'byte',
      unitDisplay: 'long',
      notation: 'compact',
    }),
  };
  made.set(key, formats);
  return formats;
}
