// The languages there are, and which one suits a person.

export const LANGUAGES = ['en', 'de', 'es', 'fr', 'ja', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each in its own words: whoever cannot read the others finds it. */
export const LANGUAGE_NAME: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ja: '日本語',
  zh: '简体中文',
};

/** Written from which side. */
export const DIRECTION: Record<Language, 'ltr' | 'rtl'> = {
  en: 'ltr',
  de: 'ltr',
  es: 'ltr',
  fr: 'ltr',
  ja: 'ltr',
  zh: 'ltr',
};

/** As pages say it: the catalogue of Chinese is in simplified letters. */
export const TAG: Record<Language, string> = {
  en: 'en',
  de: 'de',
  es: 'es',
  fr: 'fr',
  ja: 'ja',
  zh: 'zh-Hans',
};

/** How dates are written where the system names no region for the language. */
const USUAL: Record<Language, string> = {
  en: 'en-GB',
  de: 'de-DE',
  es: 'es-ES',
  fr: 'fr-FR',
  ja: 'ja-JP',
  zh: 'zh-CN',
};

export function isLanguage(text: string | null): text is Language {
  return LANGUAGES.some((language) => language === text);
}

function base(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

/** The first of those the system prefers that there is a catalogue of. */
export function preferred(tags: readonly string[]): Language {
  return tags.map(base).find(isLanguage) ?? 'en';
}

/** The region's way of the language, as the system has it. */
export function localeOf(language: Language, tags: readonly string[]): string {
  return tags.find((tag) => base(tag) === language && tag.includes('-')) ?? USUAL[language];
}
