// How every view looks, in every scene, light and dark. The pictures are small on purpose: they say
// that something looks different, not what; for that, open the page (see docs/development.md).

import { ALONE, expect, SCENES, test, THEMES, VIEWS } from './pages.js';

/** The moment at which all of it happens. */
const MOMENT = new Date('2026-11-21T14:02:11+01:00');

test.use({
  deviceScaleFactor: 0.3,
  locale: 'en-GB',
  timezoneId: 'Europe/Berlin',
  reducedMotion: 'reduce',
});

test.beforeEach(async ({ page }) => {
  // Time goes on only where a test lets it, and letters are the same wherever these are there.
  await page.clock.install({ time: MOMENT });
  await page.clock.pauseAt(new Date(MOMENT.getTime() + 10_000));
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      const { style } = document.documentElement;
      style.setProperty('--font', "'DejaVu Sans'");
      style.setProperty('--mono', "'DejaVu Sans Mono'");
    });
  });
});

/** Long enough for what is fetched late and for buttons that begin inert. */
async function settle(page) {
  for (let turn = 0; turn < 4; turn += 1) {
    await page.clock.runFor(500);
    await page.evaluate(() => new Promise((done) => queueMicrotask(done)));
  }
}

for (const theme of THEMES) {
  for (const scene of SCENES) {
    test(`every view, ${scene}, ${theme}`, async ({ page, open }) => {
      await page.setViewportSize({ width: 1120, height: 1000 });
      for (const view of VIEWS) {
        await open(view, scene, { theme });
        await settle(page);
        await expect.soft(page).toHaveScreenshot(`${view}-${scene}-${theme}.png`);
      }
    });
  }

  test(`every kind of request in its window, ${theme}`, async ({ page, open }) => {
    await page.setViewportSize({ width: 460, height: 640 });
    for (const scene of ALONE) {
      await open('', scene, { theme, file: 'request.html' });
      await settle(page);
      await expect.soft(page).toHaveScreenshot(`request-${scene}-${theme}.png`);
    }
  });

  test(`the first steps, ${theme}`, async ({ page, open }) => {
    await page.setViewportSize({ width: 1120, height: 900 });
    await open('now', 'first', { theme, welcome: '' });
    await settle(page);
    await expect.soft(page).toHaveScreenshot(`welcome-${theme}.png`);
  });
}
