// A host without an app: answers from memory. For development and tests, never for people.

import type { Calls } from '../api/client';
import { ApiFailure } from '../api/error';
import type { ActionView } from '../api/generated/ActionView';
import type { ActivityAction } from '../api/generated/ActivityAction';
import type { ActivityEntry } from '../api/generated/ActivityEntry';
import type { Change } from '../api/generated/Change';
import type { RequestView } from '../api/generated/RequestView';
import type { Snapshot } from '../api/generated/Snapshot';
import { display, film, picture, torn, tornFilm } from './captures';
import { decidedAnswers, type Household } from './fake-answers';
import { listed } from './fake-record';
import * as decided from './fake-samples';
import { signInAnswers } from './fake-sign-in';
import type { Host, HostDesktop, HostMessage } from './host';
import { briefMemory, type Memory } from './memory';
import * as samples from './samples';

export interface FakeHost extends Host {
  /** Every call made, in order. */
  readonly calls: { name: string; params: unknown }[];
  /** Publishes a change, as the app would. */
  publish(change: Change): void;
  /** Says anything to those who listen. */
  say(message: HostMessage): void;
  /** What the next call of this name rejects with. */
  fail(name: string, failure: ApiFailure): void;
}

export interface Scene {
  snapshot: Snapshot;
  record: ActivityEntry[];
  /** As after some time, unless said otherwise. */
  household?: Household;
  memory?: Memory;
  /** Absent where the page is not in a window of the app. */
  desktop?: HostDesktop;
}

type Answers = {
  [Name in keyof Calls]: (
    params: Calls[Name]['params'],
  ) => Calls[Name]['response'] | Promise<Calls[Name]['response']>;
};

/** Small, so that what is read here comes in parts, too. */
const PART = 1_000;
const KEPT = { picture, display, film, torn, tornFilm };
/** A capture of which no more than the first part ever comes. */
export const SLOW = 'slow';
/** A capture that cannot be read the first time. */
export const FAILING = 'failing';

const output = {
  stdout: Array.from({ length: 40 }, (_, line) => `a1b2c3${line} Say what changed`).join('\n'),
  stderr: 'warning: <script>alert(1)</script> is only text\n',
  cutBytes: 1_234_567,
  containment: 'read-only, no network',
};

/** An action as the record keeps it. */
function shortened(action: ActionView): ActivityAction {
  switch (action.type) {
    case 'notification':
      return { type: 'notification', title: action.title };
    case 'shell':
      return { type: 'shell', line: action.line };
    case 'location':
      return { type: 'location', precision: action.precision };
    case 'recording':
      return { type: 'recording', seconds: action.seconds, audio: action.hears !== null };
    case 'camera':
    case 'screenshot':
    case 'endRecording':
      return { type: action.type };
  }
}

