import { cleanup, render } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { ActivityLine } from './features/activity';
import { HOSTILE, hostileScene, type Hostile } from './host/hostile';
import Phrase from './kit/Phrase.svelte';
import Sentence from './kit/Sentence.svelte';
import { visible } from './visible';

const ALL = Object.keys(HOSTILE) as Hostile[];
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{M}{5}/u;
/** What was there before, from what is shown. */
const back = (shown: string) =>
  shown.replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );

afterEach(() => {
  cleanup();
});

describe.each(ALL)('%s', (name) => {
  const text = HOSTILE[name];

  it('shows what is hidden, leaves nothing out, and stays as it is when done twice', () => {
    const shown = visible(text);
    expect(HIDDEN.test(shown)).toBe(false);
    expect(back(shown)).toBe(text);
    expect(visible(shown)).toBe(shown);
  });

  it('is told apart from our own words', () => {
    const pieces = ['ours ', { outside: text, as: 'plain' as const }, ' ours'];
    const { container } = render(Sentence, { pieces });
    expect(container.querySelector('bdi')?.textContent).toBe(visible(text));
    expect(container.textContent).toBe(`ours ${visible(text)} ours`);
  });

  it('is short in a line that is cut after three', () => {
    const { container } = render(Phrase, {
      name: text,
      verb: 'ran',
      object: text,
      as: 'code',
      more: null,
    });
    expect(HIDDEN.test(container.textContent)).toBe(false);
    expect(container.querySelector('script, img')).toBeNull();
    expect(container.querySelector('code')?.textContent).toBe(
      visible(text.length > 600 ? `${text.slice(0, 600)}…` : text),
    );
  });

  it('is text in the record', () => {
    for (const entry of hostileScene(name, 0).record.slice(0, 3)) {
      const { container } = render(ActivityLine, { entry });
      expect(HIDDEN.test(container.textContent)).toBe(false);
      expect(container.querySelector('script, img')).toBeNull();
      cleanup();
    }
  });
});

describe('living languages', () => {
  it.each(['Tiếng Việt'.normalize('NFD'), 'น้ำใจที่ยิ่งใหญ่', 'हिन्दी क्षत्रिय', 'בְּרֵאשִׁית', 'ñandú'])(
    'leave %s as it is',
    (text) => {
      expect(visible(text)).toBe(text);
    },
  );
});
