// Which language is spoken, for one set of catalogues.

import { formatsOf, type Formats } from './formats';
import { DIRECTION, localeOf, TAG, type Language } from './languages';

interface Spoken<Texts> {
  language: Language;
  text: Texts;
  formats: Formats;
}

function made<Texts>(language: Language, text: Texts): Spoken<Texts> {
  const locale = localeOf(language, navigator.languages);
  return { language, text, formats: formatsOf(TAG[language], locale) };
}

export class Speaker<Texts> {
  #spoken: Spoken<Texts> = $state.raw() as Spoken<Texts>;
  #wanted: Language = 'en';
  readonly #catalogues: Record<Language, () => Promise<Texts>>;

  /** English is always there; the others come when they are spoken. */
  constructor(en: Texts, others: Record<Exclude<Language, 'en'>, () => Promise<Texts>>) {
    this.#catalogues = { ...others, en: () => Promise.resolve(en) };
    this.#spoken = made('en', en);
  }

  get text(): Texts {
    return this.#spoken.text;
  }

  get formats(): Formats {
    return this.#spoken.formats;
  }

  get language(): Language {
    return this.#spoken.language;
  }

  /** Speaks another language from now on. Where its words cannot be had, the old one stays. */
  async speak(next: Language): Promise<void> {
    this.#wanted = next;
    const text = await this.#catalogues[next]().catch(() => null);
    // Somebody may have chosen yet another one meanwhile.
    if (text === null || this.#wanted !== next) return;
    this.#spoken = made(next, text);
    document.documentElement.lang = TAG[next];
    document.documentElement.dir = DIRECTION[next];
  }
}
