// What the first view says.

import type { State } from '../api/reduce';
import type { Snapshot } from '../api/generated/Snapshot';
import { agentKey } from '../api/feed.svelte';
import { t } from '../i18n';

/** The one thing to know, as it is. */
export function headline(snapshot: Snapshot | null, link: State['link']): string {
  const words = t().frame.headline;
  if (snapshot === null) return link === 'lost' ? words.lost : words.starting;
  if (link === 'lost') return words.lost;
  if (snapshot.paused) return words.paused;
  const agents = new Set(
    snapshot.requests.map(({ agent, connection }) => agentKey(agent, connection)),
  ).size;
  return agents === 0 ? words.nothing : words.waiting(agents);
}

/** What else is going on. */
export function subline({ paused, requests, running }: Snapshot): string | null {
  const words = t().frame.subline;
  const parts: string[] = [];
  if (paused && requests.length > 0) parts.push(words.waiting(requests.length));
  if (!paused && requests.length > 1) parts.push(words.requests(requests.length));
  if (running.length > 0) parts.push(words.running(running.length));
  const [first, second] = parts;
  if (first === undefined) return null;
  return second === undefined ? first : words.both(first, second);
}

/** Whether nobody ever asked for anything, as far as is known. */
export function isFirstTime({ requests, running, recent }: Snapshot): boolean {
  return (
    requests.length === 0 &&
    running.length === 0 &&
    !recent.some(({ what }) => what.type === 'command')
  );
}
