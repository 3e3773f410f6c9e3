// Requests by who asks.

import { agentKey } from '../../api/feed.svelte';
import type { AgentView } from '../../api/generated/AgentView';
import type { RequestView } from '../../api/generated/RequestView';

export interface Group {
  key: string;
  agent: AgentView;
  connection: string;
  requests: RequestView[];
}

/** In the order in which each began to wait. */
export function groupByAgent(requests: readonly RequestView[]): Group[] {
  const groups = new Map<string, Group>();
  for (const request of requests) {
    const { agent, connection } = request;
    const key = agentKey(agent, connection);
    const group = groups.get(key) ?? { key, agent, connection, requests: [] };
    group.requests.push(request);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Those of the same agent as this one, itself included. */
export function companions(
  request: RequestView,
  requests: readonly RequestView[],
): readonly RequestView[] {
  const key = agentKey(request.agent, request.connection);
  return requests.filter((other) => agentKey(other.agent, other.connection) === key);
}
