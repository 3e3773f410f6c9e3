// The hub's own pages: signing in, letting a device in, and looking after what there is, at a real
// hub.

import { createHmac } from 'node:crypto';

import { problems } from './axe.js';
import { EMAIL, expect, PASSWORD, signIn, test } from './hub-pages.js';

const MEMBER = { email: 'kim@example.org', password: 'a horse of another colour' };
const FINGERPRINT = '00112233445566778899aabbccddeeff';

// Every password takes a debug build its time.
test.describe.configure({ timeout: 120_000 });

/** What a device asks for when it wants to be paired, and what came of it. */
class Applicant {
  #hub;
  #granted;

  static async at(hub, { id = 'desk', name = 'The desk', fingerprint = FINGERPRINT } = {}) {
    const device = new Applicant();
    device.#hub = hub;
    device.#granted = await device.#post('/oauth/device_authorization', {
      client_id: 'chaperone',
      device_id: id,
      device_name: name,
      ...(fingerprint && { device_fingerprint: fingerprint }),
    });
    return device;
  }

  get code() {
    return this.#granted.user_code;
  }

  get page() {
    return this.#granted.verification_uri_complete;
  }

  outcome() {
    return this.#post('/oauth/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: 'chaperone',
      device_code: this.#granted.device_code,
    });
  }

  async #post(path, fields) {
    const body = new URLSearchParams(fields);
    return (await fetch(`${this.#hub.url}${path}`, { method: 'POST', body })).json();
  }
}

/** Six digits as an authenticator app makes them (RFC 6238); `step` is now, or the next one. */
function digits(secret, step = 0) {
  const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((one) => LETTERS.indexOf(one).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = hash[hash.length - 1] & 0x0f;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test.describe('pairing', () => {
  test('a person compares, and lets a device in by the keyboard alone', async ({ page, hub }) => {
    const desk = await Applicant.at(hub);
    expect(desk.page).toBe(`${hub.url}/pair#${desk.code}`);
    await page.goto(desk.page);
    await page.keyboard.type(EMAIL);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');

    const waiting = page.getByTestId('waiting');
    await expect(waiting).toContainText('The desk wants to be paired');
    await expect(page.getByTestId('code')).toHaveText(desk.code);
    await expect(page.getByTestId('fingerprint')).toHaveText(
      '0011 2233 4455 6677 8899 aabb ccdd eeff',
    );
    await expect(page.getByTestId('replaces')).toHaveCount(0);
    expect(new URL(page.url()).hash).toBe('');
    await expect(page.getByRole('button', { name: 'Deny' })).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status').first()).toHaveText(/The device is paired\./);
    expect((await desk.outcome()).device_id).toBe('desk');

    // Whoever let it in is signed out again; what stays is this test's own session, and the device.
    const { answer } = await hub.call('GET', '/api/auth/sessions');
    expect(answer.map(({ kind }) => kind).sort()).toEqual(['device', 'person']);

    const again = await Applicant.at(hub, { name: 'A desk like it', fingerprint: null });
    await page.goto(`${hub.url}/pair?code=${again.code}`);
    await signIn(page);
    await expect(page.getByTestId('replaces')).toContainText(
      'It takes the place of The desk, which is paired under the same id now with the fingerprint',
    );
    await expect(page.getByTestId('replaces')).toContainText('0011 2233');
    await expect(waiting).toContainText('This device shows none.');
  });

  test('a device is denied, and a code that is none is told so', async ({ page, hub }) => {
    const desk = await Applicant.at(hub, { name: 'a \u200bname' });
    await page.goto(`${hub.url}/pair`);
    await signIn(page, { password: 'not that one' });
    await expect(page.getByRole('alert')).toHaveText(/do not belong together/);
    await signIn(page);
    await page.getByLabel('Code').fill('BBBB-BBBB');
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByRole('alert')).toHaveText(/No device waits with this code/);
    await page.getByLabel('Code').fill(desk.code.toLowerCase());
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('waiting')).toContainText('a \\u{200b}name');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status').first()).toHaveText(/was not let in/);
    expect((await desk.outcome()).error).toBe('access_denied');
  });
});

