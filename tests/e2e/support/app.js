// The real desktop app, driven through WebDriver: each of its windows is a handle.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Builder, By, Capabilities } from 'selenium-webdriver';

import { Agent } from './agent.js';
import { activeWindowTitle, clickWithin, processTree, windowId, windowPlace } from './desktop.js';
import { app, driver, headless } from './places.js';
import { Companion, freePort, output, sleep, until } from './process.js';

export const REQUEST_TITLE = 'Chaperone: a request';

export class App {
  #driver;
  #open;
  #session;
  #dataDir;
  #hub;

  /** Starts the app with a data folder of its own, and waits for its panel. */
  static async start({ args = [], environment = {}, program = app() } = {}) {
    const started = new App();
    started.#dataDir = mkdtempSync(join(tmpdir(), 'chaperone-e2e-'));
    const [port, native, hub] = await Promise.all([freePort(), freePort(), freePort()]);
    started.#hub = `http://127.0.0.1:${hub}`;
    started.#driver = new Companion(driver(), ['--port', `${port}`, '--native-port', `${native}`], {
      env: { ...process.env, ...environment },
    });
    const capabilities = new Capabilities();
    capabilities.setBrowserName('wry');
    const hidden = args.includes('--hidden');
    // A driver needs a page to drive.
    const loaded = hidden ? ['--prompt-ready', '3600'] : [];
    capabilities.set('tauri:options', {
      application: program,
      args: ['--data-dir', started.#dataDir, '--hub-port', `${hub}`, ...loaded, ...args],
    });
    started.#open = async () => {
      started.#session = await until('a WebDriver session', async () => {
        try {
          return await new Builder()
            .withCapabilities(capabilities)
            .usingServer(`http://127.0.0.1:${port}/`)
            .build();
        } catch (error) {
          // The bridge is not listening yet.
          if (error.code === 'ECONNREFUSED') return undefined;
          throw error;
        }
      });
      await started.page(hidden ? 'request' : 'panel');
    };
    try {
      await started.#open();
    } catch (error) {
      console.error(started.#driver.lines.join('\n'));
      await started.end();
      throw error;
    }
    return started;
  }

  /** What the app has written so far. */
  get lines() {
    return this.#driver.lines;
  }

  get dataDir() {
    return this.#dataDir;
  }

  get hub() {
    return this.#hub;
  }

  /** WebDriver, looking at the page that `page` chose last. */
  get driver() {
    return this.#session;
  }

  /** The app's own process. */
  get pid() {
    const found = processTree(this.#driver.pid).find(({ name }) => name === 'chaperone');
    return found?.pid;
  }

  agent(name) {
    return Agent.starter(this.#hub, name, this.#dataDir);
  }

  /** What the command line beside the app prints. */
  commandLine(...words) {
    return output(headless(), ...words, '--data-dir', this.#dataDir);
  }

  /** Turns to a page, waiting until it is there. */
  async page(which) {
    const wanted =
      which === 'panel' ? /localhost\/?(index\.html)?(#.*)?$/ : new RegExp(`/${which}\\.html$`);
    await until(`the ${which} page`, async () => {
      for (const handle of await this.#session.getAllWindowHandles()) {
        try {
          await this.#session.switchTo().window(handle);
          if (wanted.test(await this.#session.getCurrentUrl())) return true;
        } catch (error) {
          // A window may go while it is looked at.
          if (error.name !== 'NoSuchWindowError') throw error;
        }
      }
      return false;
    });
  }

  /** A button of the page, by what is written on it. */
  button(label) {
    return this.#session.findElement(
      By.xpath(`//button[normalize-space()=${JSON.stringify(label)}]`),
    );
  }

  /** The page's text as it can be read. */
  text() {
    return this.#session.executeScript('return document.body.innerText');
  }

  /** Waits until the page says so. */
  reads(words, patienceMs) {
    return until(
      `the page says ${JSON.stringify(words)}`,
      async () => (await this.text()).includes(words),
      patienceMs,
    );
  }

  /** Waits for a request with these words, and allows it with the pointer of the screen. */
  async allow(words) {
    await this.page('request');
    await this.reads(words);
    await until(
      'the request has the focus',
      async () => (await activeWindowTitle()) === REQUEST_TITLE,
    );
    await this.click(REQUEST_TITLE, By.css('[data-testid=allow]'));
  }

  /**
   * Clicks a button in the window with that title with the pointer of the screen, once it may be
   * and it and its window stay where they are. A click of WebDriver's waits for a frame of the page,
   * and the window may be gone before there is one.
   */
  async click(title, button) {
    let before = '';
    const { x, y, width, height } = await until(`${button} can be clicked`, async () => {
      const [found] = await this.#session.findElements(button);
      const window = await windowId(title);
      if (!window || !(await found?.isEnabled())) return false;
      const rect = await found.getRect();
      const now = JSON.stringify([rect, await windowPlace(window)]);
      const stays = now === before;
      before = now;
      return stays && rect;
    });
    await clickWithin(title, { x: x + width / 2, y: y + height / 2 });
  }

  /** Kills it, as a loss of power would, and starts it again. */
  async crash() {
    process.kill(this.pid, 'SIGKILL');
    await until('it is gone', () => this.pid === undefined);
    // The bridge serves one session at a time, and this one has nothing left to end.
    await this.#session.quit().catch(() => {});
    await this.#open();
  }

  /** Whether the page's window is on the screen. */
  async isSeen() {
    return (await this.#session.executeScript('return document.visibilityState')) === 'visible';
  }

  async end() {
    const { pid } = this;
    // A session whose app is gone cannot be quit, and need not be.
    const quit = this.#session?.quit().catch(() => {});
    await Promise.race([quit, sleep(5_000, undefined, { ref: false })]);
    // WebDriver ends what it started, unless its session broke, or that lives on without a window.
    if (pid !== undefined && processTree(pid).length > 0) process.kill(pid, 'SIGTERM');
    await this.#driver.end();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
