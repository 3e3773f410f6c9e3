// The language that is spoken. It is the one thing here that is the same for the whole page and
// that every sentence needs, so it is no parameter: who reads `t()` is told when it changes.

import type { Catalogue } from './catalogue';
import { en } from './en';
import type { Formats } from './formats';
import { preferred, type Language } from './languages';
import { Speaker } from './speaker.svelte';

const speaker = new Speaker<Catalogue>(en, {
  de: async () => (await import('./de')).de,
  es: async () => (await import('./es')).es,
  fr: async () => (await import('./fr')).fr,
  ja: async () => (await import('./ja')).ja,
  zh: async () => (await import('./zh')).zh,
});

/** What the pages say. */
export function t(): Catalogue {
  return speaker.text;
}

/** How they write numbers and dates. */
export function formats(): Formats {
  return speaker.formats;
}

export function language(): Language {
  return speaker.language;
}

/** What the system speaks. */
export function systemLanguage(): Language {
  return preferred(navigator.languages);
}

/** Speaks another language from now on. Where its words cannot be had, the old one stays. */
export async function speak(next: Language): Promise<void> {
  await speaker.speak(next);
}
