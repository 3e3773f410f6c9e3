// A hub of ours by itself, as on a server, for each test.

import { expect, test as base } from '@playwright/test';

import { EMAIL, PASSWORD, Server } from '../support/server.js';

export { EMAIL, expect, PASSWORD };

export const test = base.extend({
  // Playwright reads what a fixture needs from the first parameter's pattern.
  // eslint-disable-next-line no-empty-pattern
  hub: async ({}, use) => {
    const hub = new Server();
    await hub.start();
    await use(hub);
    await hub.end();
  },
});
