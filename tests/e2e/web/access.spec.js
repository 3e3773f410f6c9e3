// Nobody is left out: what axe finds to be wrong, in every view, every scene, light and dark.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { ALONE, expect, SCENES, test, THEMES, VIEWS } from './pages.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function problems(page) {
  // Nothing fades in under the eye of the one who measures contrast.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}

for (const theme of THEMES) {
  for (const scene of SCENES) {
    test(`every view, ${scene}, ${theme}`, async ({ page, open }) => {
      const found = {};
      for (const view of VIEWS) {
        await open(view, scene, { theme });
        const here = await problems(page);
        if (here.length > 0) found[view] = here;
      }
      expect(found).toEqual({});
    });
  }

  test(`every kind of request in its window, ${theme}`, async ({ page, open }) => {
    test.setTimeout(120_000);
    const found = {};
    await page.setViewportSize({ width: 460, height: 640 });
    for (const scene of ALONE) {
      await open('', scene, { theme, file: 'request.html' });
      const here = await problems(page);
      if (here.length > 0) found[scene] = here;
    }
    expect(found).toEqual({});
  });

  test(`the first steps, ${theme}`, async ({ page, open }) => {
    await open('now', 'first', { theme, welcome: '' });
    expect(await problems(page)).toEqual([]);
  });
}