test('an owner makes an agent, whose key works until it is ended', async ({ admin, hub }) => {
  await admin.getByTestId('new-agent').click();
  await admin.getByTestId('agent-create').click();
  await expect(admin.getByText('Type a name.')).toBeVisible();
  await admin.getByTestId('agent-name').fill('Scout');
  await admin.getByTestId('agent-create').click();
  const key = await admin.getByTestId('made-key').textContent();
  const asked = async () => (await hub.call('GET', '/api/devices', { key })).status;
  expect(await asked()).toBe(200);
  await admin.getByTestId('key-kept').click();
  await expect(admin.getByTestId('made-key')).toHaveCount(0);

  const scout = admin.getByTestId('agent').filter({ hasText: 'Scout' });
  await scout.getByTestId('agent-open').click();
  await scout.getByRole('radio', { name: 'Supervised' }).check();
  await scout.getByTestId('level-why').fill('It did well');
  await scout.getByTestId('level-set').click();
  await expect(scout.getByTestId('history').getByRole('listitem').first()).toContainText(
    'Intern, then Supervised, by you: It did well',
  );
  await expect(scout.getByRole('heading', { name: 'Scout' })).toContainText('Supervised');

  await scout.getByTestId('agent-limit').fill('7');
  await scout.getByTestId('agent-limit-save').click();
  await expect(admin.getByText('Saved.')).toBeVisible();
  const { answer } = await hub.call('GET', '/api/agents');
  expect(answer.find(({ name }) => name === 'Scout')).toMatchObject({
    maturity: 'supervised',
    commands_per_minute: 7,
  });

  await scout.getByTestId('agent-on').click();
  await expect(scout.getByText('switched off', { exact: true })).toBeVisible();
  await scout.getByTestId('agent-on').click();
  await expect(scout.getByText('switched off', { exact: true })).toHaveCount(0);

  await scout.getByTestId('key-label').fill('laptop');
  await scout.getByTestId('make-key').click();
  const second = await admin.getByTestId('made-key').textContent();
  expect(second).not.toBe(key);
  await admin.getByTestId('key-kept').click();
  await scout.getByRole('button', { name: 'Revoke the key: first' }).click();
  await expect(scout.getByTestId('agent-key')).toHaveCount(1);
  expect(await asked()).toBe(401);
  expect((await hub.call('GET', '/api/devices', { key: second })).status).toBe(200);

  await scout.getByTestId('remove-agent').click();
  await expect(admin.getByRole('dialog')).toContainText('Remove Scout?');
  await admin.getByTestId('dialog-yes').click();
  await expect(scout).toHaveCount(0);
  expect((await hub.call('GET', '/api/devices', { key: second })).status).toBe(401);
});

test('an owner sees a device connect, and ends its pairing', async ({ admin, hub, context }) => {
  const browser = await context.newPage();
  await browser.goto(`${hub.url}/simulator`);
  await browser.getByLabel('Name').fill('My browser');
  await browser.getByLabel('E-mail').fill(EMAIL);
  await browser.getByLabel('Password').fill(PASSWORD);
  await browser.getByRole('button', { name: 'Connect' }).click();
  await expect(browser.locator('#state')).toHaveText(/^Connected as/);
  const asked = hub.call('POST', '/api/devices/notification', {
    key: await hub.key('intern'),
    body: {
      device_node_id: await browser.locator('#device').textContent(),
      title: 'Tea',
      body: 'is ready',
    },
  });
  await browser.getByRole('article').getByRole('button', { name: 'Deny' }).click();
  expect((await asked).answer.code).toBe('denied');

  await admin.getByTestId('nav-audit').click();
  const line = admin.getByTestId('line').first();
  await expect(line).toContainText(/notification.* of My browser by .*failed/);
  await admin.getByTestId('verify').click();
  await expect(admin.getByTestId('verified')).toHaveText(/All \d+ lines are as written\./);

  await admin.getByTestId('nav-devices').click();
  const device = admin.getByTestId('device');
  await expect(device).toHaveCount(1);
  await expect(device).toContainText('My browser');
  await expect(device).toContainText(/Connected · paired on/);
  await expect(device.locator('code')).toHaveText(/^([0-9a-f]{4} ){3,}[0-9a-f]{4}$/);
  await device.getByTestId('revoke-device').click();
  await expect(admin.getByTestId('dialog-no')).toBeFocused();
  await admin.getByTestId('dialog-yes').click();
  await expect(admin.getByText('The device is no longer paired.')).toBeVisible();
  await expect(device.getByTestId('revoke-device')).toHaveCount(0);
  await expect(browser.locator('#state')).not.toHaveText(/^Connected as/);
});

