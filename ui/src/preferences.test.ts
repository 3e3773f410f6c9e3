import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { briefMemory, browserMemory } from './host/memory';
import { language, speak } from './i18n';
import { Preferences } from './preferences.svelte';

beforeEach(() => {
  localStorage.clear();
});

afterEach(async () => {
  vi.restoreAllMocks();
  delete document.documentElement.dataset['theme'];
  await speak('en');
});

describe('preferences', () => {
  it('follow the system until the person chooses, and are remembered', async () => {
    const first = new Preferences(browserMemory());
    await first.start();
    expect([first.language, first.theme, first.welcome]).toEqual(['system', 'system', 'new']);
    expect(language()).toBe('en');
    expect(document.documentElement.dataset['theme']).toBeUndefined();

    await first.setLanguage('fr');
    first.setTheme('dark');
    first.setWelcome('over');
    const second = new Preferences(browserMemory());
    await second.start();
    expect([second.language, second.theme, second.welcome]).toEqual(['fr', 'dark', 'over']);
    expect(language()).toBe('fr');
    expect(document.documentElement.dataset['theme']).toBe('dark');

    await second.setLanguage('system');
    second.setTheme('system');
    expect(language()).toBe('en');
    expect(document.documentElement.dataset['theme']).toBeUndefined();
    expect(localStorage.getItem('chaperone.language')).toBeNull();
  });

  it('take nothing for granted of what was kept', () => {
    const kept = { language: 'xx', theme: '<dark>', welcome: 'maybe' };
    const preferences = new Preferences(briefMemory(kept));
    expect([preferences.language, preferences.theme, preferences.welcome]).toEqual([
      'system',
      'system',
      'new',
    ]);
  });

  it('hear what another window chose', async () => {
    const preferences = new Preferences(browserMemory());
    await preferences.start();
    localStorage.setItem('chaperone.theme', 'light');
    dispatchEvent(new StorageEvent('storage', { key: 'chaperone.theme' }));
    expect(preferences.theme).toBe('light');
    expect(document.documentElement.dataset['theme']).toBe('light');
  });

  it('work where nothing can be remembered', async () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new Error('refused');
    });
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('refused');
    });
    const preferences = new Preferences(browserMemory());
    await preferences.start();
    await preferences.setLanguage('de');
    expect(language()).toBe('de');
  });
});
