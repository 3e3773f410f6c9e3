// What tests of the hub's own pages begin with: a hub of their own, and its owner signed in.

import { EMAIL, expect, PASSWORD, test as base } from './own-hub.js';

export { EMAIL, expect, PASSWORD };

export const test = base.extend({
  /** A page on which nothing goes wrong, and to which nothing comes from elsewhere. */
  page: async ({ page, hub }, use) => {
    const wrong = [];
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(message.text());
    });
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(hub.url)) wrong.push(request.url());
    });
    await use(page);
    // A browser tells of each refusal.
    expect(wrong.filter((what) => !/status of 4\d\d/.test(what))).toEqual([]);
  },

  /** Administration, with the owner signed in. */
  admin: async ({ page, hub }, use) => {
    await page.goto(hub.url);
    await expect(page).toHaveURL(`${hub.url}/admin`);
    await signIn(page);
    await expect(page.getByRole('heading', { level: 1, name: 'Agents' })).toBeVisible();
    await use(page);
  },
});

export async function signIn(page, { email = EMAIL, password = PASSWORD } = {}) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
