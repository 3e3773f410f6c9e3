// The window's figures: how soon a person sees a request, how soon an agent has the answer, how
// soon the panel is there, and what it all weighs. Each beside something a person knows: zenity,
// the plain question window of GTK, and Chromium with the same page in a window of its own, started
// by the same kind of process on the same screen.
//
// Takes the release build (CHAPERONE_APP, CHAPERONE_HEADLESS). BENCH_ROUNDS sets the samples, and
// BENCH_IDLE_SECONDS how long it is looked whether anything is done when there is nothing to do.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { Agent } from '../support/agent.js';
import {
  closeActiveWindow,
  memory,
  moveWindow,
  pressKey,
  processorTime,
  webViews,
  windowId,
} from '../support/desktop.js';
import { servePages } from '../support/pages.js';
import { app, headless } from '../support/places.js';
import { Companion, freePort, output, run, sleep, until } from '../support/process.js';
import { Tray } from '../support/tray.js';
import { idleRow, memoryRow, milliseconds, spread, table, timeRow } from './figures.js';
import { Screen } from './screen.js';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 30);
const IDLE_SECONDS = Number(process.env.BENCH_IDLE_SECONDS ?? 30);
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SETTLED_MS = 20_000;
/** What a window leaves behind is let go of by then. */
const LEFT_MS = 8_000;
/** Where so little of the panel is on the screen that none of it is in the middle. */
const CORNER = { x: -960, y: 0 };
/** Longer than the page keeps its buttons inert. */
const INERT_MS = 800;
const now = () => process.hrtime.bigint();

const screen = new Screen();

/** The app, from before its start to after its end. */
async function withApp(args, measure) {
  const dataDir = mkdtempSync(join(tmpdir(), 'chaperone-bench-'));
  const port = await freePort();
  const hub = `http://127.0.0.1:${port}`;
  const began = now();
  const process = new Companion(app(), ['--data-dir', dataDir, '--hub-port', `${port}`, ...args]);
  try {
    return await measure({ process, hub, dataDir, began });
  } finally {
    await process.end();
    rmSync(dataDir, { recursive: true, force: true });
    await screen.clear();
  }
}

async function ready({ hub, dataDir }) {
  await until('the hub answers', async () => (await run('curl', ['--silent', hub])).code === 0);
  const key = await output(headless(), 'key', 'autonomous', '--data-dir', dataDir);
  const agent = new Agent(hub, key);
  // The device has a connection to its own hub to make.
  await until('the device is there', async () => {
    const { answer } = await agent.execute('no-such-program-anywhere');
    return answer.code !== 'device_offline';
  });
  return agent;
}

/** One request: until it can be read, and from the key on Allow until curl has ended. */
async function ask(agent) {
  const readable = screen.readable();
  const began = now();
  const answered = agent.execute('echo hello').then((answer) => ({ ...answer, at: now() }));
  const seen = milliseconds(began, await readable);
  await sleep(INERT_MS);
  await pressKey('Tab');
  const pressed = now();
  await pressKey('Return');
  const { status, at } = await answered;
  if (status !== 200) throw new Error(`the request ended with ${status}`);
  await screen.clear();
  return { seen, answered: milliseconds(pressed, at) };
}

