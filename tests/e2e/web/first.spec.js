// What is seen first needs the document and nothing else, and stands where it stays.

import { expect, test } from './pages.js';

test('something is painted before anything else has come', async ({ page, pages }) => {
  // Who waits for the rest waits for ever.
  await page.route('**/*', (route) =>
    route.request().isNavigationRequest() ? route.continue() : undefined,
  );
  const asked = [];
  page.on('requestfinished', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${pages.address}/?host=fake`, { waitUntil: 'commit' });
  await expect
    .poll(() => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length))
    .toBe(1);
  expect(asked).toEqual(['/']);
});

test('the mark stays where it was painted first', async ({ page, pages, open }) => {
  let withStyles = false;
  await page.route('**/*.{js,css}', (route) =>
    withStyles && route.request().url().endsWith('.css') ? route.continue() : undefined,
  );
  await page.goto(`${pages.address}/?host=fake`, { waitUntil: 'commit' });
  const first = page.locator('#first rect');
  await expect(first).toBeVisible();
  const before = await first.boundingBox();
  withStyles = true;
  await page.goto(`${pages.address}/?host=fake`, { waitUntil: 'commit' });
  await expect(page.locator('body')).toHaveCSS('margin', '0px');
  expect(await first.boundingBox()).toEqual(before);
  await page.unrouteAll();
  await open('now', 'quiet');
  await expect(page.locator('#first')).toHaveCount(0);
  const mark = await page.locator('nav img').boundingBox();
  // The drawing leaves a little room around itself.
  const inner = { x: mark.x + (3 / 64) * mark.width, y: mark.y + (3 / 64) * mark.height };
  const off = { x: before.x - inner.x, y: before.y - inner.y };
  expect(Math.hypot(off.x, off.y), JSON.stringify(off)).toBeLessThan(1.5);
});
