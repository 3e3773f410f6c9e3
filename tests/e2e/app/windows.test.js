// Windows come and go; the app stays until it is quit.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { Agent } from '../support/agent.js';
import {
  activeWindowTitle,
  closeActiveWindow,
  pressKey,
  processTree,
  webViews,
  windowTitles,
} from '../support/desktop.js';
import { REQUEST_TITLE } from '../support/app.js';
import { app } from '../support/places.js';
import { Companion, freePort, run, until } from '../support/process.js';
import { Tray } from '../support/tray.js';

const PANEL_TITLE = 'Chaperone';

describe('the app', { timeout: 120_000 }, () => {
  let dataDir;
  let port;
  let started;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'chaperone-e2e-'));
    port = await freePort();
  });

  afterEach(async () => {
    await started?.end();
    started = undefined;
    rmSync(dataDir, { recursive: true, force: true });
  });

  function start(args = [], environment = {}) {
    const log = 'warn,chaperone_api=info,chaperone_desktop=debug';
    started = new Companion(app(), ['--data-dir', dataDir, '--hub-port', `${port}`, ...args], {
      env: { ...process.env, CHAPERONE_LOG: log, ...environment },
    });
    return started;
  }

  const hub = () => `http://127.0.0.1:${port}`;
  const agent = (name) => Agent.starter(hub(), name, dataDir);
  const isSeen = async (title) => (await windowTitles()).includes(title);
  const seen = (title) => until(`“${title}” is on the screen`, () => isSeen(title));
  const gone = (title) => until(`“${title}” is gone`, async () => !(await isSeen(title)));
  const inFront = (title) =>
    until(`“${title}” is in front`, async () => (await activeWindowTitle()) === title);
  const serves = () =>
    until('the hub answers', async () => (await run('curl', ['--silent', hub()])).code === 0);

  it('lives on when its panel is closed, without the panel’s web view', async () => {
    const { pid } = start(['--prompt-ready', '0']);
    await inFront(PANEL_TITLE);
    assert.equal(webViews(pid), 1);
    await closeActiveWindow();
    await gone(PANEL_TITLE);
    await until('its web view is gone', () => webViews(pid) === 0);
    assert.ok(started.runs);
    await serves();
  });

  it('keeps a page for requests beside its panel, in the same process', async () => {
    const { pid } = start(['--prompt-ready', '1']);
    await inFront(PANEL_TITLE);
    await started.line(/a page listens.*request/);
    assert.equal(webViews(pid), 1);
    const answered = (await agent('autonomous')).execute('echo hello');
    await inFront(REQUEST_TITLE);
    assert.equal(webViews(pid), 1);
    await pressKey('Escape');
    assert.equal((await answered).answer.code, 'denied');
    await inFront(PANEL_TITLE);
    await closeActiveWindow();
    await until('no web view is left', () => webViews(pid) === 0);
    // The other way round: the panel comes to the request's page.
    const again = (await agent('autonomous')).execute('echo hello');
    await inFront(REQUEST_TITLE);
    assert.equal((await run(app(), ['--data-dir', dataDir])).code, 0);
    await seen(PANEL_TITLE);
    assert.equal(webViews(pid), 1);
    await started.end('SIGTERM');
    assert.notEqual((await again).status, 200);
  });

  it('comes forward when it is started again, and runs once', async () => {
    start();
    await inFront(PANEL_TITLE);
    await closeActiveWindow();
    await gone(PANEL_TITLE);

    const again = () => run(app(), ['--data-dir', dataDir]);
    const quiet = await run(app(), ['--data-dir', dataDir, '--hidden']);
    assert.equal(quiet.code, 0);
    assert.equal(await isSeen(PANEL_TITLE), false, 'a hidden start shows nothing');
    assert.equal((await again()).code, 0);
    await inFront(PANEL_TITLE);
    assert.equal((await again()).code, 0, 'also while the panel is open');
    assert.equal((await windowTitles()).filter((title) => title === PANEL_TITLE).length, 1);
  });

  it('starts hidden, and opens no more than the request', async () => {
    start(['--hidden', '--prompt-ready', '0']);
    await serves();
    assert.deepEqual(await windowTitles(), []);
    assert.equal(webViews(started.pid), 0, 'nothing is loaded that nobody needs');

    const answered = (await agent('autonomous')).execute('echo hello');
    await inFront(REQUEST_TITLE);
    assert.equal(await isSeen(PANEL_TITLE), false);
    await started.line(/request shown/);
    await pressKey('Escape');
    assert.equal((await answered).answer.code, 'denied');
    await until('the web view is gone', () => webViews(started.pid) === 0);
  });

  it('shows a request although the page that was ready for it crashed', async () => {
    const { pid } = start(['--hidden']);
    await serves();
    const autonomous = await agent('autonomous');
    const page = () => processTree(pid).find(({ name }) => name.startsWith('WebKitWebProc'));
    const ask = async (word) => {
      const answered = autonomous.execute(`echo ${word}`);
      await until(`${word} is shown`, () => shownRequests() === (word === 'before' ? 1 : 2));
      await inFront(REQUEST_TITLE);
      await pressKey('Escape');
      assert.equal((await answered).answer.code, 'denied');
    };
    const shownRequests = () =>
      started.lines.filter((line) => line.includes('request shown')).length;

    await ask('before');
    const crashed = page();
    process.kill(crashed.pid, 'SIGKILL');
    await until('it is gone', () => page()?.pid !== crashed.pid);
    await ask('after');
  });

  it('shows a request although the process of the page that was ready for it hangs', async () => {
    const { pid } = start(['--hidden', '--prompt-ready', '3600']);
    await serves();
    const pages = () => processTree(pid).filter(({ name }) => name.startsWith('WebKitWebProc'));
    await started.line(/a page listens.*request/);
    const [hung] = pages();
    process.kill(hung.pid, 'SIGSTOP');
    try {
      const answered = (await agent('autonomous')).execute('echo hello');
      // It is given a moment, and then a process of its own.
      await started.line(/request shown/);
      assert.notEqual(pages().at(-1).pid, hung.pid);
      await inFront(REQUEST_TITLE);
      await pressKey('Escape');
      assert.equal((await answered).answer.code, 'denied');
    } finally {
      process.kill(hung.pid, 'SIGCONT');
    }
  });

  it('brings its pages back when their process crashed', async () => {
    const { pid } = start();
    await inFront(PANEL_TITLE);
    const page = () => processTree(pid).find(({ name }) => name.startsWith('WebKitWebProc'));
    const listening = () =>
      started.lines.filter((line) => /a page listens.*panel/.test(line)).length;
    await started.line(/a page listens.*request/);
    assert.equal(listening(), 1);
    process.kill(page().pid, 'SIGKILL');
    await until('the panel listens again', () => listening() === 2);
    const answered = (await agent('autonomous')).execute('echo hello');
    await inFront(REQUEST_TITLE);
    await started.line(/request shown/);
    await pressKey('Escape');
    assert.equal((await answered).answer.code, 'denied');
    await inFront(PANEL_TITLE);
  });

  it('ends in order when the session asks, and answers who still waits', async () => {
    start();
    await inFront(PANEL_TITLE);
    const answered = (await agent('autonomous')).execute('echo hello');
    await seen(REQUEST_TITLE);
    const began = performance.now();
    const { code } = await started.end('SIGTERM');
    assert.equal(code, 0);
    assert.ok(performance.now() - began < 6_000, 'within its deadline');
    assert.notEqual((await answered).status, 200);
    assert.deepEqual(await windowTitles(), []);
  });

  it('runs without a session bus', async () => {
    start([], { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' });
    await seen(PANEL_TITLE);
    await serves();
  });

  it('says what is wrong when it cannot start', async () => {
    const listener = spawn(
      '/usr/bin/python3',
      ['-m', 'http.server', `${port}`, '--bind', '127.0.0.1'],
      {
        stdio: 'ignore',
      },
    );
    try {
      await serves();
      start();
      await seen('Chaperone cannot start');
      await pressKey('Return');
      assert.equal((await started.ended).code, 1);
    } finally {
      listener.kill();
    }
  });

  it('says so where there is no screen', async () => {
    start([], { DISPLAY: '', WAYLAND_DISPLAY: '' });
    assert.equal((await started.ended).code, 1);
    await started.line(/no screen to show a window on: .*chaperone-headless/);
  });

  it('stands in the tray', async () => {
    const tray = new Tray();
    try {
      start(['--hidden']);
      const look = () => tray.look();
      const labels = ({ menu }) => menu?.map(({ label }) => label);
      const reads = (label) =>
        until(`the menu says ${label}`, async () => labels(await look())?.includes(label));

      await reads('Pause everything');
      assert.deepEqual(labels(await look()), [
        'Nothing waits',
        'Open Chaperone',
        'No requests',
        'Pause everything',
        'Quit Chaperone',
      ]);
      const calm = (await look()).icon;

      const answered = (await agent('autonomous')).execute('echo hello');
      await reads('1 request waits');
      assert.notEqual((await look()).icon, calm, 'the icon calls');
      await started.line(/request shown/);
      await inFront(REQUEST_TITLE);
      await pressKey('Escape');
      await answered;
      await reads('No requests');

      assert.ok(await tray.choose('Pause everything'));
      await reads('Resume');
      const paused = await (await agent('autonomous')).execute('echo hello');
      assert.notEqual(paused.status, 200, 'nothing runs while everything is paused');
      assert.ok(await tray.choose('Resume'));
      await reads('Pause everything');

      assert.ok(await tray.choose('Open Chaperone'));
      await inFront(PANEL_TITLE);
      assert.ok(await tray.choose('Quit Chaperone'));
      assert.equal((await started.ended).code, 0);
    } finally {
      tray.end();
    }
  });
});
