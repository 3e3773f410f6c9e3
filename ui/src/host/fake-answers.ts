// What the host without an app answers about the person's decisions, and remembers of them.

import type { Calls } from '../api/client';
import { ApiFailure } from '../api/error';
import type { Change } from '../api/generated/Change';
import type { KnownAgentView } from '../api/generated/KnownAgentView';
import type { Snapshot } from '../api/generated/Snapshot';
import type { StandingRow } from '../api/generated/StandingRow';
import * as samples from './fake-samples';
import { asked, rule } from './requests';

/** The calls that are answered here. */
type Decided = Extract<
  keyof Calls,
  | `rules/${string}`
  | `agents/${string}`
  | `gate/${string}`
  | `capabilities/${string}`
  | `standing/${string}`
  | `settings/${string}`
  | 'connections/change'
  | 'connections/remove'
  | 'record/checkpoint'
>;

export type DecidedAnswers = {
  [Name in Exclude<Decided, 'agents/starters'>]: (
    params: Calls[Name]['params'],
  ) => Calls[Name]['response'] | Promise<Calls[Name]['response']>;
};

/** What a new device knows nothing of. */
export interface Household {
  agents: KnownAgentView[];
  empty: boolean;
}

const LEVELS = ['student', 'intern', 'supervised', 'autonomous'] as const;

function gone(message: string): ApiFailure {
  return new ApiFailure({ code: 'gone', message, hint: null });
}

function invalid(message: string, hint: string | null = null): ApiFailure {
  return new ApiFailure({ code: 'invalid', message, hint });
}

/** As the engine has it: a stricter answer also tightens the levels below. */
function tightened(row: StandingRow): StandingRow {
  const strict = ['forbid', 'ask', 'watch', 'free'];
  const next = structuredClone(row);
  for (const [at, level] of LEVELS.entries()) {
    for (const above of LEVELS.slice(at + 1)) {
      const most = strict.indexOf(next[above].verdict);
      if (strict.indexOf(next[level].verdict) > most) next[level].verdict = next[above].verdict;
    }
  }
  return next;
}

export function decidedAnswers(
  snapshot: () => Snapshot,
  publish: (change: Change) => void,
  household: Household,
): DecidedAnswers {
  const now = Date.now();
  let { agents } = household;
  let rules = household.empty ? [] : samples.rules(now);
  let refused = household.empty ? [] : samples.refusedRules(now);
  let capabilities = samples.capabilities;
  let settings = household.empty ? { ...samples.settings, folders: [] } : samples.settings;

  function find(connection: string, agent: string): KnownAgentView {
    const found = agents.find((one) => one.id === agent && one.connection === connection);
    if (!found) throw gone('there is no such agent');
    return found;
  }

  function known(connection: string, agent: string, more: Partial<KnownAgentView>): void {
    const old = find(connection, agent);
    const next = { ...old, ...more };
    const most = [next.claim, next.ceiling ?? next.claim].map((level) => LEVELS.indexOf(level));
    next.counts = LEVELS[Math.min(...most)] ?? next.claim;
    agents = agents.map((one) => (one === old ? next : one));
  }

  function changed(id: string): void {
    if (!snapshot().connections.some((one) => one.id === id)) throw gone('there is no such one');
  }

  return {
    'rules/list': () => ({ rules, refused }),
    'rules/add': ({ rule: document }) => {
      const { id, answer } = document as { id: string; answer: 'forbid' | 'ask' };
      rules = [rule(Date.now(), { id, document, answer, sentence: `${answer}: ${id}` }), ...rules];
      return { id };
    },
    'rules/remove': ({ id }) => {
      rules = rules.filter((one) => one.id !== id);
      refused = refused.filter((one) => one.rule.id !== id);
      return {};
    },
    'agents/list': () => ({ agents }),
    'agents/ceiling': ({ connection, agent, ceiling }) => {
      known(connection, agent, { ceiling });
      return {};
    },
    'agents/mute': ({ connection, agent, muted }) => {
      known(connection, agent, { muted });
      return {};
    },
    'agents/history': ({ connection, agent }) => {
      find(connection, agent);
      return { changes: agent === 'release-bot' ? samples.levelChanges(now) : [] };
    },
    'gate/explain': ({ line, level }) => {
      if (line.includes('"')) throw invalid('the quotation is never closed');
      const script = /[;$<>]/.test(line);
      const allowed = level === 'autonomous';
      return {
        verdict: allowed ? 'ask' : 'forbid',
        reasons: allowed
          ? asked('shell', 'autonomous')
          : [
              {
                said: 'free',
                because: { type: 'switch', capability: 'shell', on: true },
                decided: false,
                answered: false,
              },
              {
                said: 'forbid',
                because: { type: 'floor', capability: 'shell', needs: 'autonomous', has: level },
                decided: true,
                answered: false,
              },
            ],
        sentences: [],
        missed: allowed ? ['rule-7 is for `git log --oneline` only'] : [],
        risks: /\brm\b/.test(line) ? [{ kind: 'destructive', part: 'rm' }] : [],
        scriptBecause: script ? 'it redirects, or puts in what another command prints' : null,
      };
    },
    'capabilities/list': () => ({ capabilities }),
    'capabilities/set': ({ capability, on }) => {
      capabilities = capabilities.map((one) =>
        one.capability === capability ? { ...one, on } : one,
      );
      return {};
    },
    'standing/set': ({ capability, level, verdict }) => {
      publish({
        type: 'standing',
        standing: snapshot().standing.map((row) =>
          row.capability === capability
            ? tightened({ ...row, [level]: { ...row[level], verdict } })
            : row,
        ),
      });
      return {};
    },
    'settings/get': () => settings,
    'settings/set': (params) => {
      const wrong = params.folders?.find(({ path }) => !path.startsWith('/'));
      if (wrong) throw invalid(`the folder ${wrong.path} cannot be used: there is no such folder`);
      const { camera, ...rest } = params;
      settings = { ...settings, ...rest };
      if (camera !== undefined) settings = { ...settings, camera: camera === '' ? null : camera };
      return settings;
    },
    'connections/change': ({ id, name, ceiling, paused }) => {
      changed(id);
      publish({
        type: 'connections',
        connections: snapshot().connections.map((one) =>
          one.id === id
            ? {
                ...one,
                name: name ?? one.name,
                ceiling: ceiling ?? one.ceiling,
                paused: paused ?? one.paused,
              }
            : one,
        ),
      });
      return {};
    },
    'connections/remove': ({ id }) => {
      changed(id);
      publish({
        type: 'connections',
        connections: snapshot().connections.filter((one) => one.id !== id),
      });
      return {};
    },
    'record/checkpoint': () => ({
      checkpoint: 'chaperone-record 8214 5f1c0e2b9d7a4c3e MEQCIFmXw0yq4b…',
    }),
  };
}
