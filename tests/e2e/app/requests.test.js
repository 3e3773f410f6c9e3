// A request from the first byte of an agent's curl to the answer it reads, through the real window.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';

import { By } from 'selenium-webdriver';

import { App, REQUEST_TITLE } from '../support/app.js';
import {
  activeWindowTitle,
  closeActiveWindow,
  holdKey,
  notifications,
  pressKey,
} from '../support/desktop.js';
import { sleep, until } from '../support/process.js';

describe('a request', { timeout: 120_000 }, () => {
  let app;
  let intern;
  let autonomous;

  before(async () => {
    app = await App.start();
    intern = await app.agent('intern');
    autonomous = await app.agent('autonomous');
  });

  after(() => app?.end());

  beforeEach(async () => {
    await app.page('request');
    await until('no request is on the screen', async () => !(await app.isSeen()));
  });

  /** Waits until a request with these words can be read in a window that has the focus. */
  async function asked(words) {
    await app.reads(words);
    await until('the request window is seen', () => app.isSeen());
    await until('it has the focus', async () => (await activeWindowTitle()) === REQUEST_TITLE);
  }

  const allow = () => app.driver.findElement({ css: '[data-testid=allow]' });
  const focused = () =>
    app.driver.executeScript('return document.activeElement?.dataset.testid ?? null');

  const click = (testid) => app.click(REQUEST_TITLE, By.css(`[data-testid=${testid}]`));

  it('is shown, and what was allowed happens', async () => {
    // From before the page shows anything: whoever clicks Allow in the first moments gets nothing.
    await app.driver.executeScript(`
      window.early = { clicks: 0, enabled: 0 };
      const began = { at: null };
      const poke = () => {
        const button = document.querySelector('[data-testid=allow]');
        if (button && document.visibilityState === 'visible') {
          began.at ??= performance.now();
          window.early.clicks += 1;
          if (!button.disabled) window.early.enabled += 1;
          button.click();
        }
        if (began.at === null || performance.now() - began.at < 450) setTimeout(poke, 15);
      };
      poke();
    `);
    const answered = intern.notify('Build is done', 'All 31 tests pass.');
    await asked('Build is done');
    assert.match(await app.text(), /All 31 tests pass\./);
    assert.equal(await focused(), 'deny', 'the focus is on Deny');

    await sleep(500);
    const early = await app.driver.executeScript('return window.early');
    assert.ok(early.clicks > 3, `Allow was clicked early ${early.clicks} times`);
    assert.equal(early.enabled, 0, 'Allow was inert all that time');
    assert.match(await app.text(), /Build is done/, 'and it still waits');

    await click('allow');
    const { status, answer } = await answered;
    assert.equal(status, 200);
    assert.equal(answer.success, true);
    const shown = await notifications();
    assert.ok(
      shown.some(
        ({ title, body }) => title.includes('Build is done') && body.includes('All 31 tests pass.'),
      ),
      `the notification is among ${JSON.stringify(shown)}`,
    );
  });

  it('is denied with a click, and the agent reads so', async () => {
    const answered = autonomous.execute('touch /tmp/should-not-be-there');
    await asked('touch /tmp/should-not-be-there');
    await until('the window is as high as what it says', () =>
      app.driver.executeScript(
        'const said = document.querySelector(".scroll"); return said.scrollHeight <= said.clientHeight',
      ),
    );
    await click('deny');
    const { status, answer } = await answered;
    assert.deepEqual([status, answer.code], [400, 'denied']);
  });

  it('runs a command after a yes, and the agent reads what it printed', async () => {
    const answered = autonomous.execute('echo hello');
    await asked('echo hello');
    await click('allow');
    const { status, answer } = await answered;
    assert.equal(status, 200);
    assert.deepEqual(
      [answer.success, answer.exit_code, answer.stdout, answer.stderr],
      [true, 0, 'hello\n', ''],
    );
    assert.match(answer.containment, /read-only/);
  });

  it('is denied by Escape and by Enter, on which the focus is', async () => {
    for (const key of ['Escape', 'Return']) {
      const answered = autonomous.execute(`echo ${key}`);
      await asked(`echo ${key}`);
      await pressKey(key);
      const { status, answer } = await answered;
      assert.deepEqual([status, answer.code], [400, 'denied'], key);
      await until('it leaves the screen', async () => !(await app.isSeen()));
    }
  });

  // A finger is slower than the window, which is gone before the key is up again: WebKit then takes
  // the next press of the same key for a repetition of the last one.
  it('is denied by Escape each time, one request after the other', async () => {
    for (const round of [1, 2, 3, 4]) {
      const answered = autonomous.execute(`echo round ${round}`);
      await asked(`echo round ${round}`);
      await sleep(1_200);
      await holdKey('Escape');
      assert.equal((await answered).answer.code, 'denied', `round ${round}`);
    }
  });

  it('is denied by closing its window', async () => {
    const answered = autonomous.execute('echo closed');
    await asked('echo closed');
    await closeActiveWindow();
    const { status, answer } = await answered;
    assert.deepEqual([status, answer.code], [400, 'denied']);
  });

  it('is refused without a question where the level is too low', async () => {
    const student = await (await app.agent('student')).notify('Hello', 'Nobody sees this.');
    const shell = await intern.execute('echo hello');
    assert.deepEqual([student.status, student.answer.code], [403, 'forbidden']);
    assert.deepEqual([shell.status, shell.answer.code], [403, 'forbidden']);
    assert.equal(await app.isSeen(), false);
  });

  it('waits behind another one, in the same window', async () => {
    const first = autonomous.execute('echo first');
    await asked('echo first');
    const second = autonomous.execute('echo second');
    await app.reads('1 of 2');
    await click('allow');
    assert.equal((await first).answer.stdout, 'first\n');
    await asked('echo second');
    assert.equal(await (await allow()).isEnabled(), false, 'Allow is inert again');
    await click('deny');
    assert.equal((await second).answer.code, 'denied');
  });
});
