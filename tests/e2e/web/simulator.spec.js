// The hub's own page that makes a browser a device: a real hub, a real browser, and the browser's
// own make-believe camera, screen and place.

import { EMAIL, expect, PASSWORD, test as base } from './own-hub.js';

const PLACE = { latitude: 52.5163, longitude: 13.3777, accuracy: 12 };

const test = base.extend({
  /** The page, connected. */
  simulator: async ({ page, hub }, use) => {
    const problems = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${hub.url}/simulator`);
    await signIn(page);
    await use(page);
    // A test that restarts the hub says so by the refused connection.
    expect(problems.filter((problem) => !/ERR_CONNECTION_REFUSED/.test(problem))).toEqual([]);
  },
});

test.use({
  permissions: ['camera', 'geolocation', 'notifications'],
  geolocation: PLACE,
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--auto-select-desktop-capture-source=Entire screen',
    ],
  },
});

async function signIn(page) {
  await page.getByLabel('Name').fill('My browser');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Connect' }).click();
  await expect(page.locator('#state')).toHaveText(/^Connected as browser-[0-9a-f]{8}$/);
}

/** Asks the browser for something in the name of an agent, and waits until its person is asked. */
async function ask(page, hub, agent, path, params) {
  const key = await hub.key(agent);
  const device_node_id = await page.locator('#device').textContent();
  const answered = hub.call('POST', `/api/devices/${path}`, {
    key,
    body: { device_node_id, ...params },
  });
  return { answered, card: page.getByRole('article') };
}

test('a browser is paired, and answers what its person allows', async ({ simulator, hub }) => {
  await expect(simulator.locator('#bound')).toHaveText(/bound to a key/);
  await expect(simulator.locator('#frames')).toContainText('challenge');
  const sessions = await hub.call('GET', '/api/auth/sessions');
  const device = sessions.answer.find(({ kind }) => kind === 'device');
  expect(device).toMatchObject({ label: 'My browser', bound_to_key: true });
  // Whoever signed in for it is signed out again: one session is this test's.
  expect(sessions.answer.filter(({ kind }) => kind === 'person')).toHaveLength(1);

  const note = await ask(simulator, hub, 'intern', 'notification', {
    title: 'Tea',
    body: 'is ready',
  });
  await expect(note.card).toContainText('Show a notification');
  await expect(note.card).toContainText('(intern)');
  await expect(note.card).toContainText('is ready');
  await note.card.getByRole('button', { name: 'Allow' }).click();
  expect((await note.answered).status).toBe(200);

  const photo = await ask(simulator, hub, 'intern', 'camera/snap', { resolution: '320x240' });
  await expect(photo.card).toContainText('Take a picture with the camera');
  await photo.card.getByRole('button', { name: 'Allow' }).click();
  const { status, answer } = await photo.answered;
  expect(status, JSON.stringify(answer)).toBe(200);
  const jpeg = Buffer.from(answer.base64_data.replace(/^data:[^,]*,/, ''), 'base64');
  expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  expect(answer.resolution).toBe('320x240');
  await expect(simulator.locator('#frames canvas')).toHaveCount(1);

  const place = await ask(simulator, hub, 'intern', 'location', {});
  await place.card.getByRole('button', { name: 'Allow' }).click();
  expect((await place.answered).answer).toMatchObject({
    latitude: PLACE.latitude,
    longitude: PLACE.longitude,
    accuracy_meters: PLACE.accuracy,
  });

  const screen = await ask(simulator, hub, 'supervised', 'screen/snap', {});
  await screen.card.getByRole('button', { name: 'Allow' }).click();
  const seen = await screen.answered;
  expect(seen.status, JSON.stringify(seen.answer)).toBe(200);
  expect(seen.answer.resolution).toMatch(/^\d{3,}x\d{3,}$/);
  await expect(simulator.locator('#frames canvas')).toHaveCount(2);
});

test('what its person denies, takes back or never offered is refused', async ({
  simulator,
  hub,
}) => {
  const note = await ask(simulator, hub, 'intern', 'notification', { title: 'Tea', body: '' });
  await expect(note.card.getByRole('button', { name: 'Deny' })).toBeFocused();
  await simulator.keyboard.press('Enter');
  expect(await note.answered).toMatchObject({ status: 400, answer: { code: 'denied' } });

  const late = await ask(simulator, hub, 'intern', 'location', { deadline_seconds: 2 });
  await expect(late.card).toBeVisible();
  expect((await late.answered).answer.code).toBe('expired');
  await expect(late.card).toHaveCount(0);

  const shell = await ask(simulator, hub, 'autonomous', 'execute', { command: 'ls' });
  expect(await shell.answered).toMatchObject({ status: 400, answer: { code: 'unsupported' } });
  await expect(shell.card).toHaveCount(0);

  const title = 'a \u202e<b>bold</b>\nlie';
  const hostile = await ask(simulator, hub, 'intern', 'notification', { title, body: '' });
  await expect(hostile.card).toContainText('a \\u{202e}<b>bold</b>');
  await hostile.card.getByRole('button', { name: 'Deny' }).click();
  await hostile.answered;
});

test('it comes back after the hub, and is forgotten once it is disconnected', async ({
  simulator,
  hub,
}) => {
  await hub.restart();
  await expect(simulator.locator('#frames [data-type=registered]')).toHaveCount(2);
  await expect(simulator.locator('#state')).toHaveText(/^Connected/);
  await simulator.getByRole('button', { name: 'Disconnect' }).click();
  await expect(simulator.locator('#state')).toHaveText('Not connected');
  await expect
    .poll(async () => {
      const { answer } = await hub.call('GET', '/api/auth/sessions');
      return answer.filter(({ kind }) => kind === 'device').length;
    })
    .toBe(0);
});

test('a wrong password and a wrong token are told plainly', async ({ page, hub }) => {
  await page.goto(`${hub.url}/simulator`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill('not that one');
  await page.getByRole('button', { name: 'Connect' }).click();
  await expect(page.getByRole('alert')).toHaveText('Incorrect username or password');
  await page.getByLabel('with a token').check();
  await page.getByLabel('Token of a device or of a person').fill('nonsense');
  await page.getByRole('button', { name: 'Connect' }).click();
  await expect(page.locator('#state')).toHaveText(/Does it still take this token\?/, {
    timeout: 20_000,
  });
});

test('it fits a narrow screen, and needs nothing from elsewhere', async ({ simulator, hub }) => {
  const elsewhere = [];
  simulator.on('request', (request) => {
    if (!request.url().startsWith(hub.url)) elsewhere.push(request.url());
  });
  await simulator.setViewportSize({ width: 320, height: 700 });
  const note = await ask(simulator, hub, 'intern', 'notification', {
    title: 'A title that goes on for longer than a narrow screen is wide, without an end in sight',
    body: 'x'.repeat(120),
  });
  await expect(note.card).toBeVisible();
  const width = await simulator.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(320);
  await note.card.getByRole('button', { name: 'Deny' }).click();
  await note.answered;
  await simulator.reload();
  await signIn(simulator);
  expect(elsewhere).toEqual([]);
});