test('an owner adds a member, who sees no people', async ({ admin, hub, browser }) => {
  await admin.getByTestId('nav-people').click();
  await admin.getByTestId('new-person').click();
  await admin.getByTestId('person-email').fill(EMAIL);
  await admin.getByTestId('person-password').fill(MEMBER.password);
  await admin.getByTestId('person-create').click();
  await expect(admin.getByRole('alert')).toHaveText(/this address already/);
  await admin.getByTestId('person-email').fill(MEMBER.email);
  await admin.getByTestId('person-name').fill('Kim');
  await admin.getByTestId('person-create').click();
  const kim = admin.getByTestId('person').filter({ hasText: 'Kim' });
  await expect(kim).toContainText(MEMBER.email);
  // Nobody changes their own role, or locks themself out.
  const own = admin.getByTestId('person').filter({ hasText: EMAIL });
  await expect(own.getByTestId('person-open')).toHaveCount(0);

  const theirs = await (await browser.newContext()).newPage();
  await theirs.goto(`${hub.url}/admin#people`);
  await signIn(theirs, MEMBER);
  await expect(theirs.getByRole('heading', { level: 1, name: 'Agents' })).toBeVisible();
  await expect(theirs.getByTestId('nav-people')).toHaveCount(0);
  await theirs.getByTestId('nav-audit').click();
  await expect(theirs.getByText('Nothing was asked of your devices yet.')).toBeVisible();
  await expect(theirs.getByTestId('verify')).toHaveCount(0);
  // A reload signs nobody out.
  await theirs.reload();
  await expect(theirs.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible();

  await kim.getByTestId('person-open').click();
  await kim.getByRole('radio', { name: 'Owner' }).check();
  await expect(admin.getByText('The role is changed.')).toBeVisible();
  await theirs.reload();
  await expect(theirs.getByTestId('nav-people')).toBeVisible();

  await kim.getByTestId('reset-password').fill('a third horse');
  await kim.getByTestId('set-password').click();
  await expect(admin.getByText('The new password holds.')).toBeVisible();
  await theirs.getByTestId('nav-account').click();
  await expect(theirs.getByText('You are signed out. Sign in again.')).toBeVisible();
  await signIn(theirs, { email: MEMBER.email, password: 'a third horse' });
  await expect(theirs.getByTestId('nav-people')).toBeVisible();

  await kim.getByTestId('lock-out').click();
  await admin.getByTestId('dialog-yes').click();
  await expect(kim).toContainText('locked out');
  await theirs.reload();
  await signIn(theirs, { email: MEMBER.email, password: 'a third horse' });
  await expect(theirs.getByRole('alert')).toHaveText(/locked out/);
  await kim.getByTestId('let-in').click();
  await expect(kim).not.toContainText('locked out');
  await signIn(theirs, { email: MEMBER.email, password: 'a third horse' });
  await expect(theirs.getByTestId('nav-account')).toBeVisible();
});

test('a person looks after their own account', async ({ admin, hub }) => {
  await admin.getByTestId('nav-account').click();
  await admin.getByTestId('factor-begin').click();
  await expect(admin.getByRole('img', { name: 'The secret as a QR code' })).toBeVisible();
  const secret = await admin.getByTestId('factor-secret').textContent();
  await admin.getByTestId('factor-code').fill('000000');
  await admin.getByTestId('factor-on').click();
  await expect(admin.getByRole('alert')).toHaveText(/not the code/);
  // The one before, so that now's is left for signing in.
  await admin.getByTestId('factor-code').fill(digits(secret, -1));
  await admin.getByTestId('factor-on').click();
  await expect(admin.getByTestId('factor-off')).toBeVisible();

  await admin.getByTestId('sign-out').click();
  await expect(admin.getByTestId('sign-in')).toBeVisible();
  await admin.reload();
  await signIn(admin);
  await expect(admin.getByLabel('Code of your second factor')).toBeFocused();
  await admin.keyboard.type('000000');
  await admin.keyboard.press('Enter');
  await expect(admin.getByRole('alert')).toHaveText(/not the code/);
  await admin.getByLabel('Code of your second factor').fill(digits(secret));
  await admin.keyboard.press('Enter');
  await expect(admin.getByTestId('nav-account')).toBeVisible();

  await admin.getByTestId('nav-account').click();
  // The other one is this test's own.
  const others = admin.getByTestId('session').filter({ hasText: 'last used' });
  await expect(others).toHaveCount(1);
  await others.getByTestId('end-session').click();
  await expect(others).toHaveCount(0);
  expect((await hub.call('GET', '/api/auth/me')).status).toBe(401);

  await admin.getByTestId('password-now').fill('not that one');
  await admin.getByTestId('password-next').fill('a new horse');
  await admin.getByTestId('password-code').fill(digits(secret, 1));
  await admin.getByTestId('change-password').click();
  await expect(admin.getByRole('alert')).toHaveText(/not the password, or not the code/);
  await admin.getByTestId('password-now').fill(PASSWORD);
  await admin.getByTestId('password-code').fill(digits(secret, 1));
  await admin.getByTestId('change-password').click();
  await expect(admin.getByText('The password is changed.')).toBeVisible();
  await admin.getByTestId('sign-out').click();
  await signIn(admin);
  await expect(admin.getByRole('alert')).toHaveText(/do not belong together/);
});

test('too many attempts are told in words', async ({ page, hub }) => {
  await page.goto(`${hub.url}/admin`);
  const body = { username: EMAIL, password: 'not that one' };
  for (let tried = 0; tried < 10; tried += 1) {
    const { status } = await hub.call('POST', '/api/auth/login', { body });
    expect(status).toBe(401);
  }
  await signIn(page);
  await expect(page.getByRole('alert')).toHaveText(
    /^Too many attempts\. Try again in \d+ (sec|min)/,
  );
});

test('everything can be done by the keyboard', async ({ admin, hub }) => {
  const press = async (key, times = 1) => {
    for (let pressed = 0; pressed < times; pressed += 1) await admin.keyboard.press(key);
  };
  const reach = async (target) => {
    for (let pressed = 0; pressed < 60; pressed += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await admin.keyboard.press('Tab');
    }
    throw new Error('the keyboard does not get there');
  };
  await admin.reload();
  await expect(admin.getByTestId('new-agent')).toBeVisible();
  await press('Tab');
  await expect(admin.getByRole('button', { name: 'To the content' })).toBeFocused();
  await press('Enter');
  await press('Tab');
  await expect(admin.getByTestId('new-agent')).toBeFocused();
  await press('Enter');
  await expect(admin.getByTestId('agent-name')).toBeFocused();
  await admin.keyboard.type('Scout');
  await press('Tab');
  await press('ArrowRight');
  await press('Enter');
  await expect(admin.getByRole('heading', { name: 'The key of Scout' })).toBeFocused();
  await reach(admin.getByTestId('key-kept'));
  await press('Enter');
  await expect(admin.getByTestId('made-key')).toHaveCount(0);
  const { answer } = await hub.call('GET', '/api/agents');
  expect(answer.find(({ name }) => name === 'Scout').maturity).toBe('supervised');

  const scout = admin.getByTestId('agent').filter({ hasText: 'Scout' });
  await reach(scout.getByTestId('agent-open'));
  await press('Enter');
  await reach(scout.getByTestId('remove-agent'));
  await press('Enter');
  await expect(admin.getByTestId('dialog-no')).toBeFocused();
  await press('Tab');
  await press('Enter');
  await expect(scout).toHaveCount(0);

  await admin.reload();
  await expect(admin.getByTestId('new-agent')).toBeVisible();
  await reach(admin.getByTestId('nav-account'));
  await press('Enter');
  await expect(admin.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();
  await reach(admin.getByTestId('sign-out'));
  await press('Enter');
  await expect(admin.getByLabel('E-mail')).toBeFocused();
});

for (const colorScheme of ['light', 'dark']) {
  test(`nobody is left out, ${colorScheme}`, async ({ admin, hub }) => {
    await admin.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await Applicant.at(hub).then(async (desk) => {
      await hub.call('POST', `/api/pairing/${desk.code}`, { body: { allow: true } });
      await desk.outcome();
    });
    await admin.setViewportSize({ width: 320, height: 700 });
    const found = {};
    const look = async (name) => {
      const here = await problems(admin);
      const width = await admin.evaluate(() => document.documentElement.scrollWidth);
      if (width > 320) here.push(`${width} pixels wide`);
      if (here.length > 0) found[name] = here;
    };
    await admin.getByTestId('new-agent').click();
    await admin.getByTestId('agent-open').first().click();
    await expect(admin.getByText('It never changed.')).toBeVisible();
    await look('agents');
    await admin.getByTestId('nav-devices').click();
    await expect(admin.getByTestId('device')).toBeVisible();
    await look('devices');
    await admin.getByTestId('nav-people').click();
    await admin.getByTestId('new-person').click();
    await expect(admin.getByTestId('person').first()).toBeVisible();
    await look('people');
    await admin.getByTestId('nav-account').click();
    await admin.getByTestId('factor-begin').click();
    await expect(admin.getByTestId('factor-secret')).toBeVisible();
    await look('account');
    await admin.getByTestId('nav-audit').click();
    await admin.getByTestId('verify').click();
    await expect(admin.getByTestId('verified')).toHaveText(/as written/);
    await look('audit');
    await admin.getByTestId('sign-out').click();
    await look('signing in');
    const { page } = await Applicant.at(hub, { name: 'x'.repeat(120) });
    await admin.goto(page);
    await signIn(admin);
    await expect(admin.getByTestId('replaces')).toBeVisible();
    await look('pairing');
    expect(found).toEqual({});
  });
}

test('it speaks the language of the browser', async ({ browser, hub }) => {
  const page = await (await browser.newContext({ locale: 'de-AT' })).newPage();
  await page.goto(`${hub.url}/admin`);
  await signInAs(page, 'E-Mail', 'Passwort', 'Anmelden');
  await expect(page.getByRole('heading', { level: 1, name: 'Agenten' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});

async function signInAs(page, email, password, button) {
  await page.getByLabel(email).fill(EMAIL);
  await page.getByLabel(password).fill(PASSWORD);
  await page.getByRole('button', { name: button }).click();
}
