// The language that is spoken. It is the one thing here that is the same for the whole page and
// that every sentence needs, so it is no parameter: who reads `t()` is told when it changes.

import type { Catalogue } from './catalogue';
import { en } from './en';
import { formatsOf, type Formats } from './formats';
import { DIRECTION, localeOf, preferred, TAG, type Language } from './languages';

interface Spoken {
  language: Language;
  text: Catalogue;
  formats: Formats;
}

/** English is always there; the others come when they are spoken. */
const CATALOGUES: Record<Language, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import('./de')).de,
  es: async () => (await import('./es')).es,
  fr: async () => (await import('./fr')).fr,
  ja: async () => (await import('./ja')).ja,
  zh: async () => (await import('./zh')).zh,
};

let spoken = $state.raw<Spoken>(made('en', en));
let wanted: Language = 'en';

function made(language: Language, text: Catalogue): Spoken {
  const locale = localeOf(language, navigator.languages);
  return { language, text, formats: formatsOf(TAG[language], locale) };
}

/** What the pages say. */
export function t(): Catalogue {
  return spoken.text;
}

/** How they write numbers and dates. */
export function formats(): Formats {
  return spoken.formats;
}

export function language(): Language {
  return spoken.language;
}

/** What the system speaks. */
export function systemLanguage(): Language {
  return preferred(navigator.languages);
}

/** Speaks another language from now on. Where its words cannot be had, the old one stays. */
export async function speak(next: Language): Promise<void> {
  wanted = next;
  const text = await CATALOGUES[next]().catch(() => null);
  // Somebody may have chosen yet another one meanwhile.
  if (text === null || wanted !== next) return;
  spoken = made(next, text);
  document.documentElement.lang = TAG[next];
  document.documentElement.dir = DIRECTION[next];
}
