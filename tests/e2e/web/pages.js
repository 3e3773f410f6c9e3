// What tests of the pages by themselves begin with: every view in every scene of the host that
// answers from memory. No device is needed, so what comes about rarely can be looked at, too.

import { expect, test as base } from '@playwright/test';

import { servePages } from '../support/pages.js';

export { expect };

export const VIEWS = [
  'now',
  'requests',
  'activity',
  'agents',
  'connections',
  'capabilities',
  'settings',
];
/** Scenes of a whole device; see `ui/src/host/scenes.ts`. */
export const SCENES = ['first', 'quiet', 'busy', 'paused', 'many', 'senses', 'hubs'];
/** Scenes of one request. */
export const ALONE = [
  ...['script', 'notification', 'rule', 'location', 'town', 'camera', 'screenshot', 'recording'],
  ...['output', 'end', 'picture', 'snapshot', 'film'],
  ...['loading', 'failing', 'lost', 'torn', 'unplayable', 'unknown'],
];
export const THEMES = ['light', 'dark'];

export const test = base.extend({
  pages: [
    // Playwright reads what a fixture needs from the first parameter's pattern.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const pages = await servePages();
      await use(pages);
      pages.end();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  /** Opens a view in a scene, and sees to it that nothing went wrong there. */
  open: async ({ page, pages }, use) => {
    const problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await use(async (view, scene, { theme = 'light', file = '', ...more } = {}) => {
      const asked = new URLSearchParams({ host: 'fake', scene, theme, welcome: 'over', ...more });
      // A place apart from the last one: another hash alone would leave the old scene standing.
      await page.goto('about:blank');
      await page.goto(`${pages.address}/${file}?${asked}#${view}`);
      await expect(
        file === '' ? page.locator('h1') : page.getByTestId('request-card'),
      ).toBeVisible();
    });
    expect(problems).toEqual([]);
  },
});

/** The focus as a keyboard moves it, until it is there. */
export async function reach(page, target, key = 'Tab') {
  await expect(target).toBeVisible();
  for (let step = 0; step < 200; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`no number of ${key} reaches ${target}`);
}
