// What the host without an app answers about the person's decisions, and remembers of them.

import type { Calls } from '../api/client';
import { ApiFailure } from '../api/error';
import type { Change } from '../api/generated/Change';
import type { LinkSettingsParams } from '../api/generated/LinkSettingsParams';
import type { LinkSettingsView } from '../api/generated/LinkSettingsView';
import type { HubSwitchView } from '../api/generated/HubSwitchView';
import type { ExplainResponse } from '../api/generated/ExplainResponse';
import type { HindranceView } from '../api/generated/HindranceView';
import type { KnownAgentView } from '../api/generated/KnownAgentView';
import type { RuleMatchView } from '../api/generated/RuleMatchView';
import type { Snapshot } from '../api/generated/Snapshot';
import type { OwnAgentView } from '../api/generated/OwnAgentView';
import type { SourcesView } from '../api/generated/SourcesView';
import type { StandingCell } from '../api/generated/StandingCell';
import type { StandingRow } from '../api/generated/StandingRow';
import { DEAF, switched, TAKES, WAITED } from './fake-hub';
import * as samples from './fake-samples';
import { entry, tryOut } from './fake-trials';
import { asked, rule } from './requests';
import { startersAsOwn } from './samples';

/** The calls that are answered here. */
type Decided = Extract<
  keyof Calls,
  | `rules/${string}`
  | `agents/${string}`
  | `gate/${string}`
  | `capabilities/${string}`
  | `standing/${string}`
  | `settings/${string}`
  | 'connections/get'
  | 'connections/change'
  | 'connections/remove'
  | 'connections/switch'
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
  /** What is in the way of whatever the person tries. */
  hindrance?: HindranceView | null;
}

/** As much of a rule's document as is read here. */
interface Kept {
  id: string;
  answer: 'forbid' | 'ask';
  shape: RuleMatchView;
  scope: { connection?: string; agent?: string };
}

/** A connection that nobody changed. */
const USUAL: LinkSettingsView = {
  socket: true,
  polling: true,
  attempts: null,
  heartbeatSeconds: null,
  pollSeconds: null,
  unencrypted: false,
  pin: null,
};

const LEVELS = ['student', 'intern', 'supervised', 'autonomous'] as const;

function gone(message: string): ApiFailure {
  return new ApiFailure({ code: 'gone', message, hint: null });
}

