// How the timeline scrolls with a hundred thousand entries: what each frame takes while somebody
// drags, turns the wheel, and jumps, in Chromium. A frame is on time below 16.7 ms.
//
// Takes nothing but the pages, which it builds. BENCH_ENTRIES sets how many are loaded.

import { loadavg } from 'node:os';

import { chromium } from '@playwright/test';

import { servePages } from '../support/pages.js';
import { percentile } from './figures.js';

const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 100_000);
const load = loadavg()[0];

/** Moves by so much a frame, and says how long after each other frames came and what each took. */
async function scroll(page, { frames, by, jump = false }) {
  return page.evaluate(
    ({ frames, by, jump }) =>
      new Promise((done) => {
        const apart = [];
        const took = [];
        let last = performance.now();
        let left = frames;
        const end = document.documentElement.scrollHeight;
        const channel = new MessageChannel();
        let began = last;
        // Comes after the frame was laid out and painted.
        channel.port1.onmessage = () => took.push(performance.now() - began);
        function frame(at) {
          apart.push(at - last);
          last = at;
          began = performance.now();
          left -= 1;
          if (left < 0) {
            done({ apart: apart.slice(2), took });
            return;
          }
          if (jump) window.scrollTo(0, ((left * 7919) % frames) * (end / frames));
          else window.scrollBy(0, by);
          channel.port2.postMessage(null);
          requestAnimationFrame(frame);
        }
        requestAnimationFrame(frame);
      }),
    { frames, by, jump },
  );
}

const pages = await servePages();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${pages.address}/?host=fake&scene=years&welcome=over#activity`);
  const feed = page.getByRole('feed');
  await feed.waitFor();
  const began = Date.now();
  // As somebody who holds the End key: each turn, as many as the device gives are added.
  const loaded = await page.evaluate(async (entries) => {
    const rows = () =>
      Math.max(...[...document.querySelectorAll('[data-index]')].map((row) => row.dataset.index)) +
      1;
    let seen = 0;
    while (seen < entries) {
      window.scrollTo(0, document.documentElement.scrollHeight);
      await new Promise((next) => requestAnimationFrame(next));
      seen = rows();
      if (document.querySelector('[aria-busy=false] [aria-setsize]:not([aria-setsize="-1"])')) {
        if (seen >= entries - 1) break;
      }
    }
    return seen;
  }, ENTRIES);
  const loading = Date.now() - began;
  const drawn = await page.locator('[data-index]').count();
  await page.evaluate(() => window.scrollTo(0, 100_000));

  const rows = [
    ['reading: 8 px a frame', await scroll(page, { frames: 300, by: 8 })],
    ['the wheel: 120 px a frame', await scroll(page, { frames: 300, by: 120 })],
    ['hurrying: 1,500 px a frame', await scroll(page, { frames: 300, by: 1500 })],
    ['dragging: anywhere each frame', await scroll(page, { frames: 300, by: 0, jump: true })],
  ].map(([what, { apart, took }]) => {
    const figure = (samples, share) => `${percentile(samples, share).toFixed(1)} ms`;
    const late = apart.filter((each) => each > 25).length;
    return `| ${[what, figure(took, 0.5), figure(took, 0.95), figure(apart, 0.5), figure(apart, 0.95), `${late} of ${apart.length}`].join(' | ')} |`;
  });
  console.log(
    [
      `${loaded} entries, all loaded in ${(loading / 1000).toFixed(1)} s; ${drawn} of them drawn. Load before: ${load.toFixed(1)}.`,
      '',
      '| scrolling | work p50 | work p95 | frame to frame p50 | p95 | late frames |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
  );
} finally {
  await browser.close();
  pages.end();
}
