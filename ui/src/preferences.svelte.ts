// How the page looks and speaks, as the person chose. It is kept by the host, and the same in all
// windows of one host.

import type { Memory } from './host/memory';
import { isLanguage, speak, systemLanguage, type Language } from './i18n';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** A language, or the one that the system speaks. */
export type LanguageChoice = Language | 'system';

/** How far the first steps are: not begun yet, shown, or over. */
export type WelcomeState = 'new' | 'begun' | 'over';

function isTheme(text: string | null): text is Theme {
  return THEMES.some((theme) => theme === text);
}

export class Preferences {
  #language = $state<LanguageChoice>('system');
  #theme = $state<Theme>('system');
  #welcome = $state<WelcomeState>('new');
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#read();
  }

  get language(): LanguageChoice {
    return this.#language;
  }

  get theme(): Theme {
    return this.#theme;
  }

  get welcome(): WelcomeState {
    return this.#welcome;
  }

  /** Speaks and looks as it was chosen, now and whenever another window chooses. */
  async start(): Promise<void> {
    this.#memory.watch(() => {
      this.#read();
      this.#show();
      void this.#speak();
    });
    this.#show();
    await this.#speak();
  }

  async setLanguage(language: LanguageChoice): Promise<void> {
    this.#language = language;
    this.#memory.write('language', language === 'system' ? null : language);
    await this.#speak();
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#memory.write('theme', theme === 'system' ? null : theme);
    this.#show();
  }

  setWelcome(state: WelcomeState): void {
    this.#welcome = state;
    this.#memory.write('welcome', state === 'new' ? null : state);
  }

  #read(): void {
    const language = this.#memory.read('language');
    const theme = this.#memory.read('theme');
    const welcome = this.#memory.read('welcome');
    this.#language = isLanguage(language) ? language : 'system';
    this.#theme = isTheme(theme) ? theme : 'system';
    this.#welcome = welcome === 'begun' || welcome === 'over' ? welcome : 'new';
  }

  #show(): void {
    if (this.#theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.#theme;
  }

  async #speak(): Promise<void> {
    await speak(this.#language === 'system' ? systemLanguage() : this.#language);
  }
}
