// The window that stands while something is captured: no capture without it, and no way around it.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { By } from 'selenium-webdriver';

import { App } from '../support/app.js';
import {
  activeWindowTitle,
  closeActiveWindow,
  notifications,
  processTree,
  webViews,
  windowId,
  windowPlace,
  windowStates,
} from '../support/desktop.js';
import { output, until } from '../support/process.js';

const TITLE = 'Chaperone: captures';

describe('the indicator', { timeout: 120_000 }, () => {
  let app;
  let agent;

  before(async () => {
    app = await App.start({ args: ['--hidden'] });
    agent = await app.agent('supervised');
  });

  after(() => app?.end());

  afterEach(async () => {
    // What a test that failed left running is not the next one's trouble.
    const running = await app.commandLine('running', '--json').catch(() => '');
    for (const line of running.split('\n').filter(Boolean))
      await app.commandLine('running', 'stop', JSON.parse(line).id);
    await until('nothing is captured', async () => (await windowId(TITLE)) === null);
  });

  /** Lets the agent record, and gives what it is answered. */
  async function records() {
    const answered = agent.record();
    await app.allow('wants to record');
    const { status, answer } = await answered;
    assert.equal(status, 200, JSON.stringify(answer));
    return answer.data ?? answer;
  }

  const nothingRuns = async () => (await app.commandLine('running', '--json')) === '';
  const stands = () => until('the indicator stands', () => windowId(TITLE));
  const running = async () => {
    await app.page('indicator');
    return app.reads('sees');
  };

  async function clickStop() {
    await stands();
    await running();
    await app.click(TITLE, By.xpath('//button[normalize-space()="Stop"]'));
  }

  it('stands above all windows while a recording runs, and Stop ends both', async () => {
    const before = webViews(app.pid);
    const focus = await activeWindowTitle();
    await records();
    const id = await stands();
    const states = await windowStates(id);
    for (const state of ['ABOVE', 'SKIP_TASKBAR'])
      assert.ok(states.includes(`_NET_WM_STATE_${state}`), states.join());
    const place = await windowPlace(id);
    assert.ok(place.y < 20, `it is at the top: ${JSON.stringify(place)}`);
    assert.notEqual(await activeWindowTitle(), TITLE, `the focus stays with ${focus}`);

    await running();
    assert.match(await app.text(), /^\d+:\d\d\n.*Supervised.* sees .+\n+Stop$/is);
    assert.equal(webViews(app.pid), before, 'it shares a process with the request window');
    if (process.env.PICTURE) await output('import', '-window', 'root', process.env.PICTURE);

    await clickStop();
    await app.reads('Over');
    await until('it is gone', async () => (await windowId(TITLE)) === null);
    const shown = await notifications();
    assert.deepEqual(
      shown.filter(({ title }) => title.includes('looks at your screen')),
      [],
      'no notice stood beside it',
    );
  });

  it('is not closed by the one who sits there', async () => {
    await records();
    const id = await stands();
    await output('xdotool', 'windowactivate', '--sync', id);
    await closeActiveWindow();
    await running();
    assert.equal(await windowId(TITLE), id);
    await clickStop();
  });

  it('comes back when it is minimised', async () => {
    await records();
    const id = await stands();
    await output('xdotool', 'windowminimize', '--sync', id);
    await until('it came back', async () => (await windowId(TITLE)) === id);
    await running();
    await clickStop();
  });

  it('may do nothing but what it is for', async () => {
    await records();
    await running();
    const refused = await app.driver.executeAsyncScript(`
      const done = arguments[arguments.length - 1];
      const { invoke } = window.__TAURI_INTERNALS__;
      const attempts = ['call', 'subscribe', 'plugin:window|close', 'plugin:window|hide', 'plugin:window|set_size',
        'plugin:window|minimize', 'plugin:webview|create_webview_window', 'plugin:event|listen', 'plugin:app|version'];
      Promise.all(attempts.map((name) => invoke(name, {}).then(() => name + ' was allowed', (error) => String(error))))
        .then(done);
    `);
    for (const answer of refused) assert.match(answer, /not allowed/i, answer);
    await clickStop();
  });

  it('leaves its place to a notice when it does not come into sight', async () => {
    // Asked once an hour.
    const autonomous = await app.agent('autonomous');
    const first = autonomous.record();
    await app.allow('wants to record');
    assert.equal((await first).status, 200);
    await clickStop();
    await until('it is gone', async () => (await windowId(TITLE)) === null);

    const page = processTree(app.pid).find(({ name }) => name.startsWith('WebKitWebProc'));
    process.kill(page.pid, 'SIGSTOP');
    try {
      const { status, answer } = await autonomous.record();
      assert.equal(status, 200, JSON.stringify(answer));
      assert.equal(await windowId(TITLE), null);
      // Closing it is its Stop; it is in the list of what was shown from then on.
      const shown = await notifications();
      const notice = shown.find(({ title }) => title.includes('looks at your screen'));
      assert.match(notice?.body ?? '', /through This computer/, JSON.stringify(shown));
      await until('the recording ended', nothingRuns);
    } finally {
      process.kill(page.pid, 'SIGCONT');
    }
  });

  // The last one: WebDriver goes with the page.
  it('ends the recording when its page breaks', async () => {
    await records();
    await stands();
    const page = processTree(app.pid).find(({ name }) => name.startsWith('WebKitWebProc'));
    process.kill(page.pid, 'SIGKILL');
    await until('the recording ended', nothingRuns);
  });
});
