// Texts that somebody would send who wants to be misread (`ui/src/host/hostile.ts`), everywhere a
// text from outside is drawn: nothing runs, nothing is hidden, nothing lies over something else.

import { expect, test } from './pages.js';

const TEXTS = [
  ...['bidi', 'zeroWidth', 'homoglyphs', 'newlines', 'hundredKilobytes', 'markup', 'ansi'],
  ...['emojiFlood', 'rightToLeft', 'combiningFlood', 'longWord', 'ours', 'blank'],
];
const PLACES = ['now', 'requests', 'activity', 'agents', 'connections'];

/** A row stands where it belongs once it is measured, a frame later. */
function expectFaultless(page, where) {
  return expect.poll(() => page.evaluate(faults), where).toEqual([]);
}

/** What is wrong with the page as it is laid out. */
function faults() {
  const found = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`it is ${scrollWidth - clientWidth} px too wide`);
  const hidden = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{M}{5}/u;
  if (hidden.test(document.body.innerText)) found.push('something is hidden in a text');
  if (document.title.includes('taken')) found.push('a script ran');
  for (const button of document.querySelectorAll('button, select, input:not([type=radio])')) {
    const box = button.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || button.closest('[inert]')) continue;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (y < 0 || y > innerHeight || getComputedStyle(button).clipPath !== 'none') continue;
    if (box.left < 0 || box.right > innerWidth) found.push(`out of sight: ${button.outerHTML}`);
    const hit = document.elementFromPoint(x, y);
    // A footer that stays in sight covers what scrolls below it; a text never covers a button.
    if (hit && !button.contains(hit) && !hit.contains(button) && !hit.closest('footer, nav')) {
      found.push(`${hit.outerHTML.slice(0, 80)} lies over ${button.outerHTML.slice(0, 80)}`);
    }
  }
  // What is drawn of a letter stays within its own row.
  const rows = [...document.querySelectorAll('[role=article], [data-testid=running]')];
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1];
    if (!next || next.parentElement !== row.parentElement) continue;
    if (row.getBoundingClientRect().bottom > next.getBoundingClientRect().top + 1) {
      found.push('two rows overlap');
    }
  }
  return found;
}

for (const text of TEXTS) {
  test(`${text} does no harm`, async ({ page, open }) => {
    for (const place of PLACES) {
      await open(place, 'hostile', { text });
      await expectFaultless(page, place);
    }
    await page.setViewportSize({ width: 420, height: 700 });
    await open('activity', 'hostile', { text });
    await expectFaultless(page, 'a narrow window');
  });

  test(`${text} is whole where it is asked about, beside answers in sight`, async ({
    page,
    open,
  }) => {
    await page.setViewportSize({ width: 460, height: 640 });
    await open('', 'hostile', { text, file: 'request.html' });
    const card = page.getByTestId('request-card');
    await expectFaultless(page);
    for (const answer of ['deny', 'allow']) {
      await expect(card.getByTestId(answer)).toBeInViewport({ ratio: 1 });
    }
    // The end of the line is scrolled to, and then is in sight.
    const line = card.getByTestId('line');
    const seen = await line.evaluate((element) => {
      const box = element.closest('[role=region]');
      element.scrollIntoView({ block: 'end' });
      box.scrollTop = box.scrollHeight;
      const range = document.createRange();
      range.selectNodeContents(element);
      range.collapse(false);
      const bottom = element.getBoundingClientRect().bottom;
      return { end: bottom, box: box.getBoundingClientRect().bottom };
    });
    expect(seen.end).toBeLessThanOrEqual(seen.box + 1);
    await card.getByTestId('deny').press('Enter');
    await expect(line).toHaveCount(0);
  });
}
