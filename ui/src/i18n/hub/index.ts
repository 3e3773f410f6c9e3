// Everything the hub's own pages say. They share words with the app's where both mean the same, and
// carry no others.

import type { Formats } from '../formats';
import { preferred } from '../languages';
import { Speaker } from '../speaker.svelte';
import { en } from './en';

export { fill, type Piece } from '../pieces';
export type HubCatalogue = typeof en;

const speaker = new Speaker<HubCatalogue>(en, {
  de: async () => (await import('./de')).de,
  es: async () => (await import('./es')).es,
  fr: async () => (await import('./fr')).fr,
  ja: async () => (await import('./ja')).ja,
  zh: async () => (await import('./zh')).zh,
});

/** What the pages say. */
export function t(): HubCatalogue {
  return speaker.text;
}

/** How they write numbers and dates. */
export function formats(): Formats {
  return speaker.formats;
}

/** Speaks as the browser does. */
export async function speakAsTheBrowser(): Promise<void> {
  await speaker.speak(preferred(navigator.languages));
}