/** The same with zenity: until its question can be read, and from the key until it has ended. */
async function question() {
  const readable = screen.readable();
  const began = now();
  const child = spawn(
    'zenity',
    [
      '--question',
      '--text',
      'An agent wants to run a command: echo hello\nMay it?\n\nIt runs in a folder.',
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => child.on('close', () => resolve(now())));
  const seen = milliseconds(began, await readable);
  await sleep(300);
  const weight = memory(child.pid).all;
  const pressed = now();
  await pressKey('Return');
  const answered = milliseconds(pressed, await ended);
  await screen.clear();
  return { seen, answered, weight };
}

/** What it does while nothing happens, in percent of one processor. */
async function idle(pid) {
  // What a start puts off is done by then.
  await sleep(SETTLED_MS);
  const before = processorTime(pid);
  await sleep(IDLE_SECONDS * 1_000);
  return (100 * (processorTime(pid) - before)) / IDLE_SECONDS;
}

/** From the start until a tray has the icon. */
async function trayed() {
  const tray = new Tray();
  try {
    const icon = async () => (await tray.look()).icon;
    await icon();
    return await withApp(['--hidden', '--prompt-ready', '0'], async ({ began }) => {
      await until('the tray has the icon', icon);
      return { seen: milliseconds(began, now()) };
    });
  } finally {
    tray.end();
  }
}

/** Chromium with the same page: until it can be read, and what it weighs. */
async function browser(address) {
  const profile = mkdtempSync(join(tmpdir(), 'chaperone-bench-'));
  const readable = screen.readable();
  const began = now();
  const chromium = new Companion(CHROMIUM, [
    `--app=${address}/?host=fake&scene=quiet&welcome=over`,
    `--user-data-dir=${profile}`,
    '--window-size=1120,760',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]);
  try {
    const seen = milliseconds(began, await readable);
    await sleep(2_000);
    return { seen, weight: memory(chromium.pid).all, idle: await idle(chromium.pid) };
  } finally {
    await chromium.end();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    await screen.clear();
  }
}

async function repeat(rounds, once) {
  const samples = [];
  for (let round = 0; round < rounds; round += 1) {
    samples.push(await once());
    await sleep(100);
  }
  return samples;
}

const of = (samples, name) => spread(samples.map((sample) => sample[name]));

await screen.clear();
const load = loadavg()[0];
const zenity = await repeat(ROUNDS, question);
const pages = await servePages();
const chromium = await repeat(3, () => browser(pages.address));
pages.end();
const trays = await repeat(Math.ceil(ROUNDS / 3), trayed);

const READY = ['--hidden', '--prompt-ready', '3600'];
const warm = await withApp(READY, async (started) => {
  const agent = await ready(started);
  await until('the page is loaded', () => webViews(started.process.pid) === 1);
  await sleep(1_500);
  const samples = await repeat(ROUNDS, () => ask(agent));
  const bare = await repeat(ROUNDS, async () => {
    const began = now();
    await run('curl', ['--silent', started.hub]);
    return { curl: milliseconds(began, now()) };
  });
  return { samples, bare, memory: memory(started.process.pid) };
});

const first = await repeat(Math.ceil(ROUNDS / 3), () =>
  withApp(READY, async (started) => {
    const agent = await ready(started);
    await until('the page is loaded', () => webViews(started.process.pid) === 1);
    await sleep(1_500);
    return ask(agent);
  }),
);

const cold = await withApp(['--hidden', '--prompt-ready', '0'], async (started) => {
  const agent = await ready(started);
  await sleep(1_500);
  const nothing = await idle(started.process.pid);
  const before = memory(started.process.pid);
  const samples = await repeat(Math.ceil(ROUNDS / 2), async () => {
    await until('the web view is gone', () => webViews(started.process.pid) === 0);
    await sleep(300);
    return ask(agent);
  });
  await until('the web view is gone', () => webViews(started.process.pid) === 0);
  await sleep(LEFT_MS);
  return { samples, before, nothing, after: memory(started.process.pid) };
});

const open = await withApp([], async (started) => {
  const agent = await ready(started);
  const nothing = await idle(started.process.pid);
  const both = memory(started.process.pid);
  // Out of the middle of the screen, where requests are looked for.
  await moveWindow(await windowId('Chaperone'), CORNER);
  await screen.clear();
  return { memory: both, nothing, samples: await repeat(ROUNDS, () => ask(agent)) };
});

const starts = await repeat(Math.ceil(ROUNDS / 3), async () => {
  const readable = screen.readable();
  return withApp(['--prompt-ready', '0'], async ({ process, began }) => {
    const seen = milliseconds(began, await readable);
    await sleep(1_000);
    await closeActiveWindow();
    await until('the panel’s web view is gone', () => webViews(process.pid) === 0);
    await screen.clear();
    await sleep(LEFT_MS);
    const closed = memory(process.pid);
    const asked = now();
    await process.end();
    return { seen, closed, ended: milliseconds(asked, now()) };
  });
});

screen.end();
const question50 = of(zenity, 'seen');
const weight = spread(zenity.map(({ weight }) => weight)).p50;
const last = starts.at(-1);
const theirs = chromium.at(-1);
console.log(
  table([
    timeRow(
      'curl → request readable, hidden, page ready',
      of(warm.samples, 'seen'),
      'zenity --question, start → readable',
      question50,
    ),
    timeRow(
      'curl → request readable, panel open',
      of(open.samples, 'seen'),
      'the same',
      question50,
    ),
    timeRow('the same, hidden, first after the start', of(first, 'seen'), 'the same', question50),
    timeRow(
      'curl → request readable, page to be made',
      of(cold.samples, 'seen'),
      'the same',
      question50,
    ),
    timeRow(
      'key on Allow → curl has the output',
      of(warm.samples, 'answered'),
      'key → zenity has ended',
      of(zenity, 'answered'),
    ),
    timeRow(
      'curl → request readable, page ready',
      of(warm.samples, 'seen'),
      'curl of a small answer',
      of(warm.bare, 'curl'),
    ),
    timeRow(
      'start → panel readable',
      of(starts, 'seen'),
      'zenity --question, start → readable',
      question50,
    ),
    timeRow(
      'the same',
      of(starts, 'seen'),
      'Chromium with the same page, start → readable',
      of(chromium, 'seen'),
    ),
    timeRow(
      'start → icon in the tray',
      of(trays, 'seen'),
      'zenity --question, start → readable',
      question50,
    ),
    timeRow(
      'SIGTERM → ended',
      of(starts, 'ended'),
      'key → zenity has ended',
      of(zenity, 'answered'),
    ),
    memoryRow('started hidden, no page', cold.before.all, 'zenity with its window', weight),
    memoryRow('hidden, request page ready', warm.memory.all, 'the same', weight),
    memoryRow('hidden, request page gone again', cold.after.all, 'the same', weight),
    memoryRow('panel open', open.memory.all, 'Chromium with the same page', theirs.weight),
    memoryRow('panel closed again', last.closed.all, 'zenity with its window', weight),
    idleRow('hidden, nothing to do', cold.nothing, 'Chromium with the same page', theirs.idle),
    idleRow('panel open, nothing to do', open.nothing, 'the same', theirs.idle),
  ]),
);
console.log(
  `\nLoad before: ${load.toFixed(1)}. Memory is proportional (PSS), of all processes together.`,
);
