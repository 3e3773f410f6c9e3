// Everything by keyboard alone: no test here has a pointer, but for the last.

import { expect, reach, test } from './pages.js';

test('a request is answered', async ({ page, open }) => {
  await open('requests', 'busy');
  const cards = page.getByTestId('request-card');
  await expect(cards.first().getByTestId('deny')).toBeFocused();
  const title = await cards.first().getByRole('heading').innerText();
  const allow = cards.first().getByTestId('allow');
  await expect(allow).toBeEnabled();
  await reach(page, allow);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: title })).toHaveCount(0);
  await expect(cards.first().getByTestId('deny')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByText('Nothing waits for you')).toBeVisible();
});

test('the reasons of a request are read', async ({ page, open }) => {
  await open('requests', 'busy');
  const reasons = page.getByTestId('request-card').first().locator('summary');
  await reach(page, reasons, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('request-card').first().locator('details')).toHaveAttribute(
    'open',
    '',
  );
});

test('a rule is added', async ({ page, open }) => {
  await open('agents', 'quiet');
  await reach(page, page.getByTestId('rule-new').first());
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('rule-program')).toBeFocused();
  await page.keyboard.type('git push');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await reach(page, page.getByTestId('rule-add'));
  await page.keyboard.press('Enter');
  await expect(page.getByText('ask: ', { exact: false }).first()).toBeVisible();
  await expect(page.getByTestId('rule-new').first()).toBeFocused();
});

test('everything is paused, and goes on', async ({ page, open }) => {
  await open('now', 'busy');
  await reach(page, page.getByTestId('pause'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('paused')).toBeVisible();
  await reach(page, page.getByTestId('resume').first());
  await page.keyboard.press('Space');
  await expect(page.getByTestId('paused')).toHaveCount(0);
});

test('a sign-in is started', async ({ page, open }) => {
  await open('connections', 'quiet');
  await reach(page, page.getByTestId('add-connection'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('address')).toBeFocused();
  await page.keyboard.type('wss://hub.example.net');
  await page.keyboard.press('Enter');
  await reach(page, page.getByTestId('begin'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('code')).toBeVisible();
});

test('settings are changed', async ({ page, open }) => {
  await open('settings', 'quiet');
  const sound = page.getByTestId('sound');
  await reach(page, sound.locator('input:checked'));
  const before = await sound.locator('input:checked').inputValue();
  await page.keyboard.press('ArrowRight');
  await expect(sound.locator('input:checked')).not.toHaveValue(before);
  const unseen = page.getByTestId('capture-unseen');
  const was = await unseen.getAttribute('aria-checked');
  await reach(page, unseen);
  await page.keyboard.press('Space');
  await expect(unseen).not.toHaveAttribute('aria-checked', was);
});

test('the record is searched, gone through, and an entry opened', async ({ page, open }) => {
  await open('activity', 'years');
  const search = page.getByTestId('search');
  await reach(page, search);
  await page.keyboard.type('oneline git');
  await reach(page, page.getByTestId('filter-shell'));
  await page.keyboard.press('Enter');
  const rows = page.getByRole('article');
  await expect(rows.first()).toContainText('git log');
  await expect(rows.filter({ hasNotText: 'git log' })).toHaveCount(0);
  const first = rows.first().getByRole('button').first();
  await reach(page, first);
  for (let row = 0; row < 60; row += 1) await page.keyboard.press('ArrowDown');
  const focused = page.locator('[role="article"]:focus-within');
  await expect(focused).toHaveAttribute('aria-posinset', '61');
  await expect(focused).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(focused).toContainText('Exit code');
  await page.keyboard.press('Home');
  await expect(focused).toHaveAttribute('aria-posinset', '1');
  await expect(focused).toBeInViewport();
});

test('a recording is watched, cut to a part of it, and sent', async ({ page, open }) => {
  await open('requests', 'film');
  const card = page.getByTestId('request-card');
  await expect(card.getByTestId('send')).toBeEnabled();
  const video = card.locator('video');
  await reach(page, card.getByTestId('play'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => video.evaluate(({ currentTime }) => currentTime)).toBeGreaterThan(0.2);
  await page.keyboard.press('Enter');
  await expect.poll(() => video.evaluate(({ paused }) => paused)).toBe(true);

  await reach(page, card.getByTestId('span-from'));
  await page.keyboard.press('PageUp');
  await reach(page, card.getByTestId('span-to'));
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowLeft');
  await expect(card).toContainText('Keeps 0:01.0 to 0:02.5: 0:01.5');
  await expect(card.getByTestId('send')).toBeDisabled();
  await reach(page, card.getByTestId('cut'));
  await page.keyboard.press('Enter');

  // Another request now, of the part that is left, to be looked at once more.
  await expect(card).toContainText('2 sec');
  await expect(card.getByTestId('cut')).toHaveCount(0);
  await expect(card.getByTestId('send')).toBeEnabled();
  await reach(page, card.getByTestId('send'));
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nothing waits for you')).toBeVisible();
});

test('a handle is dragged', async ({ page, open }) => {
  await open('requests', 'film');
  const card = page.getByTestId('request-card');
  await expect(card.getByTestId('send')).toBeEnabled();
  const box = await card.getByTestId('span-to').boundingBox();
  await page.mouse.move(box.x + 6, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 150, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect(card.getByTestId('cut')).toBeVisible();
  expect(Number(await card.getByTestId('span-to').getAttribute('aria-valuenow'))).toBeLessThan(
    2800,
  );
});
