// A record of years: little of it is drawn, all of it is reached.

import { expect, test } from './pages.js';

test('what is far down is reached, and what is drawn stays little', async ({ page, open }) => {
  await open('activity', 'years');
  const rows = page.getByRole('article');
  await expect(rows.first()).toHaveAttribute('aria-posinset', '1');
  await expect(rows.first()).toHaveAttribute('aria-setsize', '-1');
  for (let turn = 1; turn <= 10; turn += 1) {
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect
      .poll(() => rows.last().getAttribute('aria-posinset').then(Number))
      .toBeGreaterThan(turn * 200);
  }
  expect(await rows.count()).toBeLessThan(80);
  // In order, without gaps, and none over another.
  const places = await rows.evaluateAll((all) =>
    all.map((row) => ({ at: Number(row.ariaPosInSet), ...row.getBoundingClientRect().toJSON() })),
  );
  for (const [index, place] of places.entries()) {
    const above = places[index - 1];
    if (!above) continue;
    expect(place.at).toBe(above.at + 1);
    expect(Math.abs(place.top - above.bottom)).toBeLessThan(1);
  }
});

test('an entry stays open where it is scrolled out of sight and back', async ({ page, open }) => {
  await open('activity', 'years');
  const third = page.locator('[aria-posinset="3"]');
  await third.getByRole('button').click();
  await expect(third).toContainText('Exit code');
  await page.evaluate(() => window.scrollTo(0, 4000));
  await page.getByTestId('search').focus();
  await page.evaluate(() => window.scrollTo(0, 4000));
  await expect(third).toHaveCount(0);
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect(third).toContainText('Exit code');
});

test('a day is jumped to, and shown alone', async ({ page, open }) => {
  await open('activity', 'years');
  const day = new Date(Date.now() - 400 * 86_400_000);
  const two = (value) => String(value).padStart(2, '0');
  const asked = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  await page.getByTestId('by-day').fill(asked);
  const dates = () =>
    page
      .getByRole('article')
      .locator('.line > time')
      .evaluateAll((all) => [
        ...new Set(
          all.map(({ dateTime }) => {
            const at = new Date(dateTime);
            return [at.getFullYear(), at.getMonth() + 1, at.getDate()]
              .map((value) => String(value).padStart(2, '0'))
              .join('-');
          }),
        ),
      ]);
  await expect.poll(async () => (await dates())[0]).toBe(asked);
  await page.getByTestId('day-alone').click();
  await expect.poll(dates).toEqual([asked]);
  await page.getByTestId('clear').click();
  await expect(page.getByRole('article').first()).toContainText('Today');
});

test('filters are joined, and say when there is nothing', async ({ page, open }) => {
  await open('activity', 'years');
  await page.getByTestId('filter-shell').click();
  await page.getByTestId('by-verdict').selectOption('forbid');
  await expect(page.getByRole('article').first()).toContainText('curl -s');
  await expect(page.getByRole('article').filter({ hasNotText: 'curl -s' })).toHaveCount(0);
  await page.getByTestId('by-agent').selectOption('release-bot');
  await expect(page.getByText('None of these in the record')).toBeVisible();
  await page.getByTestId('show-all').click();
  await expect(page.getByRole('article').first()).toBeVisible();
});
