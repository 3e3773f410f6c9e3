// A hub elsewhere: paired with in the window by a code, ended and started again, and still there
// after the app itself was killed.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { By } from 'selenium-webdriver';

import { Agent } from '../support/agent.js';
import { App, REQUEST_TITLE } from '../support/app.js';
import { notifications, windowId } from '../support/desktop.js';
import { output, until } from '../support/process.js';
import { Server } from '../support/server.js';

describe('a hub elsewhere', { timeout: 180_000 }, () => {
  const hub = new Server();
  let app;
  let agent;

  before(async () => {
    await hub.start();
    app = await App.start();
  });

  after(async () => {
    await app?.end();
    await hub.end();
  });

  /** What a selector finds, once it is on the screen. */
  const find = (selector) =>
    until(`${selector} is there`, async () => {
      const [found] = await app.driver.findElements(By.css(selector));
      return (await found?.isDisplayed()) && found;
    });
  const press = async (testid) => (await find(`[data-testid=${testid}]`)).click();
  const read = async (selector) => (await find(selector)).getText();

  it('is paired with by a code that both screens show', async () => {
    await app.page('panel');
    await app.driver.executeScript("location.hash = 'connections'");
    await press('add-connection');
    await (await find('[data-testid=address]')).sendKeys(hub.url);
    await press('offer');
    await press('begin');
    const code = await read('[data-testid=code] b');
    const { answer: asked } = await hub.call('GET', `/api/pairing/${code}`);
    assert.equal(await read('[data-testid=fingerprint]'), asked.fingerprint, JSON.stringify(asked));
    const { status } = await hub.call('POST', `/api/pairing/${code}`, {
      body: { allow: true },
    });
    assert.equal(status, 200);
    await press('sign-in-done');
    await app.reads(new URL(hub.url).host);

    const { device_id: device } = asked;
    agent = new Agent(hub.url, await hub.key('intern'), device);
    const answered = agent.notify('From elsewhere', 'Through the hub on the server');
    await app.allow('From elsewhere');
    const { status: told, answer } = await answered;
    assert.equal(told, 200, JSON.stringify(answer));
    const shown = await notifications();
    assert.ok(
      shown.some(({ title }) => title.includes('From elsewhere')),
      JSON.stringify(shown),
    );
  });

  it('is found again after it was started anew', async () => {
    await hub.restart();
    await until('it is connected', async () => {
      const { answer } = await hub.call('GET', '/api/devices');
      return JSON.stringify(answer).includes('"online"');
    });
    const answered = agent.notify('Back again', 'The hub was away');
    await app.allow('Back again');
    assert.equal((await answered).status, 200);
  });

  it('is asked for again by a request that waited while the app was killed', async () => {
    const answered = agent.notify('Still waiting', 'Nobody has decided yet');
    await app.page('request');
    await app.reads('Still waiting');
    await app.crash();
    // It was not decided, so it is asked once more, and counts once. The panel, which opened last,
    // has the focus: the person turns to the request.
    await app.page('request');
    await app.reads('Still waiting');
    await output('xdotool', 'windowactivate', '--sync', await windowId(REQUEST_TITLE));
    await app.allow('Still waiting');
    const { status, answer } = await answered;
    assert.equal(status, 200, JSON.stringify(answer));
    const shown = await notifications();
    assert.equal(shown.filter(({ title }) => title.includes('Still waiting')).length, 1);
  });
});
