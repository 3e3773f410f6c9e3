// What people live through with it, from the first byte of an agent's curl, through the real window.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { By } from 'selenium-webdriver';

import { App, REQUEST_TITLE } from '../support/app.js';
import { deskCamera } from '../support/camera.js';
import { activeWindowTitle, pressKey, windowTitles } from '../support/desktop.js';
import { app as program } from '../support/places.js';
import { run, sleep, until } from '../support/process.js';
import { Tray } from '../support/tray.js';

describe('a story', { timeout: 240_000 }, () => {
  let folder;
  let tray;
  let app;

  before(async () => {
    tray = new Tray();
    folder = mkdtempSync(join(tmpdir(), 'chaperone-story-'));
    app = await App.start({ args: ['--hidden'], environment: await deskCamera(folder) });
  });

  after(async () => {
    await app?.end();
    tray.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const isAsked = async () => (await windowTitles()).includes(REQUEST_TITLE);
  const running = () => app.commandLine('running', '--json');

  /** Opens the panel as a second start does. */
  async function openPanel() {
    assert.equal((await run(program(), ['--data-dir', app.dataDir])).code, 0);
    await app.page('panel');
  }

  /** Clicks a button of the request window with the pointer of the screen, once it may be. */
  async function click(testid) {
    await until(
      'the request has the focus',
      async () => (await activeWindowTitle()) === REQUEST_TITLE,
    );
    await app.click(REQUEST_TITLE, By.css(`[data-testid=${testid}]`));
  }

  it('an intern asks for a picture; it is looked at, taken again, and sent', async () => {
    const answered = (await app.agent('intern')).snap();
    await app.allow('wants a picture from your camera');
    await app.reads('Nothing has left this computer yet.');
    const first = await until('the picture is in sight', () =>
      app.driver.executeScript('return document.querySelector("img")?.src'),
    );
    await click('retake');
    await until('there is another picture', async () => {
      const now = await app.driver.executeScript('return document.querySelector("img")?.src');
      return now && now !== first;
    });
    await click('send');
    const { status, answer } = await answered;
    assert.equal(status, 200, JSON.stringify(answer));
    const picture = (answer.data ?? answer).base64_data;
    const jpeg = Buffer.from(picture.replace(/^data:[^,]*,/, ''), 'base64');
    assert.deepEqual([...jpeg.subarray(0, 2)], [0xff, 0xd8]);
  });

  it('an intern asks for a picture; it is looked at, and thrown away', async () => {
    const answered = (await app.agent('intern')).snap();
    await app.allow('wants a picture from your camera');
    await app.reads('Nothing has left this computer yet.');
    await click('discard');
    const { status, answer } = await answered;
    assert.equal(answer.code, 'discarded', JSON.stringify({ status, answer }));
    assert.equal(answer.base64_data, undefined);
  });

  it('a program is allowed always, and runs the next time without a question', async () => {
    const agent = await app.agent('autonomous');
    const first = agent.execute('git --version');
    await app.page('request');
    await app.reads('git --version');
    await click('allow-always');
    await app.reads('git --version');
    await click('remember');
    assert.match((await first).answer.stdout, /^git version/);
    await until('the request has left', async () => !(await isAsked()));

    const again = await agent.execute('git --version');
    assert.equal(again.status, 200, JSON.stringify(again.answer));
    assert.match(again.answer.stdout, /^git version/);
    assert.equal(await isAsked(), false);
    // It is about that program with those words, and about no other.
    const other = agent.execute('git status');
    await app.reads('git status');
    await click('deny');
    assert.equal((await other).answer.code, 'denied');
  });

  it('a script is marked as one, and does not run after a no', async () => {
    const answered = (await app.agent('autonomous')).execute('for f in a b; do echo $f; done');
    await app.page('request');
    await app.reads('wants to run a script');
    await click('deny');
    assert.equal((await answered).answer.code, 'denied');
  });

  it('nobody answers a request, and nothing happens', async () => {
    const answered = (await app.agent('autonomous')).execute('echo late', { deadline_seconds: 4 });
    await app.page('request');
    await app.reads('echo late');
    assert.equal((await answered).answer.code, 'expired');
    await until('the request has left', async () => !(await isAsked()));
  });

  it('a recording is watched before it is sent', async () => {
    const agent = await app.agent('supervised');
    const started = agent.record();
    await app.allow('wants to record');
    const { status, answer } = await started;
    assert.equal(status, 200, JSON.stringify(answer));
    // There must be something to see.
    await sleep(1_500);
    const stopped = agent.stopRecording((answer.data ?? answer).session_id);
    await app.page('request');
    await app.reads('Send this recording');
    const plays = () =>
      app.driver.executeScript(
        "const film = document.querySelector('video'); film?.play(); return film?.currentTime > 0.2",
      );
    await until('it plays', plays);
    await click('send');
    const sent = await stopped;
    assert.equal(sent.status, 200, JSON.stringify(sent.answer));
  });

  for (const [from, pause] of [
    ['the tray', async () => assert.ok(await tray.choose('Pause everything'))],
    ['the keyboard', () => pressKey('ctrl+alt+shift+p')],
    [
      'the window',
      async () => {
        await openPanel();
        await app.driver.findElement(By.css('[data-testid=pause]')).click();
      },
    ],
  ]) {
    it(`everything is paused from ${from} while a recording runs, and lifted in the window`, async () => {
      const started = (await app.agent('supervised')).record();
      await app.allow('wants to record');
      assert.equal((await started).status, 200);
      assert.notEqual(await running(), '');
      await pause();
      await until('nothing runs', async () => (await running()) === '');
      await openPanel();
      await app.reads('Everything is paused');
      await app.driver.findElement(By.css('[data-testid=resume]')).click();
      await until('it is lifted', async () => !(await app.text()).includes('Everything is paused'));
    });
  }

  // The last one: only a person in front of the window lifts it.
  it('everything is paused from the command line while a recording runs, and it ends', async () => {
    const agent = await app.agent('supervised');
    const answered = agent.record();
    await app.allow('wants to record');
    assert.equal((await answered).status, 200);
    assert.notEqual(await running(), '');
    await app.commandLine('pause');
    await until('nothing runs', async () => (await running()) === '');
    const { status, answer } = await agent.record();
    assert.notEqual(status, 200);
    assert.equal(answer.code, 'paused', JSON.stringify(answer));
    assert.equal(await isAsked(), false);
  });
});
