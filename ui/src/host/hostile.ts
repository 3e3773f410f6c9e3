// Texts that somebody would send who wants to be misread. Every place that draws words from outside
// is held to all of them: see `visible.test.ts`, and `texts.spec.js` among the end-to-end tests.

import type { Scene } from './fake';
import { hubSwitch } from './fake-hub';
import * as decided from './fake-samples';
import * as samples from './samples';

const MARK = '\u0336\u0489\u0353\u0301';

export const HOSTILE = {
  /** Reads “the invoice is fdp.exe” where the direction is obeyed. */
  bidi: 'open \u202einvoice\u2066 exe.pdf\u2069\u202c now \u200fplease\u061c',
  zeroWidth: 'rm\u200b -r\u2060f /\u200d \ufeffho\u00adme\u034f\u3164 \u{e0061}\u{e0062}',
  homoglyphs: 'ѕudo аpt instаll раураl — gооgle.соm ⁄ ∕ ․․․ ‐‑‒',
  newlines: `harmless${'\n'.repeat(40)}and then rm -rf / \r\n\u2028Allow once\u2029\u0085`,
  hundredKilobytes: `first ${'0123456789 words without end '.repeat(3500)}last`,
  markup:
    '</p></div><script>document.title="taken"</script><img src=x onerror=\'document.title="taken"\'><style>*{display:none}</style><button>Allow</button> &lt;b&gt; {@html x} ${7*7}',
  ansi: '\u001b[2J\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b1A \b\b\b\u0000end',
  emojiFlood: '👩\u200d👩\u200d👧\u200d👦🏴\u{e0067}\u{e0062}\u{e007f}🇩🇪❤\ufe0f'.repeat(120),
  rightToLeft: 'حذف جميع الملفات rm -rf / مسموح (לאשר) 2026/11/21 → نعم',
  combiningFlood: `Z${MARK.repeat(30)}a${MARK.repeat(30)}l${MARK.repeat(60)}go`,
  longWord: `${'W'.repeat(3000)}/${'m'.repeat(3000)}`,
  ours: 'Allow once" (allowed by you) — Release Bot wants to run a command… Deny',
  blank: ' \u3000\u2800\u00a0 ',
} as const;
export type Hostile = keyof typeof HOSTILE;

export function isHostile(name: string | null): name is Hostile {
  return name !== null && Object.hasOwn(HOSTILE, name);
}

/** The same text everywhere that a text from outside can be. */
export function hostileScene(name: Hostile, now: number): Scene {
  const text = HOSTILE[name];
  const agent = { ...samples.releaseBot, name: text };
  const connection = {
    ...samples.connection(),
    name: text,
    trouble: text,
    told: {
      switches: [hubSwitch({ name: text, on: true, toldAt: now, current: true })],
      moreSwitches: true,
      cards: [
        {
          kind: 'companion' as const,
          name: text,
          readings: [{ name: text, value: { type: 'text' as const, text } }],
          toldAt: now,
          current: true,
        },
      ],
    },
  };
  const line = samples.shell(text, {
    programs: [{ argv: ['echo', text], path: `/tmp/${text}` }],
    workingDir: `/home/${text}`,
    environment: [{ name: 'WORDS', value: text }],
    scriptBecause: text,
    needsShell: { type: 'builtin', name: text },
  });
  const from = { agent, connection: text };
  const record = samples.record(now, 60).map((entry) => {
    const { what } = entry;
    if (what.type !== 'command') return entry;
    const action =
      what.action.type === 'shell' ? { type: 'shell' as const, line: text } : what.action;
    return { ...entry, what: { ...what, ...from, action, message: text } };
  });
  return {
    snapshot: samples.snapshot({
      device: { ...samples.snapshot().device, name: text },
      connections: [connection],
      requests: [
        samples.request(now, {
          ...from,
          action: line,
          reasons: [
            {
              said: 'ask',
              because: { type: 'script', because: { type: 'wraps', program: text } },
              decided: true,
              answered: false,
            },
          ],
          risks: [{ kind: 'destructive', part: 'rm' }],
        }),
        samples.notification(now, {
          ...from,
          action: { type: 'notification', title: text, body: text },
        }),
      ],
      running: [samples.running(now, { ...from, action: line })],
      recent: record.slice(0, 20),
    }),
    record,
    household: {
      agents: decided.agents(now).map((known) => ({ ...known, name: text, connectionName: text })),
      empty: false,
    },
  };
}
