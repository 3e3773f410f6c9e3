// How long a rule lasts, and what it says of itself.

import type { RequestView } from '../../api/generated/RequestView';
import type { RuleView } from '../../api/generated/RuleView';
import { IDS, type Names } from '../../words/rules';
import { visible } from '../../words/words';

export const LASTING = ['hour', 'today', 'always'] as const;
export type Lasting = (typeof LASTING)[number];

/** When it ends; nothing where the person ends it. */
export function endOf(lasting: Lasting, now: number): Date | null {
  switch (lasting) {
    case 'hour':
      return new Date(now + 3_600_000);
    case 'today': {
      const date = new Date(now);
      return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1);
    }
    case 'always':
      return null;
  }
}

type Document = Record<string, unknown>;

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rule as it was shown, with its end. */
export function withEnd(document: unknown, end: Date | null): unknown {
  if (!isDocument(document)) return document;
  if (end !== null) return { ...document, expires_at: end.toISOString() };
  const { expires_at: _, ...rest } = document;
  return rest;
}

export interface Examples {
  covered: string[];
  asked: string[];
}

/** The command lines that a rule brings as its examples. They came from outside. */
export function examples({ examples: all }: RuleView): Examples {
  const found: Examples = { covered: [], asked: [] };
  for (const { line, covers } of all) {
    if (line !== null) (covers ? found.covered : found.asked).push(visible(line));
  }
  return found;
}

/** A rule proposed with a request is for who asked, or for more than that. */
export function namesFrom(
  rule: RuleView,
  { agent, connection }: Pick<RequestView, 'agent' | 'connection'>,
): Names {
  if (rule.agent === null || rule.agent !== agent.id) return IDS;
  return { agent: () => agent.name, connection: () => connection };
}
