// Finds out where the page runs.

import type { Host } from './host';
import { isTauri, tauriHost } from './tauri';
import { webHost } from './web';

export async function chooseHost(): Promise<Host> {
  // Known at build time: a build for people has no trace of the fake.
  if (import.meta.env.MODE !== 'production') {
    const asked = new URLSearchParams(location.search).get('host');
    if (asked === 'fake' || (asked === null && !isTauri())) {
      const { fakeHost } = await import('./fake');
      const { scenario } = await import('./scenes');
      return fakeHost(scenario(location.search));
    }
  }
  return isTauri() ? tauriHost() : webHost();
}
