import { describe, expect, it } from 'vitest';
import { codeOf, known, newest, sorted, together, type Asked } from './fold';
import type { Device, Proposal, Session, Supervised, Training } from './shapes';

function device(id: string, status: Device['status'] = 'offline'): Device {
  return { id, name: `the ${id}`, status, platform: 'linux', last_seen: '2026-11-21T10:00:00Z' };
}

function session(id: string, kind: Session['kind'], device_id: string | null): Session {
  const at = '2026-11-20T10:00:00Z';
  return {
    current: false,
    id,
    kind,
    label: `label of ${id}`,
    device_id,
    fingerprint: null,
    created_at: at,
    used_at: at,
  };
}

describe('devices and their pairings', () => {
  it('belong together by the id, and the connected come first', () => {
    const list = known(
      [device('attic'), device('desk', 'online'), device('guest')],
      [
        session('1', 'device', 'attic'),
        session('2', 'device', 'desk'),
        session('3', 'person', null),
      ],
    );
    expect(list.map(({ name, pairing }) => [name, pairing?.id ?? null])).toEqual([
      ['the desk', '2'],
      ['the attic', '1'],
      ['the guest', null],
    ]);
  });

  it('lists a pairing whose device never came, under the name that it was given', () => {
    const [one] = known([], [session('1', 'device', 'desk')]);
    expect(one).toMatchObject({ name: 'label of 1', device: null });
  });
});

describe('the audit of several devices', () => {
  function line(id: number, created_at: string): Asked {
    return {
      id: String(id),
      action_type: 'notification',
      success: true,
      error_message: null,
      created_at,
      agent_id: null,
      governance_allowed: true,
      device: 'desk',
    };
  }

  it('is one list, the newest first, whatever the moments look like', () => {
    const lines = [
      line(1, '2026-11-21T10:00:00Z'),
      line(2, '2026-11-21T10:00:00.5Z'),
      line(3, '2026-11-20T23:00:00Z'),
    ];
    expect(newest(lines).map(({ id }) => id)).toEqual(['2', '1', '3']);
  });

  it('ends somewhere', () => {
    const many = Array.from({ length: 250 }, (_, index) => line(index, '2026-11-21T10:00:00Z'));
    expect(newest(many)).toHaveLength(200);
  });
});

it.each([
  ['#ABCD-EFGH', '', 'ABCD-EFGH'],
  ['', '?code=ABCD-EFGH', 'ABCD-EFGH'],
  ['#%41', '?code=other', 'A'],
  ['#%', '', '%'],
  ['', '', ''],
])('reads the code out of %j and %j', (hash, search, code) => {
  expect(codeOf({ hash, search })).toBe(code);
});

describe('what agents want and do of their own accord', () => {
  const proposal = (id: string, created_at: string): Proposal => ({
    id,
    agent_id: 'a',
    device_id: null,
    proposed_action: {},
    created_at,
    expires_at: created_at,
  });
  const training = (id: string, status: Training['status'], created_at = ''): Training => ({
    id,
    agent_id: 'a',
    agent_name: null,
    device_id: null,
    capability_gaps: [],
    status,
    outcome: null,
    created_at,
    approved_at: null,
  });
  const supervised = (session_id: string, status: Supervised['status']): Supervised => ({
    session_id,
    agent_id: 'a',
    agent_name: 'A',
    device_node_id: 'pc',
    action_type: 'camera_snap',
    status,
    started_at: '',
    completed_at: null,
    paused: false,
    guidance: null,
    supervisor_rating: null,
    feedback: null,
  });

  it('is sorted by what can be done about it, what has waited longest first', () => {
    const parts = sorted({
      proposals: [proposal('new', '2026-11-22T10:00:00Z'), proposal('old', '2026-11-20T10:00:00Z')],
      trainings: [
        training('between', 'pending_approval', '2026-11-21T10:00:00Z'),
        training('going on', 'approved'),
        training('refused', 'rejected'),
        training('complete', 'executed'),
      ],
      sessions: [
        supervised('a', 'running'),
        supervised('b', 'completed'),
        supervised('c', 'interrupted'),
        supervised('d', 'terminated'),
      ],
    });
    expect(parts.empty).toBe(false);
    expect(parts.waiting.map(({ id }) => id)).toEqual(['old', 'between', 'new']);
    expect(parts.underway.map(({ session_id }) => session_id)).toEqual(['a', 'c']);
    expect(parts.over.map(({ session_id }) => session_id)).toEqual(['b', 'd']);
    expect(parts.trainings.map(({ id }) => id)).toEqual(['going on', 'complete']);
  });

  it('is nothing where there is only what was refused', () => {
    const trainings = [training('refused', 'rejected')];
    expect(sorted({ proposals: [], trainings, sessions: [] }).empty).toBe(true);
  });

  it('keeps what goes on although many things began after it', () => {
    const all = [supervised('new', 'completed')];
    const active = [supervised('new', 'running'), supervised('long ago', 'running')];
    expect(together(all, active).map(({ session_id, status }) => [session_id, status])).toEqual([
      ['new', 'completed'],
      ['long ago', 'running'],
    ]);
  });
});
