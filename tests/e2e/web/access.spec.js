// Nobody is left out: what axe finds to be wrong, in every view, every scene, light and dark.

import { problems } from './axe.js';
import { ALONE, expect, SCENES, test, THEMES, VIEWS } from './pages.js';

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
