// The person tries what this computer can do. Everything is real but the camera's driver.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deskCamera } from '../support/camera.js';
import { notifications } from '../support/desktop.js';
import { Device, expect, test as base, turnTo } from './device.js';

const test = base.extend({
  // Playwright reads what a fixture needs from the first parameter's pattern.
  // eslint-disable-next-line no-empty-pattern
  device: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'chaperone-camera-'));
    const device = new Device({ env: await deskCamera(folder) });
    await device.start();
    await use(device);
    await device.end();
    rmSync(folder, { recursive: true, force: true });
  },
});

/** What is kept here, as the page lists it. */
function kept(panel) {
  return panel.getByTestId('kept');
}

test('a picture is taken, looked at, and gone', async ({ panel }) => {
  await turnTo(panel, 'capabilities');
  await panel.getByTestId('try-camera').click();
  const outcome = panel.getByTestId('outcome-camera');
  await expect(outcome.getByTestId('capture')).toHaveAttribute('data-ready', 'true');
  const picture = outcome.getByRole('img', { name: 'The picture that was taken' });
  expect(await picture.evaluate((img) => [img.naturalWidth, img.naturalHeight])).toEqual([
    640, 480,
  ]);
  await expect(outcome).toContainText('is never sent');
  await expect(kept(panel)).toHaveCount(1);
  const id = await kept(panel).getAttribute('data-artifact');
  const read = () =>
    panel.evaluate(async (artifact) => (await fetch(`./artifacts/${artifact}`)).status, id);
  expect(await read()).toBe(200);

  await outcome.getByTestId('trial-discard').click();
  await expect(outcome).toHaveCount(0);
  await expect(panel.getByTestId('try-camera')).toBeFocused();
  const gone = await panel.request.get(new URL(`./artifacts/${id}`, panel.url()).href);
  expect(gone.status()).toBe(410);

  await turnTo(panel, 'activity');
  await expect(
    panel.getByTestId('activity-entry').filter({ hasText: 'You tried the camera (Desk Camera)' }),
  ).toContainText('it worked');
});

test('the screen is pictured and recorded, and a notification asked about', async ({ panel }) => {
  await turnTo(panel, 'capabilities');
  await panel.getByTestId('try-screenshot').click();
  const shot = panel.getByTestId('outcome-screenshot');
  await expect(shot.getByTestId('capture')).toHaveAttribute('data-ready', 'true');

  await panel.getByTestId('try-recording').click();
  const film = panel.getByTestId('outcome-recording');
  await expect(film.getByTestId('capture')).toHaveAttribute('data-ready', 'true');
  await film.getByTestId('play').click();
  const video = film.locator('video');
  await expect
    .poll(() => video.evaluate((element) => element.currentTime), { message: 'it does not play' })
    .toBeGreaterThan(0.2);

  await panel.getByTestId('try-notification').click();
  const asked = panel.getByTestId('outcome-notification');
  await expect(asked).toContainText('Did you see it?');
  const shown = JSON.stringify(await notifications());
  expect(shown).toContain('This is how agents reach you');
  // What was captured before was shown meanwhile.
  expect(shown).toContain('Chaperone looks at your screen, because you try it');
  await asked.getByTestId('trial-seen').click();
  await expect(asked).toContainText('notifications reach you');
});

test('while everything is paused nothing is captured, and it is said why', async ({ panel }) => {
  await turnTo(panel, 'capabilities');
  await panel.getByTestId('pause').click();
  await panel.getByTestId('try-camera').click();
  const hindered = panel.getByTestId('outcome-camera').getByTestId('trial-hindered');
  await expect(hindered).toHaveAttribute('data-hindrance', 'paused');
  await expect(hindered).toContainText('Resume, then try again.');
  await expect(kept(panel)).toHaveCount(0);
});

test('what is switched off is not tried until it is on', async ({ panel }) => {
  await turnTo(panel, 'capabilities');
  await panel.getByTestId('switch-camera').click();
  await expect(panel.getByTestId('try-camera')).toHaveCount(0);
  await panel.getByTestId('switch-on-camera').click();
  await expect(panel.getByTestId('try-camera')).toBeVisible();
});
