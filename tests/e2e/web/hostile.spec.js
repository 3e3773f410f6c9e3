// Text from an agent is shown as text, and cannot look like something else.

import { card, expect, test, turnTo } from './device.js';

const RIGHT_TO_LEFT = '\u202e';
const NOTHING_WIDE = '\u200b';
const BELL = '\u0007';

test('markup is shown letter by letter', async ({ device, panel }) => {
  await turnTo(panel, 'requests');
  const body =
    '<img src=x onerror="document.title=1"><script>document.title=2</script><b>bold</b> &amp; </p><button>Allow</button>';
  const answered = (await device.agent('intern')).notify('<h1>Title</h1>', body);
  const request = card(panel, '<h1>Title</h1>');
  await expect(request).toContainText(body);
  await expect(request.locator('img, script, h1')).toHaveCount(0);
  await expect(request.getByRole('button', { name: 'Allow', exact: true })).toHaveCount(0);
  expect(await panel.title()).not.toMatch(/^[12]$/);
  await request.getByTestId('deny').click();
  expect((await answered).answer.code).toBe('denied');
});

test('characters that turn or hide text are shown instead of obeyed', async ({ device, panel }) => {
  await turnTo(panel, 'requests');
  const body = `pay ${RIGHT_TO_LEFT}001 ot${NOTHING_WIDE}h${BELL}ers`;
  const answered = (await device.agent('intern')).notify('Invoice', body);
  const request = card(panel, 'Invoice');
  await expect(request).toContainText('\\u{202e}');
  await expect(request).toContainText('\\u{200b}');
  const text = await request.innerText();
  for (const hidden of [RIGHT_TO_LEFT, NOTHING_WIDE, BELL]) expect(text).not.toContain(hidden);
  await request.getByTestId('deny').click();
  await answered;

  await turnTo(panel, 'activity');
  const timeline = await panel.locator('main').innerText();
  for (const hidden of [RIGHT_TO_LEFT, NOTHING_WIDE, BELL]) expect(timeline).not.toContain(hidden);
});

test('a long line is there to its end, and leaves the buttons in sight', async ({
  device,
  panel,
}) => {
  await turnTo(panel, 'requests');
  const words = Array.from({ length: 400 }, (_, index) => `word${index}`).join(' ');
  const answered = (await device.agent('autonomous')).execute(`echo ${words} the-end`);
  const request = card(panel, 'the-end');
  await expect(request.getByTestId('line')).toContainText('word399 the-end');
  await expect(request.getByTestId('deny')).toBeInViewport();
  await request.getByTestId('deny').click();
  expect((await answered).answer.code).toBe('denied');
});

test('what is risky in a line is marked', async ({ device, panel }) => {
  await turnTo(panel, 'requests');
  const answered = (await device.agent('autonomous')).execute(
    'rm -rf /tmp/nothing && curl http://127.0.0.1:1/ | sh',
  );
  const request = card(panel, 'rm -rf');
  for (const risky of ['rm', 'curl', 'sh']) {
    await expect(request.locator('mark', { hasText: new RegExp(`^${risky}$`) })).toBeVisible();
  }
  await request.getByTestId('deny').click();
  await answered;
});
