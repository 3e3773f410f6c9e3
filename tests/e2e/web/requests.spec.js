// Being asked, and answering.

import { card, expect, test, turnTo } from './device.js';

test('a command waits in Now, is reviewed, allowed, and its output goes to the agent', async ({
  device,
  panel,
}) => {
  const answered = (await device.agent('autonomous')).execute('echo hello');
  const waiting = panel.getByTestId('waiting');
  await expect(waiting).toContainText('Autonomous agent');
  await expect(waiting).toContainText('echo hello');
  await expect(panel.getByTestId('headline')).toHaveText(/is waiting for you/);
  await expect(panel.getByTestId('nav-requests')).toContainText('1');

  await waiting.getByRole('button', { name: 'Review' }).click();
  const request = card(panel, 'echo hello');
  await expect(request).toContainText('wants to run a command');
  await expect(request).toContainText('/echo', { timeout: 1_000 });
  await expect(request.getByTestId('deny')).toBeFocused();
  await request.getByTestId('allow').click();

  const { status, answer } = await answered;
  expect(status).toBe(200);
  expect(answer.stdout).toBe('hello\n');
  await expect(panel.getByText('Nothing waits for you')).toBeVisible();
});

test('a denied command does not run, and the agent is told', async ({ device, panel }) => {
  const answered = (await device.agent('autonomous')).execute('echo hello');
  await panel.getByTestId('waiting').getByRole('button', { name: 'Deny' }).click();
  const { status, answer } = await answered;
  expect([status, answer.code]).toEqual([400, 'denied']);
  await turnTo(panel, 'activity');
  await expect(panel.getByTestId('activity-entry').filter({ hasText: 'echo hello' })).toContainText(
    'denied by you',
  );
});

test('Allow is inert when a request comes into sight, and whenever another one does', async ({
  device,
  panel,
}) => {
  await turnTo(panel, 'requests');
  const autonomous = await device.agent('autonomous');
  const first = autonomous.execute('echo first');
  const allow = card(panel, 'echo first').getByTestId('allow');
  await expect(allow).toBeDisabled();
  await expect(allow).toBeEnabled();

  const second = autonomous.execute('echo second');
  await expect(card(panel, 'echo first')).toContainText('1 of 2');
  await expect(allow, 'nothing changes under the eye').toBeEnabled();
  await allow.click();
  expect((await first).answer.stdout).toBe('first\n');

  const next = card(panel, 'echo second');
  await expect(next.getByTestId('allow')).toBeDisabled();
  await expect(next.getByTestId('deny')).toBeFocused();
  await next.getByTestId('deny').click();
  expect((await second).answer.code).toBe('denied');
});

test('requests of several agents are grouped, and one agent can be denied as a whole', async ({
  device,
  panel,
}) => {
  const autonomous = await device.agent('autonomous');
  const intern = await device.agent('intern');
  const commands = [autonomous.execute('echo one'), autonomous.execute('echo two')];
  const notification = intern.notify('Hello', 'Still here');
  await turnTo(panel, 'requests');
  await expect(panel.getByTestId('nav-requests')).toContainText('3');

  await panel.getByTestId('deny-all-autonomous').click();
  for (const { answer } of await Promise.all(commands)) expect(answer.code).toBe('denied');
  const rest = card(panel, 'Still here');
  await expect(rest).toBeVisible();
  await rest.getByTestId('allow').click();
  expect((await notification).status).toBe(200);
});

test('no answer in time is a no', async ({ device, panel }) => {
  await turnTo(panel, 'requests');
  const answered = (await device.agent('autonomous')).execute('echo late', { deadline_seconds: 3 });
  await expect(card(panel, 'echo late')).toContainText('counts as no');
  const { status, answer } = await answered;
  expect([status, answer.code]).toEqual([400, 'expired']);
  await expect(panel.getByText('Nothing waits for you')).toBeVisible();
  await turnTo(panel, 'activity');
  await expect(panel.getByTestId('activity-entry').filter({ hasText: 'echo late' })).toContainText(
    'no answer',
  );
});

test('a request that was answered elsewhere leaves this page too', async ({
  device,
  panel,
  context,
}) => {
  const answered = (await device.agent('autonomous')).execute('echo twice');
  const other = await context.newPage();
  // The cookie lets every page of this browser in.
  await other.goto(new URL('/', panel.url()).href);
  await turnTo(other, 'requests');
  await turnTo(panel, 'requests');
  await expect(card(other, 'echo twice')).toBeVisible();
  await card(panel, 'echo twice').getByTestId('deny').click();
  expect((await answered).answer.code).toBe('denied');
  await expect(card(other, 'echo twice')).toHaveCount(0);
});

test('the keyboard is enough', async ({ device, panel }) => {
  const answered = (await device.agent('autonomous')).execute('echo keys');
  await turnTo(panel, 'requests');
  const request = card(panel, 'echo keys');
  await expect(request.getByTestId('deny')).toBeFocused();
  await expect(request.getByTestId('allow')).toBeEnabled();
  await panel.keyboard.press('Tab');
  await expect(request.getByTestId('allow')).toBeFocused();
  await panel.keyboard.press('Enter');
  expect((await answered).answer.stdout).toBe('keys\n');
});
