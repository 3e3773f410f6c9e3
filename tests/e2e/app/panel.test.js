// The panel in its real window: what only a web view can get wrong.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { App } from '../support/app.js';
import { output, sleep, until } from '../support/process.js';

const CLIPBOARD = `
import gi
gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or "")
`;

describe('the panel', { timeout: 60_000 }, () => {
  let app;

  before(async () => {
    app = await App.start();
    await app.page('panel');
  });

  after(() => app?.end());

  it('puts the line of a first request on the clipboard', async () => {
    await app.reads('Make your first request');
    await (await app.driver.findElement({ css: '[data-testid=copy-curl]' })).click();
    await app.reads('Copied');
    const line = await until('the clipboard holds it', () =>
      output('/usr/bin/python3', '-c', CLIPBOARD),
    );
    assert.match(line, /^curl http:\/\/127\.0\.0\.1:\d+\/api\/devices\//);
    assert.match(line, /Authorization: Bearer \S+'/);
  });

  it('may ask its host for nothing but its own commands', async () => {
    const refused = await app.driver.executeAsyncScript(`
      const done = arguments[arguments.length - 1];
      const { invoke } = window.__TAURI_INTERNALS__;
      const attempts = ['plugin:window|set_size', 'plugin:window|close', 'plugin:webview|create_webview_window',
        'captures', 'captures_seen', 'stop_capture', 'plugin:event|listen', 'plugin:app|version', 'plugin:path|resolve_directory', 'plugin:resources|close'];
      Promise.all(attempts.map((name) => invoke(name, {}).then(() => name + ' was allowed', (error) => String(error))))
        .then(done);
    `);
    for (const answer of refused) assert.match(answer, /not allowed/i, answer);
  });

  it('goes nowhere else', async () => {
    // The other page comes a moment after the start, and is not one that was opened from here.
    await app.page('request');
    await app.page('panel');
    const here = await app.driver.getCurrentUrl();
    const windows = (await app.driver.getAllWindowHandles()).length;
    // The hub answers with a page of its own, so that nothing but the app is in the way.
    await app.driver.executeScript(
      `
        const [elsewhere] = arguments;
        location.href = elsewhere;
        window.open(elsewhere);
        const link = document.createElement('a');
        link.href = elsewhere;
        document.body.append(link);
        link.click();
      `,
      app.hub,
    );
    await sleep(500);
    assert.match(await app.text(), /Make your first request/);
    assert.equal(await app.driver.getCurrentUrl(), here);
    assert.equal((await app.driver.getAllWindowHandles()).length, windows);
    assert.equal(await app.driver.executeScript('return typeof window.__TAURI__'), 'undefined');
  });

  it('pauses everything with one click, and resumes with another', async () => {
    const autonomous = await app.agent('autonomous');
    await (await app.driver.findElement({ css: '[data-testid=pause]' })).click();
    await app.reads('Everything is paused');
    const { status } = await autonomous.execute('echo hello');
    assert.notEqual(status, 200);
    await (await app.driver.findElement({ css: '[data-testid=resume]' })).click();
    await until('it is lifted', async () => !(await app.text()).includes('Everything is paused'));
  });
});
