// What a rule's document says of itself, as far as a list shows it, and documents that only hold
// something back. A document comes from outside: nothing in it is taken for granted.

import type { RuleView } from '../../api/generated/RuleView';

export interface Scope {
  connection: string | null;
  agent: string | null;
}

function object(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Whom a rule answers; null is anybody. */
export function scopeOf({ document }: RuleView): Scope {
  const scope = object(object(document)?.['scope']);
  return { connection: text(scope?.['connection']), agent: text(scope?.['agent']) };
}

/** When it ends by itself, in milliseconds since 1970. */
export function endsAt({ document }: RuleView): number | null {
  const end = Date.parse(text(object(document)?.['expires_at']) ?? '');
  return Number.isNaN(end) ? null : end;
}

export function endsWithLock({ document }: RuleView): boolean {
  return object(document)?.['until_lock'] === true;
}

const STALE_MS = 30 * 86_400_000;

/** Whether nobody needed it for so long that it may as well go. */
export function isStale({ createdAt, lastUsedAt }: RuleView, now: number): boolean {
  return now - (lastUsedAt ?? createdAt) > STALE_MS;
}

/** Whether it is about this agent of that connection, or about everybody. */
export function concerns(rule: RuleView, connection: string, agent: string): boolean {
  const scope = scopeOf(rule);
  return scope.agent === agent && (scope.connection === null || scope.connection === connection);
}

export interface HoldBack {
  /** A program, and perhaps its first words. */
  words: string[];
  answer: 'forbid' | 'ask';
  scope: Scope;
}

/** As a shell would read it as one word. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
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
