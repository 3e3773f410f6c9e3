// Everything the pages say, in each language, and how it writes numbers and times.

export type { Catalogue } from './catalogue';
export { formats, language, speak, systemLanguage, t } from './language.svelte';
export { isLanguage, LANGUAGE_NAME, LANGUAGES, type Language } from './languages';
export { fill, type Piece } from './pieces';
