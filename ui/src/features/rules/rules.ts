// What a list shows of rules, and documents of rules that only hold something back.

import type { RuleView } from '../../api/generated/RuleView';
import { quoted } from '../../words/rules';

const STALE_MS = 30 * 86_400_000;

/** Whether nobody needed it for so long that it may as well go. */
export function isStale({ createdAt, lastUsedAt }: RuleView, now: number): boolean {
  return now - (lastUsedAt ?? createdAt) > STALE_MS;
}

/** Whether it is about this agent of that connection. */
export function concerns(rule: RuleView, connection: string, agent: string): boolean {
  return rule.agent === agent && (rule.connection === null || rule.connection === connection);
}

export interface HoldBack {
  /** A program, and perhaps its first words. */
  words: string[];
  answer: 'forbid' | 'ask';
  /** Whom it answers; null is anybody. */
  scope: { connection: string | null; agent: string | null };
}

/** A rule that makes things stricter for commands that begin with these words. */
export function holdingBack({ words, answer, scope }: HoldBack, id: string, now: number): unknown {
  const [program, ...first] = words;
  return {
    id,
    answer,
    shape: {
      type: 'argv',
      program,
      arguments: [
        ...first.map((word) => ({ type: 'exact', word })),
        { type: 'rest', options: true },
      ],
    },
    // Its own test: what was typed is what it covers.
    examples: [{ sample: { type: 'line', line: words.map(quoted).join(' ') }, covers: true }],
    scope: Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== null)),
    created_at: new Date(now).toISOString(),
  };
}
