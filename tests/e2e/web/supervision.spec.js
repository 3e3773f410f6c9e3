// The hub's page of supervision, at a real hub, with a browser as the device: what a supervised agent
// does of its own accord while its person looks on, and what a student is to be trained for.

import { problems } from './axe.js';
import { EMAIL, expect, PASSWORD, test as base } from './hub-pages.js';

const test = base.extend({
  /** A device that shows notifications once its person allows them, in a browser apart. */
  device: async ({ browser, hub }, use) => {
    const page = await (await browser.newContext({ permissions: ['notifications'] })).newPage();
    await page.goto(`${hub.url}/simulator`);
    await page.getByLabel('Name').fill('My browser');
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Connect' }).click();
    await expect(page.locator('#state')).toHaveText(/^Connected as/);
    await use(page);
  },

  /** An agent wants to show something without having been asked; gives what the hub answers. */
  act: async ({ device, hub }, use) => {
    const device_node_id = await device.locator('#device').textContent();
    const keys = {};
    await use(async (agent, title, { path = 'notification', ...more } = {}) => {
      keys[agent] ??= await hub.key(agent);
      const said = { title, body: 'of its own accord', trigger: 'automated' };
      const body = { device_node_id, ...said, ...more };
      return hub.call('POST', `/api/devices/${path}`, { key: keys[agent], body });
    });
  },

  /** The page of supervision, which looks on. */
  supervision: async ({ admin }, use) => {
    await admin.getByTestId('nav-supervision').click();
    await expect(admin.getByTestId('looking')).toContainText('You are looking on now.');
    await use(admin);
  },
});

// Every password takes a debug build its time.
test.describe.configure({ timeout: 120_000 });

async function score(hub, agent) {
  return (await hub.call('GET', `/api/agent-governance/agents/${agent}`)).answer.confidence;
}

async function rate(row, stars, remark) {
  await row.getByTestId('judge-open').click();
  await row.getByRole('radio', { name: stars }).check();
  await row.getByTestId('remark').fill(remark);
  await row.getByTestId('judge').click();
  await expect(row.getByTestId('given')).toContainText(remark);
}

test('a supervised agent acts while its person looks on, who steps in and rates it', async ({
  admin,
  device,
  act,
  hub,
}) => {
  const early = await act('supervised', 'Too early');
  expect(early).toMatchObject({ status: 202, answer: { status: 'pending_approval' } });

  await admin.getByTestId('nav-supervision').click();
  await expect(admin.getByTestId('looking')).toContainText('You are looking on now.');
  const wish = admin.getByTestId('wish');
  await expect(wish).toContainText(/Supervised agent.*Show a notification.*My browser/s);
  await expect(wish.getByTestId('details')).toContainText('Too early');
  await wish.getByTestId('reason').fill('nobody looked on');
  await wish.getByTestId('reject').click();
  await expect(wish).toHaveCount(0);
  const { answer } = await hub.call('GET', `/api/maturity/proposals/${early.answer.proposal_id}`);
  expect(answer).toMatchObject({ status: 'rejected', reason: 'nobody looked on' });

  const calling = act('supervised', 'Tea');
  await expect(device.getByRole('article')).toContainText('Tea');
  const underway = admin.getByTestId('underway');
  await expect(underway).toContainText(/Supervised agent.*running.*Show a notification/s);

  await underway.getByTestId('word').fill('wait');
  await underway.getByTestId('pause').click();
  await expect(underway).toContainText('agent paused');
  expect((await act('supervised', 'More tea')).status).toBe(403);
  await underway.getByTestId('word').fill('in German, please');
  await underway.getByTestId('correct').click();
  await expect(underway).toContainText('running');
  await expect(underway.getByTestId('guidance')).toContainText('in German, please');

  await underway.getByTestId('end').click();
  expect((await calling).answer.code).toBe('cancelled');
  const over = admin.getByTestId('over');
  await expect(over).toContainText('ended by you');
  await expect(underway).toHaveCount(0);
  await rate(over, '5 stars', 'it listened');
  await expect(admin.getByText('Its score is 0.85 now, its level: Supervised.')).toBeVisible();
  expect(await score(hub, 'supervised')).toBe(0.85);

  // What its device's person allowed, and what was paused meanwhile.
  const second = act('supervised', 'Cake');
  await underway.getByTestId('pause').click();
  await expect(underway).toContainText('agent paused');
  await device.getByRole('article').getByRole('button', { name: 'Allow' }).click();
  expect((await second).status).toBe(200);
  const cake = over.filter({ hasText: 'agent paused' });
  await cake.getByTestId('correct').click();
  await expect(cake).toHaveCount(0);
  await expect(over).toHaveCount(2);
  await rate(over.first(), '1 star', 'too much of it');
  expect(await score(hub, 'supervised')).toBe(0.75);

  // Whoever leaves the page does not look on, as soon as the hub has noticed.
  await admin.getByTestId('nav-devices').click();
  await expect
    .poll(async () => (await act('supervised', 'Nobody', { deadline_seconds: 1 })).answer.status)
    .toBe('pending_approval');
});

