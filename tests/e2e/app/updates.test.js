// A newer version: looked for, refused where it is not genuine, and installed where it is.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { By } from 'selenium-webdriver';

import { App } from '../support/app.js';
import { windowTitles } from '../support/desktop.js';
import { app as original } from '../support/places.js';
import { output, run, until } from '../support/process.js';
import { Maker, Releases } from '../support/releases.js';

/** What tells one version from the other: programs do not mind what follows them. */
const MARK = Buffer.from('this is 9.9.9');

describe('a newer version', { timeout: 180_000 }, () => {
  const maker = new Maker();
  let folder;
  let program;
  let newer;
  let releases;
  let app;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chaperone-update-'));
    // Installing replaces the program. Half of it is for debuggers.
    program = join(folder, 'chaperone');
    await output('strip', '-o', program, original());
    newer = Buffer.concat([readFileSync(program), MARK]);
    releases = await Releases.start();
    app = await App.start({
      program,
      environment: {
        CHAPERONE_UPDATES_ADDRESS: releases.address,
        CHAPERONE_UPDATES_KEY: maker.key,
      },
    });
    const settings = await until('the panel is there', async () => {
      const [found] = await app.driver.findElements(By.css('[data-testid=nav-settings]'));
      return found;
    });
    await settings.click();
    await app.reads('Look for a newer version');
  });

  after(async () => {
    // What was started anew is nobody's child, and holds on to what WebDriver's program writes to.
    for (const pid of running()) process.kill(pid, 'SIGTERM');
    await until('nothing of it runs', () => running().length === 0);
    await app?.end();
    await releases?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The processes of that program, whoever started them. */
  function running() {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${program}\0`);
        } catch {
          // It ended while we looked.
          return false;
        }
      })
      .map(Number);
  }

  async function look() {
    await app.button('Look for a newer version').click();
  }

  async function isRefused(words) {
    await app.button('Install and start anew').click();
    await app.reads(words, 30_000);
    assert.equal(statSync(program).size, newer.length - MARK.length, 'the program is as it was');
    await app.driver.navigate().refresh();
    await app.reads('Look for a newer version');
  }

  it('is not there', async () => {
    await look();
    await app.reads('You have the newest version.');
  });

  it('of somebody else is thrown away', async () => {
    const signature = new Maker().signature(newer, '9.9.9');
    releases.tell({ version: '9.9.9', notes: 'Much better.', content: newer, signature });
    await look();
    await app.reads('Chaperone 9.9.9 is there.');
    await app.reads('Much better.');
    await isRefused('not signed by whoever made this build');
  });

  it('that is an older one under another name is thrown away', async () => {
    const signature = maker.signature(newer, '0.0.9');
    releases.tell({ version: '9.9.9', notes: '', content: newer, signature });
    await look();
    await app.reads('Chaperone 9.9.9 is there.');
    await isRefused('not signed by whoever made this build');
  });

  // The last one: WebDriver goes with the process.
  it('is installed, and runs instead', async () => {
    const [before] = running();
    const signature = maker.signature(newer, '9.9.9');
    releases.tell({ version: '9.9.9', notes: '', content: newer, signature });
    await look();
    await app.reads('Chaperone 9.9.9 is there.');
    await app.button('Install and start anew').click();
    await until('another process runs', () => running().some((pid) => pid !== before), 30_000);
    assert.ok(readFileSync(program).equals(newer), 'the program was replaced');
    await until(
      'its hub answers',
      async () => (await run('curl', ['--silent', app.hub])).code === 0,
      30_000,
    );
    await until('its panel is there', async () => (await windowTitles()).includes('Chaperone'));
    assert.ok(!running().includes(before), 'the one before has ended');
  });
});