function notNow(message: string): ApiFailure {
  return new ApiFailure({ code: 'notAllowed', message, hint: null });
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

function chosen(found: SourcesView, id: string | null): SourcesView {
  if (id === null) return found;
  const sources = found.sources.map((one) => ({ ...one, used: one.id === id }));
  return { ...found, sources, chosen: id };
}

/** A little of what makes a line a script. */
function needsShell(line: string): Pick<ExplainResponse, 'scriptBecause' | 'needsShell'> {
  if (/[<>]/.test(line)) {
    return { scriptBecause: 'it redirects a file', needsShell: { type: 'redirection' } };
  }
  if (line.includes('$')) {
    const scriptBecause = 'it holds `$`, which a shell replaces before anything runs';
    return { scriptBecause, needsShell: { type: 'expansion' } };
  }
  if (line.startsWith('cd ')) {
    const scriptBecause = '`cd` exists only inside a shell';
    return { scriptBecause, needsShell: { type: 'builtin', name: 'cd' } };
  }
  return { scriptBecause: null, needsShell: null };
}

export function decidedAnswers(
  snapshot: () => Snapshot,
  publish: (change: Change) => void,
  household: Household,
): DecidedAnswers {
  const now = Date.now();
  const linked = new Map<string, LinkSettingsParams>();
  let own = household.empty ? [] : samples.ownAgents(now);
  let { agents } = household;
  let rules = household.empty ? [] : samples.rules(now);
  let refused = household.empty ? [] : samples.refusedRules(now);
  let capabilities = samples.capabilities;
  let settings = household.empty ? { ...samples.settings, folders: [] } : samples.settings;

  function ownAgent(id: string): OwnAgentView {
    const found = own.find((one) => one.id === id);
    if (!found) throw gone('there is no such agent');
    return found;
  }

  function ownChanged(next: OwnAgentView): void {
    own = own.map((one) => (one.id === next.id ? next : one));
  }

  /** Shown once, as by the app. */
  function newKey(agent: string, label: string) {
    const found = ownAgent(agent);
    const id = `key-${found.keys.length}`;
    const key = `chp_${agent}_${id}_7c1f09a4e2d84b6f`;
    ownChanged({ ...found, keys: [...found.keys, { id, label, createdAt: Date.now() }] });
    const curl = `curl http://127.0.0.1:7377/api/devices/notification -H 'Authorization: Bearer ${key}'`;
    return { agent, id, key, curl };
  }

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
      const { id, answer, shape, scope } = document as Kept;
      const made = rule(Date.now(), {
        id,
        document,
        answer,
        sentence: `${answer}: ${id}`,
        matches: shape,
        connection: scope.connection ?? null,
        agent: scope.agent ?? null,
        folder: null,
      });
      rules = [made, ...rules];
      return { id };
    },
    'rules/remove': ({ id }) => {
      rules = rules.filter((one) => one.id !== id);
      refused = refused.filter((one) => one.rule.id !== id);
      return {};
    },
    'agents/list': () => ({ agents }),
    'agents/own': () => ({
      // The hub counts the starters among its own.
      agents: [...startersAsOwn(now), ...own],
      hub: samples.hubFacts,
      perMinute: { least: 1, most: 10_000 },
    }),
    'agents/create': ({ name, level }) => {
      const id = `agent-${own.length}`;
      own = [...own, { id, name, level, perMinute: 100, createdAt: Date.now(), keys: [] }];
      return newKey(id, 'first');
    },
    'agents/newKey': ({ agent, label }) => newKey(agent, label),
    'agents/revokeKey': ({ agent, key }) => {
      const found = ownAgent(agent);
      if (!found.keys.some(({ id }) => id === key)) throw gone('there is no such key');
      ownChanged({ ...found, keys: found.keys.filter(({ id }) => id !== key) });
      return {};
    },
    'agents/limit': ({ agent, perMinute }) => {
      ownChanged({ ...ownAgent(agent), perMinute });
      return {};
    },
    'agents/remove': ({ agent }) => {
      ownAgent(agent);
      own = own.filter(({ id }) => id !== agent);
      return {};
    },
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
        misses: allowed ? [{ rule: 'rule-7', why: { type: 'otherProgram' }, word: 'ls' }] : [],
        risks: /\brm\b/.test(line) ? [{ kind: 'destructive', part: 'rm' }] : [],
        ...needsShell(line),
      };
    },
    'capabilities/list': () => ({ capabilities }),
    'capabilities/devices': () => {
      const { cameras, displays } = samples.devices;
      const { camera, display } = settings;
      return { cameras: chosen(cameras, camera), displays: chosen(displays, display) };
    },
    'capabilities/set': ({ capability, on }) => {
      capabilities = capabilities.map((one) =>
        one.capability === capability ? { ...one, on } : one,
      );
      return {};
    },
    'capabilities/try': (params) => {
      const { paused, recent } = snapshot();
      const hindrance = household.hindrance ?? null;
      const came = tryOut(params, { capabilities, settings, paused, hindrance });
      const told = entry(params, came, (recent[0]?.seq ?? 0) + 1);
      if (told !== null) publish({ type: 'activity', entry: told });
      return came;
    },
    // What is tried here is over at once.
    'capabilities/tryCancel': () => ({}),
    'standing/set': ({ capability, level, ...cell }) => {
      // What is not said stays.
      const set: Partial<StandingCell> = cell;
      publish({
        type: 'standing',
        standing: snapshot().standing.map((row) =>
          row.capability === capability
            ? tightened({ ...row, [level]: { ...row[level], ...set } })
            : row,
        ),
      });
      return {};
    },
    'settings/get': () => settings,
    'settings/set': (params) => {
      const wrong = params.folders?.find(({ path }) => !path.startsWith('/'));
      if (wrong) throw invalid(`the folder ${wrong.path} cannot be used: there is no such folder`);
      const { camera, display, ...rest } = params;
      settings = { ...settings, ...rest };
      for (const [name, value] of Object.entries({ camera, display })) {
        if (value !== undefined) settings = { ...settings, [name]: value === '' ? null : value };
      }
      return settings;
    },
    'connections/get': ({ id }) => {
      const connection = snapshot().connections.find((one) => one.id === id);
      if (!connection) throw gone('there is no such one');
      const kept = connection.changeable !== null;
      return {
        connection,
        device: kept ? 'ada-desktop-7c1f09a4' : null,
        fingerprint: '7C1F 09A4 E2D8 4B6F 95A3 11C0 D2E7 8F64',
        pairedAt: kept ? now - 40 * 86_400_000 : null,
        settings: kept ? { ...USUAL, ...linked.get(id) } : null,
        lastTrouble:
          connection.trouble === null
            ? null
            : { at: now - 60_000, message: connection.trouble, remedy: connection.remedy },
      };
    },
    'connections/change': ({ id, name, ceiling, paused, settings: link }) => {
      changed(id);
      if (link) linked.set(id, { ...linked.get(id), ...link });
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
    'connections/switch': ({ id, name, on }) => {
      const found = snapshot().connections.find((one) => one.id === id);
      const which = found?.told?.switches.find((one) => one.name === name);
      if (!found || !which) throw gone('this hub has no such switch');
      if (found.phase !== 'connected' || found.paused) {
        throw notNow('this hub is not connected: wait until it is');
      }
      if (which.asked !== null) throw notNow('the hub was asked to switch this already');
      const say = (more: Partial<HubSwitchView>) => {
        publish({
          type: 'connections',
          connections: snapshot().connections.map((one) =>
            one.id === id ? switched(one, name, more) : one,
          ),
        });
      };
      say({ asked: on, unanswered: null });
      if (name === DEAF) {
        setTimeout(() => {
          say({ asked: null, unanswered: on });
        }, WAITED);
      } else {
        setTimeout(() => {
          say({ on, toldAt: Date.now(), current: true, asked: null });
        }, TAKES);
      }
      return {};
    },
    'record/checkpoint': () => ({
      checkpoint: 'chaperone-record 8214 5f1c0e2b9d7a4c3e MEQCIFmXw0yq4b…',
    }),
  };
}