test('a wish is approved and done, and a student is trained', async ({
  supervision,
  device,
  act,
  hub,
}) => {
  await act('intern', 'Tea');
  const wish = supervision.getByTestId('wish');
  await expect(wish).toContainText('Intern agent');
  await wish.getByTestId('approve').click();
  await expect(supervision.getByText('Approved. The device is asked now.')).toBeVisible();
  await device.getByRole('article').getByRole('button', { name: 'Deny' }).click();
  await expect(supervision.getByText('What you approved did not come off.')).toBeVisible();
  await expect(wish).toHaveCount(0);

  const refused = await act('student', 'Tea');
  expect(refused.status).toBe(403);
  await expect(wish).toContainText(/Student agent.*training.*Show a notification/s);
  await wish.getByTestId('approve').click();
  const training = supervision.getByTestId('training');
  await expect(training).toContainText('running');
  await training.getByTestId('judge-open').click();
  await training.getByTestId('result').fill('80');
  await training.getByRole('radio', { name: 'Learned' }).check();
  await training.getByTestId('remark').fill('quick');
  await training.getByTestId('judge').click();
  await expect(training.getByTestId('given')).toContainText(/80%.*quick/s);
  expect(await score(hub, 'student')).toBe(0.3);
});

test('it says when the hub is gone, and looks on again when it is back', async ({
  page,
  supervision,
  hub,
}) => {
  const looking = supervision.getByTestId('looking');
  await expect(supervision.getByRole('heading', { name: 'Nothing yet' })).toBeVisible();
  await page.route('**/api/events', (route) => route.abort());
  await hub.restart();
  await expect(looking).toContainText('You are not looking on now.');
  await page.unroute('**/api/events');
  await expect(looking).toContainText('You are looking on now.', { timeout: 30_000 });
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: nothing keeps anybody out of it, nor sticks out`, async ({
    supervision,
    device,
    act,
  }) => {
    await supervision.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await supervision.setViewportSize({ width: 320, height: 700 });
    const found = {};
    const look = async (name) => {
      const here = await problems(supervision);
      const width = await supervision.evaluate(() => document.documentElement.scrollWidth);
      if (width > 320) here.push(`${width} pixels wide`);
      if (here.length > 0) found[name] = here;
    };
    await look('empty');
    await act('intern', 'x'.repeat(120));
    await act('student', 'Tea');
    await act('student', 'Tea', { path: 'camera/snap' });
    const wishes = supervision.getByTestId('wish');
    await expect(wishes).toHaveCount(3);
    await wishes.last().getByTestId('approve').click();
    await supervision.getByTestId('training').getByTestId('judge-open').click();
    const first = act('supervised', 'Tea');
    await device.getByRole('article').getByRole('button', { name: 'Allow' }).click();
    await first;
    await supervision.getByTestId('over').getByTestId('judge-open').click();
    const second = act('supervised', 'More tea');
    await supervision.getByTestId('underway').getByTestId('pause').click();
    await expect(supervision.getByTestId('underway')).toContainText('agent paused');
    await look('full');
    expect(found).toEqual({});
    // Only then may the hub go.
    await supervision.getByTestId('underway').getByTestId('end').click();
    await second;
  });
}

test('everything can be done by the keyboard', async ({ supervision, act, hub }) => {
  const reach = async (target) => {
    await expect(target).toBeVisible();
    for (let pressed = 0; pressed < 60; pressed += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await supervision.keyboard.press('Tab');
    }
    throw new Error(`the keyboard does not get to ${target}`);
  };
  await act('intern', 'Tea');
  await reach(supervision.getByTestId('reason'));
  await supervision.keyboard.type('not now');
  await supervision.keyboard.press('Enter');
  await expect(supervision.getByTestId('wish')).toHaveCount(0);

  // The focus is still here, where the next thing comes.
  const calling = act('supervised', 'Tea');
  await reach(supervision.getByTestId('end'));
  await supervision.keyboard.press('Enter');
  expect((await calling).answer.code).toBe('cancelled');
  await reach(supervision.getByTestId('judge-open'));
  await supervision.keyboard.press('Enter');
  await reach(supervision.getByRole('radio', { name: '3 stars' }));
  await supervision.keyboard.press('ArrowRight');
  await reach(supervision.getByTestId('remark'));
  await supervision.keyboard.press('Enter');
  await expect(supervision.getByTestId('given')).toContainText('4 stars');
  expect(await score(hub, 'supervised')).toBe(0.81);
});
