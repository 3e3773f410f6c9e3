// What every test here begins with: a device of its own, and a browser that was let in.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test as base } from '@playwright/test';

import { Agent } from '../support/agent.js';
import { headless } from '../support/places.js';
import { Companion } from '../support/process.js';

export { expect };

export class Device {
  #dataDir = mkdtempSync(join(tmpdir(), 'chaperone-web-'));
  #process;
  #args;
  #env;
  hub;
  link;

  /** With more words on its command line, and more in its environment, where a test needs them. */
  constructor({ args = [], env = {} } = {}) {
    this.#args = args;
    this.#env = env;
  }

  async start() {
    this.#process = new Companion(
      headless(),
      [
        ...['--data-dir', this.#dataDir],
        ...['run', '--as-root', '--ui', '--hub-port', '0', '--page-port', '0'],
        ...this.#args,
      ],
      { env: { ...process.env, CHAPERONE_AS_ROOT: 'yes', ...this.#env } },
    );
    [, this.hub] = await this.#process.line(/^hub\s+(http:\S+)/);
    [, this.link] = await this.#process.line(/^page\s+(http:\S+)/);
    await this.#process.line(/^ready/);
  }

  agent(name) {
    return Agent.starter(this.hub, name, this.#dataDir);
  }

  /** Ends and starts again, on the same data folder. */
  async restart() {
    await this.#process.end();
    await this.start();
  }

  async end() {
    await this.#process?.end();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

export const test = base.extend({
  // Playwright reads what a fixture needs from the first parameter's pattern.
  // eslint-disable-next-line no-empty-pattern
  device: async ({}, use) => {
    const device = new Device();
    await device.start();
    await use(device);
    await device.end();
  },

  /** The page, signed in, with the device connected. */
  panel: async ({ page, device }, use) => {
    const problems = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(device.link);
    await expect(
      page.getByRole('navigation').getByText(/^\s*(Connected|\w+ connections)\b/),
    ).toBeVisible();
    await use(page);
    // A test that wants the contact to break says so.
    expect(
      problems.filter((problem) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE/.test(problem)),
    ).toEqual([]);
  },
});

/** The card of a request, by the words in it. */
export function card(page, words) {
  return page.getByTestId('request-card').filter({ hasText: words });
}

/** Goes to a view through the navigation. */
export async function turnTo(page, view) {
  await page.getByTestId(`nav-${view}`).click();
}
