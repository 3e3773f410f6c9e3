// What the panel shows when nobody asks, and what holds over a restart.

import { card, expect, test, turnTo } from './device.js';

test('the first time, it says how to make a request; the line works as it is', async ({
  device,
  panel,
}) => {
  await expect(panel.getByRole('heading', { name: 'Make your first request' })).toBeVisible();
  const starter = panel.getByTestId('starter-intern');
  await expect(starter.getByTestId('key')).not.toHaveText(/[a-z0-9]/i);
  await starter.getByTestId('reveal').click();
  const line = await starter.getByTestId('curl').innerText();
  expect(line).toContain(device.hub);
  expect(line).toContain(await starter.getByTestId('key').innerText());

  // As a person would: pasted into a shell.
  const { run } = await import('../support/process.js');
  const pasted = run('sh', ['-c', `${line} --silent`]);
  await expect(panel.getByTestId('waiting')).toContainText('Hello');
  await panel.getByTestId('waiting').getByRole('button', { name: 'Review' }).click();
  await card(panel, 'From your first agent').getByTestId('allow').click();
  expect(JSON.parse((await pasted).stdout).success).toBe(true);

  await turnTo(panel, 'now');
  await expect(panel.getByRole('heading', { name: 'Make your first request' })).toHaveCount(0);
});

test('Now shows what agents can do', async ({ panel }) => {
  await expect(panel.getByTestId('headline')).toHaveText('Nothing waits for you');
  const table = panel.getByRole('table');
  const row = (name) => table.getByRole('row').filter({ hasText: name });
  await expect(row('Notifications')).toContainText(/Blocked.*Ask.*Free.*Free/s);
  await expect(row('Shell')).toContainText(/Blocked.*Blocked.*Blocked.*Ask/s);
});

test('Activity tells what happened, with the reasons and the output', async ({ device, panel }) => {
  const answered = (await device.agent('autonomous')).execute('echo hello');
  await turnTo(panel, 'requests');
  await card(panel, 'echo hello').getByTestId('allow').click();
  await answered;
  await turnTo(panel, 'activity');
  const entry = panel.getByTestId('activity-entry').filter({ hasText: 'echo hello' });
  await expect(entry).toContainText('allowed by you');
  await entry.getByRole('button', { expanded: false }).click();
  await expect(entry).toContainText('Exit code');
  await entry.getByRole('button', { name: 'Show what it printed' }).click();
  await expect(entry).toContainText('hello');
  await expect(entry).toContainText('read-only');

  await panel.getByTestId('filter-notification').click();
  await expect(entry).toHaveCount(0);
  await panel.getByTestId('filter-shell').click();
  await expect(entry).toBeVisible();
});

test('the record is checked on demand', async ({ panel }) => {
  await turnTo(panel, 'activity');
  await panel.getByRole('button', { name: 'Check the record' }).click();
  await expect(panel.getByText(/The record is whole: \d+ entr/)).toBeVisible();
});

test('a command that runs is in sight, and Stop ends it', async ({ device, panel }) => {
  const answered = (await device.agent('autonomous')).execute('sleep 25');
  await turnTo(panel, 'requests');
  await card(panel, 'sleep 25').getByTestId('allow').click();
  await turnTo(panel, 'now');
  const running = panel.getByTestId('running');
  await expect(running).toContainText('sleep 25');
  const began = Date.now();
  await running.getByTestId('stop').click();
  const { status, answer } = await answered;
  expect([status, answer.code]).toEqual([400, 'cancelled']);
  expect(Date.now() - began).toBeLessThan(2_000);
  await expect(running).toHaveCount(0);
});

test('Pause ends what runs and what waits, refuses what comes, and holds over a restart', async ({
  device,
  panel,
}) => {
  const autonomous = await device.agent('autonomous');
  const running = autonomous.execute('sleep 25');
  await turnTo(panel, 'requests');
  await card(panel, 'sleep 25').getByTestId('allow').click();
  await turnTo(panel, 'now');
  await expect(panel.getByTestId('running')).toBeVisible();
  const waiting = autonomous.execute('echo waits');
  await expect(panel.getByTestId('waiting')).toContainText('echo waits');

  const began = Date.now();
  await panel.getByTestId('pause').click();
  const ended = await Promise.all([running, waiting]);
  expect(Date.now() - began, 'within a second, and a moment for curl').toBeLessThan(2_000);
  for (const { status } of ended) expect(status).not.toBe(200);
  await expect(panel.getByTestId('paused')).toBeVisible();
  await expect(panel.getByTestId('headline')).toHaveText('Everything is paused');
  expect((await autonomous.execute('echo paused')).status).not.toBe(200);

  await device.restart();
  await panel.goto(device.link);
  await expect(panel.getByTestId('paused')).toBeVisible();
  const again = await device.agent('autonomous');
  expect((await again.execute('echo paused')).status).not.toBe(200);

  await panel.getByTestId('resume').click();
  await expect(panel.getByTestId('paused')).toHaveCount(0);
  const allowed = again.execute('echo back');
  await turnTo(panel, 'requests');
  await card(panel, 'echo back').getByTestId('allow').click();
  expect((await allowed).answer.stdout).toBe('back\n');
});
