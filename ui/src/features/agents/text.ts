// What is said about agents.

import type { KnownAgentView } from '../../api/generated/KnownAgentView';
import type { Level } from '../../api/generated/Level';
import type { LevelChangeView } from '../../api/generated/LevelChangeView';
import type { StandingRow } from '../../api/generated/StandingRow';
import { t } from '../../i18n';

/** What an agent of this level may do by the table, in a few words. */
export function mayDo(rows: readonly StandingRow[], level: Level): string[] {
  const words = t().agents.may;
  const asked = rows.filter((row) => row[level].verdict === 'ask').length;
  const unasked = rows.filter((row) => ['watch', 'free'].includes(row[level].verdict)).length;
  if (asked + unasked === 0) return [words.nothing];
  const said: string[] = [];
  if (asked > 0) said.push(words.ask(asked));
  if (unasked > 0) said.push(words.unasked(unasked));
  return said;
}

/** Why it counts for what it counts. */
export function why({ claim, ceiling }: KnownAgentView): string {
  const { agents, level } = t();
  const limit = ceiling === null ? agents.limitedByConnection : agents.limitedByYou(level[ceiling]);
  return `${agents.claims(level[claim])} ${limit}`;
}

/** One change of its level. */
export function changed({ what, from, to }: LevelChangeView): string {
  const { agents, level } = t();
  const words = agents.changed;
  if (what === 'ceiling') return to === null ? words.limitTaken : words.limitSet(level[to]);
  const now = to === null ? '?' : level[to];
  return from === null ? words.firstClaim(now) : words.claim(level[from], now);
}
