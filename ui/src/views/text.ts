// What the views say, in English.

import type { State } from '../api/reduce';
import type { Snapshot } from '../api/generated/Snapshot';
import { agentKey } from '../api/feed.svelte';
import { capital, counted } from '../words/words';

export const text = {
  now: 'Now',
  requests: 'Requests',
  activity: 'Activity',
  views: 'Views',
  waits: 'Waits for you',
  runs: 'Runs right now',
  standing: 'What agents can do right now',
  justNow: 'Just now',
  allActivity: 'All activity',
  connections: 'Connections',
  firstTitle: 'Make your first request',
  again: 'Connect an agent',
  firstBody:
    'Nothing happens on this computer without your yes. Paste one of these lines into a terminal, be the agent, and see what you are asked.',
  againBody: 'Agents on this computer ask with one of these keys.',
  notices: 'You should know',
  dismiss: 'Dismiss',
  lostTitle: 'No contact with Chaperone.',
  lostBody: 'What you see is what was last known. Trying to reach it again…',
  requestsEmptyTitle: 'Nothing waits for you',
  requestsEmptyBody: 'When an agent wants something that needs your yes, it appears here.',
  denyEverything: 'Deny everything',
  waitingCount: (count: number) => counted(count, 'request waits', 'requests wait'),
} as const;

/** For a screen reader. */
export function announced(agent: string, wants: string): string {
  return `New request: ${agent} ${wants}`;
}

/** The one thing to know, as it is. */
export function headline(snapshot: Snapshot | null, link: State['link']): string {
  if (snapshot === null) return link === 'lost' ? 'No contact with Chaperone' : 'One moment…';
  if (link === 'lost') return 'No contact with Chaperone';
  if (snapshot.paused) return 'Everything is paused';
  const agents = new Set(
    snapshot.requests.map(({ agent, connection }) => agentKey(agent, connection)),
  ).size;
  if (agents === 0) return 'Nothing waits for you';
  return `${capital(counted(agents, 'agent is', 'agents are'))} waiting for you`;
}

/** What else is going on. */
export function subline({ paused, requests, running }: Snapshot): string | null {
  const parts: string[] = [];
  if (paused && requests.length > 0)
    parts.push(`${counted(requests.length, 'request', 'requests')} waiting`);
  if (!paused && requests.length > 1) parts.push(counted(requests.length, 'request', 'requests'));
  if (running.length > 0) {
    parts.push(`${counted(running.length, 'command', 'commands')} running`);
  }
  return parts.length === 0 ? null : capital(parts.join(', '));
}

/** Whether nobody ever asked for anything, as far as is known. */
export function isFirstTime({ requests, running, recent }: Snapshot): boolean {
  return (
    requests.length === 0 &&
    running.length === 0 &&
    !recent.some(({ what }) => what.type === 'command')
  );
}