export function fakeHost({ snapshot: start, record: written, ...scene }: Scene): FakeHost {
  let snapshot = start;
  let record = written;
  const listeners = new Set<(message: HostMessage) => void>();
  const calls: FakeHost['calls'] = [];
  const failures = new Map<string, ApiFailure>();
  const household = scene.household ?? { agents: decided.agents(Date.now()), empty: false };
  let artifacts = household.empty ? [] : decided.artifacts(Date.now(), 14);
  let tried = false;

  function say(message: HostMessage): void {
    for (const on of listeners) on(message);
  }

  function publish(change: Change): void {
    snapshot = { ...snapshot, seq: snapshot.seq + 1 };
    if (change.type === 'activity') {
      record = [change.entry, ...record];
      snapshot = { ...snapshot, recent: record.slice(0, 20) };
    } else {
      const { type, ...part } = change;
      snapshot = { ...snapshot, ...part };
    }
    say({ type: 'event', event: { seq: snapshot.seq, change } });
  }

  function settle(id: string, ended: 'allowed' | 'denied'): void {
    const request = snapshot.requests.find((one) => one.id === id);
    if (!request) return;
    publish({ type: 'requests', requests: snapshot.requests.filter((one) => one.id !== id) });
    publish({
      type: 'activity',
      entry: {
        seq: (record[0]?.seq ?? 0) + 1,
        at: Date.now(),
        what: {
          type: 'command',
          id,
          agent: request.agent,
          connection: request.connection,
          action: shortened(request.action),
          reasons: request.reasons,
          ended,
          message: null,
          exitCode: ended === 'allowed' && request.action.type === 'shell' ? 0 : null,
          tookMs: ended === 'allowed' ? 31 : null,
        },
      },
    });
  }

  /** The request that was shown, and no other. */
  function shown(id: string, digest: string): RequestView {
    const request = snapshot.requests.find((one) => one.id === id);
    if (!request) {
      throw new ApiFailure({ code: 'gone', message: 'it is answered already', hint: null });
    }
    if (request.digest !== digest) {
      throw new ApiFailure({ code: 'changed', message: 'it changed', hint: null });
    }
    return request;
  }

  const answers: Answers = {
    ...decidedAnswers(() => snapshot, publish, household),
    ...signInAnswers(() => snapshot, publish),
    'state/snapshot': () => snapshot,
    'requests/answer': ({ id, digest, decision }) => {
      const request = shown(id, digest);
      if (!request.decisions.includes(decision)) {
        throw new ApiFailure({ code: 'invalid', message: 'it takes no such answer', hint: null });
      }
      if (decision === 'retake') {
        publish({
          type: 'requests',
          requests: snapshot.requests.map((one) =>
            one.id === id ? { ...one, digest: `${digest} again` } : one,
          ),
        });
        return {};
      }
      settle(id, decision === 'deny' || decision === 'discard' ? 'denied' : 'allowed');
      return {};
    },
    'requests/allowAlways': ({ id, digest }) => {
      const [rule] = shown(id, digest).rules;
      if (!rule) throw new ApiFailure({ code: 'invalid', message: 'no such rule', hint: null });
      publish({
        type: 'activity',
        entry: {
          seq: (record[0]?.seq ?? 0) + 1,
          at: Date.now(),
          what: { type: 'ruleAdded', sentence: rule.sentence, terms: rule },
        },
      });
      settle(id, 'allowed');
      return {};
    },
    'artifacts/list': ({ command, before, limit }) => {
      if (command !== undefined) {
        return { artifacts: samples.kept(command, Date.now()), more: false };
      }
      const from = artifacts.filter(({ number }) => before === null || number < before);
      return { artifacts: from.slice(0, limit), more: from.length > limit };
    },
    'artifacts/delete': ({ id }) => {
      artifacts = artifacts.filter((one) => one.id !== id);
      return { leftovers: 'nothing of it is left that could be read' };
    },
    'artifacts/thumbnail': () => picture,
    'artifacts/read': ({ id, offset }) => {
      if (id === SLOW && offset > 0) return new Promise(() => undefined);
      if (id === FAILING && !tried) {
        tried = true;
        throw new ApiFailure({ code: 'failed', message: 'the disk does not answer', hint: null });
      }
      const kept = { ...KEPT, [SLOW]: display, [FAILING]: picture }[id];
      if (!kept) throw new ApiFailure({ code: 'gone', message: 'it is not kept', hint: null });
      const content = atob(kept.base64);
      return {
        mediaType: kept.mediaType,
        bytes: content.length,
        base64: btoa(content.slice(offset, offset + PART)),
      };
    },
    'artifacts/trim': ({ id, from, to }) => {
      publish({
        type: 'requests',
        requests: snapshot.requests.map((one) =>
          one.review?.artifact === id
            ? {
                ...one,
                digest: `${one.digest} ${from}-${to}`,
                review: { ...one.review, seconds: Math.round((to - from) / 1000) },
              }
            : one,
        ),
      });
      return { from, to };
    },
    'requests/denyAll': ({ agent }) => {
      for (const request of snapshot.requests) {
        if (agent === null || request.agent.id === agent) settle(request.id, 'denied');
      }
      return {};
    },
    'requests/shown': () => ({}),
    'requests/practice': ({ title, body }) => {
      const request = samples.notification(Date.now(), { id: 'practice', digest: 'practice' });
      const action = { type: 'notification', title, body } as const;
      publish({ type: 'requests', requests: [...snapshot.requests, { ...request, action }] });
      return {};
    },
    'running/stop': ({ id }) => {
      publish({ type: 'running', running: snapshot.running.filter((one) => one.id !== id) });
      return {};
    },
    'pause/set': ({ paused }) => {
      publish({ type: 'paused', paused });
      return {};
    },
    'connections/tryNow': ({ id }) => {
      publish({
        type: 'connections',
        connections: snapshot.connections.map((one) =>
          one.id === id ? { ...one, phase: 'connecting', nextTryAt: null } : one,
        ),
      });
      return {};
    },
    'activity/list': (wanted) => listed(record, wanted),
    'activity/output': ({ id }) => {
      if (id.startsWith('29')) {
        throw new ApiFailure({ code: 'gone', message: 'it printed nothing', hint: null });
      }
      return output;
    },
    'record/verify': () => ({ entries: record[0]?.seq ?? 0, broken: null, searchMended: false }),
    'agents/starters': () => ({ starters: samples.starters }),
  };

  return {
    calls,
    publish,
    say,
    fail: (name, failure) => {
      failures.set(name, failure);
    },
    call<T>(name: string, params: object): Promise<T> {
      calls.push({ name, params });
      return Promise.resolve().then(() => {
        const failure = failures.get(name);
        failures.delete(name);
        if (failure) throw failure;
        const answer = answers[name as keyof Calls] as (params: object) => T;
        return answer(params);
      });
    },
    subscribe(on) {
      listeners.add(on);
      on({ type: 'snapshot', snapshot });
      return () => {
        listeners.delete(on);
      };
    },
    memory: scene.memory ?? briefMemory({ welcome: 'over' }),
    browse: () => undefined,
    cuts: true,
    window: { resize: () => undefined },
    desktop: scene.desktop ?? null,
  };
}
