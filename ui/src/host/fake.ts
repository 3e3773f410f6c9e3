// A host without an app: answers from memory. For development and tests, never for people.

import type { Calls } from '../api/client';
import { ApiFailure } from '../api/error';
import type { ActivityEntry } from '../api/generated/ActivityEntry';
import type { Change } from '../api/generated/Change';
import type { Snapshot } from '../api/generated/Snapshot';
import type { Host, HostMessage } from './host';
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
}

type Answers = {
  [Name in keyof Calls]: (params: Calls[Name]['params']) => Calls[Name]['response'];
};

const PAGE = 50;

export function fakeHost({ snapshot: start, record: written }: Scene): FakeHost {
  let snapshot = start;
  let record = written;
  const listeners = new Set<(message: HostMessage) => void>();
  const calls: FakeHost['calls'] = [];
  const failures = new Map<string, ApiFailure>();

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
    const { action } = request;
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
          action:
            action.type === 'shell'
              ? { type: 'shell', line: action.line }
              : { type: 'notification', title: action.title },
          reasons: request.reasons,
          ended,
          message: null,
          exitCode: ended === 'allowed' && action.type === 'shell' ? 0 : null,
          tookMs: ended === 'allowed' ? 31 : null,
        },
      },
    });
  }

  const answers: Answers = {
    'state/snapshot': () => snapshot,
    'requests/answer': ({ id, digest, decision }) => {
      const request = snapshot.requests.find((one) => one.id === id);
      if (!request) {
        throw new ApiFailure({ code: 'gone', message: 'it is answered already', hint: null });
      }
      if (request.digest !== digest) {
        throw new ApiFailure({ code: 'changed', message: 'it changed', hint: null });
      }
      settle(id, decision === 'deny' ? 'denied' : 'allowed');
      return {};
    },
    'requests/denyAll': ({ agent }) => {
      for (const request of snapshot.requests) {
        if (agent === null || request.agent.id === agent) settle(request.id, 'denied');
      }
      return {};
    },
    'requests/shown': () => ({}),
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
    'activity/list': ({ before, limit }) => {
      const from = record.filter(({ seq }) => before === null || seq < before);
      const size = Math.min(limit, PAGE);
      return { entries: from.slice(0, size), more: from.length > size };
    },
    'activity/output': () => ({
      stdout: Array.from({ length: 40 }, (_, line) => `a1b2c3${line} Say what changed`).join('\n'),
      stderr: 'warning: <script>alert(1)</script> is only text\n',
      cutBytes: 1_234_567,
      containment: 'read-only, no network',
    }),
    'record/verify': () => ({ entries: record[0]?.seq ?? 0, broken: null }),
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
    window: { resize: () => undefined },
  };
}

/** A scene by the page's `?scene=`: first, quiet, paused, script, notification, many; busy if none. */
export function scenario(search: string, now = Date.now()): Scene {
  const record = samples.record(now, 120);
  const busy: Partial<Snapshot> = {
    requests: [samples.notification(now), samples.request(now)],
    running: [samples.running(now)],
    recent: record.slice(0, 20),
    connections: [
      samples.connection(),
      samples.connection({
        id: 'atom',
        name: 'Atom at work',
        address: 'wss://atom.example.org/api/devices/ws',
        phase: 'waiting',
        failedAttempts: 3,
        nextTryAt: now + 8_000,
        roundTripMs: null,
        trouble: 'The server closed the line (restart).',
        ceiling: 'intern',
      }),
    ],
  };
  switch (new URLSearchParams(search).get('scene')) {
    case 'first':
      return { snapshot: samples.snapshot(), record: [] };
    case 'quiet':
      return { snapshot: samples.snapshot({ recent: record.slice(0, 20) }), record };
    case 'paused':
      return { snapshot: samples.snapshot({ ...busy, running: [], paused: true }), record };
    case 'script':
      return { snapshot: samples.snapshot({ requests: [samples.script(now)] }), record };
    case 'notification':
      return { snapshot: samples.snapshot({ requests: [samples.notification(now)] }), record };
    case 'many':
      return {
        snapshot: samples.snapshot({
          ...busy,
          notices: ['No keyring was found: secrets are kept in a file that only you can read.'],
          requests: [
            samples.script(now),
            samples.request(now),
            samples.notification(now),
            samples.request(now, {
              id: '44',
              digest: 'sha256:44',
              action: samples.shell('grep -rn "to do" .', {
                programs: [{ argv: ['grep', '-rn', 'to do', '.'], path: '/usr/bin/grep' }],
              }),
              risks: [],
            }),
          ],
        }),
        record,
      };
    case null:
    default:
      return { snapshot: samples.snapshot(busy), record };
  }
}
