// Who is let in to the page.

import { expect, test } from './device.js';

test('without the link nobody comes in, and the link works once', async ({ device, browser }) => {
  const stranger = await browser.newPage();
  const address = new URL(device.link).origin;
  expect((await stranger.goto(`${address}/`)).status()).toBe(401);
  expect(
    (await stranger.request.post(`${address}/call/state/snapshot`, { data: {} })).status(),
  ).toBe(401);
  await stranger.goto(device.link);
  await expect(stranger.getByTestId('headline')).toHaveText('Nothing waits for you');
  expect(stranger.url(), 'the code does not stay in the address').not.toContain('code');

  const other = await (await browser.newContext()).newPage();
  expect((await other.goto(device.link)).status()).toBe(403);
});

test('a page elsewhere gets nothing, even from a browser that is let in', async ({ panel }) => {
  const { origin } = new URL(panel.url());
  for (const headers of [{ origin: 'https://example.org' }, { host: 'example.org' }]) {
    const answer = await panel.request.post(`${origin}/call/state/snapshot`, { data: {}, headers });
    expect(answer.status(), JSON.stringify(headers)).toBe(403);
  }
});

test('the page may load nothing from elsewhere and run nothing inline', async ({
  device,
  page,
}) => {
  await page.goto(device.link);
  const policy = (await page.request.get(page.url())).headers()['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const blocked = await page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener(
          'securitypolicyviolation',
          ({ effectiveDirective }) => resolve(effectiveDirective),
          { once: true },
        );
        new Image().src = 'https://example.org/x.png';
      }),
  );
  expect(blocked).toBe('img-src');
});
