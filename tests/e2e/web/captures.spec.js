// Looking before it leaves. Everything is real but the camera's driver and the hub that asks.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deskCamera } from '../support/camera.js';
import { card, Device, expect, test as base, turnTo } from './device.js';
import { Hub } from './hub.js';

const test = base.extend({
  // Playwright reads what a fixture needs from the first parameter's pattern.
  // eslint-disable-next-line no-empty-pattern
  elsewhere: async ({}, use) => {
    const hub = new Hub();
    await hub.start();
    await use(hub);
    hub.end();
  },

  /** A device with a camera and a screen, that a hub elsewhere may ask for pictures. */
  device: async ({ elsewhere }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'chaperone-camera-'));
    const token = join(folder, 'token');
    writeFileSync(token, 'a-token');
    const device = new Device({
      args: [
        ...['--join', elsewhere.address, '--token-file', token],
        ...['--device-id', 'desk', '--ceiling', 'supervised'],
      ],
      env: await deskCamera(folder),
    });
    await device.start();
    await use(device);
    await device.end();
    rmSync(folder, { recursive: true, force: true });
  },
});

/** Allows what is asked, and waits until what was captured is in sight. */
async function allowed(panel, words) {
  await turnTo(panel, 'requests');
  await card(panel, words).getByTestId('allow').click();
  const review = card(panel, 'Nothing has left this computer yet.');
  await expect(review.getByTestId('capture')).toHaveAttribute('data-ready', 'true');
  return review;
}

/** How large the picture really is that the page draws. */
function drawn(review) {
  return review.locator('img').evaluate((img) => [img.naturalWidth, img.naturalHeight]);
}

/** Notes the addresses that the page takes back from now on. */
async function noteRevoked(panel) {
  await panel.evaluate(() => {
    const revoke = URL.revokeObjectURL.bind(URL);
    window.revoked = [];
    URL.revokeObjectURL = (address) => {
      window.revoked.push(address);
      revoke(address);
    };
  });
}

function revoked(panel) {
  return panel.evaluate(() => window.revoked);
}

test('a picture is looked at, and thrown away', async ({ elsewhere, panel }) => {
  const asked = elsewhere.ask('intern', 'camera_snap', { resolution: '640x480' });
  const review = await allowed(panel, 'wants a picture from your camera');
  await expect(review).toContainText('Send this picture to Scout?');
  await expect(review).toContainText('Desk Camera');
  await expect(review).toContainText('640 × 480 pixels');
  expect(await drawn(review)).toEqual([640, 480]);
  await expect(review.getByTestId('discard')).toBeFocused();
  await expect(review.getByTestId('send')).toBeEnabled();
  expect(elsewhere.heard(asked), 'it left before anybody said so').toBeUndefined();

  await panel.keyboard.press('Escape');
  expect(await elsewhere.outcome(asked)).toMatchObject({ success: false, code: 'discarded' });
  await expect(panel.getByText('Nothing waits for you')).toBeVisible();
  await turnTo(panel, 'activity');
  await expect(
    panel.getByTestId('activity-entry').filter({ hasText: 'picture' }).first(),
  ).toBeVisible();
});

test('a picture is taken again, and the second one is sent', async ({ elsewhere, panel }) => {
  const asked = elsewhere.ask('intern', 'camera_snap', { resolution: '640x480' });
  const review = await allowed(panel, 'wants a picture from your camera');
  await noteRevoked(panel);
  const first = await review.locator('img').getAttribute('src');
  await review.getByTestId('retake').click();

  // The card is a new one: it begins at Discard, and Send is inert.
  await expect(review.locator('img')).not.toHaveAttribute('src', first);
  await expect(review.getByTestId('capture')).toHaveAttribute('data-ready', 'true');
  await expect(review.getByTestId('discard')).toBeFocused();
  expect(await revoked(panel), 'the first picture is still in the page').toContain(first);
  expect(elsewhere.heard(asked)).toBeUndefined();

  await review.getByTestId('send').click();
  const { success, data } = await elsewhere.outcome(asked);
  expect(success).toBe(true);
  const jpeg = Buffer.from(data.base64_data.replace(/^data:[^,]*,/, ''), 'base64');
  expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
});

test('a picture of the screen can be looked at closely, by keyboard too', async ({
  elsewhere,
  panel,
}) => {
  const asked = elsewhere.ask('supervised', 'screen_snap');
  const review = await allowed(panel, 'wants a picture of your screen');
  const [width] = await drawn(review);
  expect(width).toBe(1280);
  const closer = review.getByTestId('closer');
  await closer.click();
  const picture = review.getByRole('region', { name: 'The picture, as it would be sent' });
  await picture.focus();
  await panel.keyboard.press('End');
  await panel.keyboard.press('ArrowRight');
  await expect
    .poll(() => picture.evaluate((frame) => frame.scrollTop + frame.scrollLeft))
    .toBeGreaterThan(0);
  await review.getByTestId('send').click();
  expect((await elsewhere.outcome(asked)).success).toBe(true);
});

test('a recording plays before it is sent', async ({ elsewhere, panel }) => {
  elsewhere.ask('supervised', 'screen_record_start', {
    session_id: 'film',
    duration_seconds: 30,
    audio_enabled: false,
    output_format: 'mp4',
  });
  await turnTo(panel, 'requests');
  const request = card(panel, 'wants to record your screen');
  await expect(request).toContainText('30 sec at most');
  await request.getByTestId('allow').click();
  await turnTo(panel, 'now');
  await expect(panel.getByTestId('running')).toContainText('records');
  // There must be something to see.
  await panel.waitForTimeout(1_500);
  const asked = elsewhere.ask('supervised', 'screen_record_stop', { session_id: 'film' });

  await turnTo(panel, 'requests');
  const review = card(panel, 'Send this recording to Scout?');
  await expect(review.getByTestId('capture')).toHaveAttribute('data-ready', 'true');
  await expect(review.getByTestId('retake')).toHaveCount(0);
  const video = review.locator('video');
  expect(await video.evaluate((film) => [film.paused, film.muted])).toEqual([true, true]);
  expect(elsewhere.heard(asked)).toBeUndefined();
  await video.evaluate((film) => film.play());
  await expect
    .poll(() => video.evaluate((film) => film.currentTime), { message: 'it does not play' })
    .toBeGreaterThan(0.2);
  await review.getByTestId('send').click();
  expect((await elsewhere.outcome(asked)).success).toBe(true);
});
