// What the app is to the desktop around it: links, keys, its start, its log, its place.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';

import { App } from '../support/app.js';
import {
  activeWindowTitle,
  closeActiveWindow,
  pressKey,
  windowId,
  windowPlace,
} from '../support/desktop.js';
import { app as program } from '../support/places.js';
import { output, run, until } from '../support/process.js';

const KEYS = 'ctrl+alt+shift+p';

describe('the desktop around the app', { timeout: 120_000 }, () => {
  let app;
  let folder;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chaperone-opener-'));
    const opener = join(folder, 'xdg-open');
    writeFileSync(opener, `#!/bin/sh\nprintf %s "$1" >"${folder}/opened"\n`);
    chmodSync(opener, 0o755);
    app = await App.start({ environment: { PATH: `${folder}:${process.env.PATH}` } });
    await app.page('panel');
  });

  after(async () => {
    await app?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (link) => run(program(), ['--data-dir', app.dataDir, link]);
  const find = (testid) => app.driver.findElement({ css: `[data-testid=${testid}]` });
  async function settings() {
    await app.page('panel');
    await app.driver.executeScript("location.hash = 'settings'");
    await app.reads('Start at login');
  }

  it('a link fills in an address, and nothing more', async () => {
    const { code } = await open('chaperone://pair?address=wss%3A%2F%2Fhub.example.org');
    assert.equal(code, 0);
    const address = await until('the address is filled in', () =>
      app.driver.executeScript(
        "return [...document.querySelectorAll('input')].map((one) => one.value).find((text) => text.startsWith('wss:'))",
      ),
    );
    assert.equal(address, 'wss://hub.example.org/');
    if (process.env.PICTURES)
      await output('import', '-window', 'root', `${process.env.PICTURES}/link.png`);
    const connections = await app.commandLine('connections', 'list', '--json');
    assert.doesNotMatch(connections, /hub\.example/, 'nothing is paired with');
  });

  it('a link that is none of ours is refused in words', async () => {
    for (const [link, words] of [
      ['chaperone://pair?address=wss://me:secret@hub.example.org', 'carries a name or a password'],
      ['chaperone://pair?address=javascript:alert(1)', 'something else than a hub'],
      [`chaperone://pair?address=wss://${'a'.repeat(5000)}`, 'too long'],
    ]) {
      assert.equal((await open(link)).code, 0);
      await app.reads(words);
    }
    assert.doesNotMatch(await app.text(), /secret/);
  });

  it('starts at login when it is told to, without a window', async () => {
    await settings();
    const entry = join(
      process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'),
      'autostart/org.chaperone.desktop.desktop',
    );
    assert.equal(existsSync(entry), false);
    await (await find('start-at-login')).click();
    await until('the entry is there', () => existsSync(entry));
    const line = /^Exec=(.*)$/m.exec(readFileSync(entry, 'utf8'))[1];
    assert.match(line, /^"[^"]*chaperone" "--hidden" "--data-dir" "[^"]+"$/);
    // What the desktop would run at login: here, where it runs already, it comes and goes unseen.
    await closePanel();
    assert.equal((await run('sh', ['-c', line])).code, 0);
    assert.equal(await windowId('Chaperone'), null);
    assert.equal((await run(program(), ['--data-dir', app.dataDir])).code, 0);
    await settings();
    await (await find('start-at-login')).click();
    await until('the entry is gone', () => !existsSync(entry));
  });

  it('opens the folder of its log', async () => {
    await settings();
    await (await find('open-logs')).click();
    const opened = await until('it is opened', () => {
      const path = join(folder, 'opened');
      return existsSync(path) && readFileSync(path, 'utf8');
    });
    assert.equal(opened, join(app.dataDir, 'logs'));
    assert.ok(existsSync(join(opened, 'chaperone.log')));
  });

  it('says what its desktop lacks', async () => {
    await settings();
    await app.reads('These keys only ever pause');
    await app.reads('Nothing here shows tray icons');
    if (process.env.PICTURES) {
      await app.driver.executeScript(
        "document.querySelector('[data-testid=no-tray]').scrollIntoView()",
      );
      await output('import', '-window', 'root', `${process.env.PICTURES}/settings.png`);
    }
  });

  it('keys pause everything from anywhere, and never resume', async () => {
    await closePanel();
    await pressKey(KEYS);
    assert.equal((await run(program(), ['--data-dir', app.dataDir])).code, 0);
    await app.page('panel');
    await app.reads('Everything is paused');
    await pressKey(KEYS);
    const { status } = await (await app.agent('autonomous')).execute('echo hello');
    assert.notEqual(status, 200, 'it still holds');
    await (await find('resume')).click();
    await until('it is lifted', async () => !(await app.text()).includes('Everything is paused'));
  });

  it('the panel comes back where it was', async () => {
    const id = await until('the panel is there', () => windowId('Chaperone'));
    await output('xdotool', 'windowmove', '--sync', id, '60', '70');
    await output('xdotool', 'windowsize', '--sync', id, '800', '600');
    const before = await windowPlace(id);
    await closePanel();
    assert.equal((await run(program(), ['--data-dir', app.dataDir])).code, 0);
    const again = await until('it is there again', () => windowId('Chaperone'));
    await until('it is where it was', async () => {
      const now = await windowPlace(again);
      return (
        Math.abs(now.x - before.x) < 40 &&
        Math.abs(now.y - before.y) < 40 &&
        now.width === 800 &&
        now.height === 600
      );
    });
    await app.page('panel');
  });

  async function closePanel() {
    const id = await windowId('Chaperone');
    await output('xdotool', 'windowactivate', '--sync', id);
    await until('it is in front', async () => (await activeWindowTitle()) === 'Chaperone');
    await closeActiveWindow();
    await until('the panel is gone', async () => (await windowId('Chaperone')) === null);
    await app.page('request');
  }
});

describe('keys that are taken', { timeout: 60_000 }, () => {
  let first;
  let second;

  afterEach(async () => {
    await second?.end();
    await first?.end();
  });

  it('are said to be', async () => {
    first = await App.start({ args: ['--hidden'] });
    second = await App.start();
    await second.page('panel');
    await second.driver.executeScript("location.hash = 'settings'");
    await second.reads('Another program has these keys');
  });
});
