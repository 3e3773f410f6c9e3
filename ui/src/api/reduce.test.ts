import { describe, expect, it } from 'vitest';
import * as samples from '../host/samples';
import type { HostMessage } from '../host/host';
import type { Change } from './generated/Change';
import { reduce, START, type State } from './reduce';

const NOW = 1_700_000_000_000;

function event(seq: number, change: Change): HostMessage {
  return { type: 'event', event: { seq, change } };
}

function fresh(seq: number): HostMessage {
  return { type: 'snapshot', snapshot: samples.snapshot({ seq }) };
}

function run(...messages: HostMessage[]): State {
  return messages.reduce(reduce, START);
}

const pause: Change = { type: 'paused', paused: true };

describe('reduce', () => {
  it('begins with a snapshot', () => {
    expect(run(fresh(7))).toEqual({
      snapshot: samples.snapshot({ seq: 7 }),
      link: 'live',
      behind: false,
      seen: 7,
    });
  });

  it('folds each change into its own part and leaves the others', () => {
    const [entry] = samples.record(NOW, 1);
    if (!entry) throw new Error('no sample');
    const changes: Change[] = [
      pause,
      { type: 'connections', connections: [] },
      { type: 'requests', requests: [samples.request(NOW)] },
      { type: 'running', running: [samples.running(NOW)] },
      { type: 'activity', entry },
      { type: 'notices', notices: ['no keyring'] },
      { type: 'revisions', revisions: { agents: 1, rules: 2, settings: 1, capabilities: 1 } },
    ];
    const state = run(fresh(1), ...changes.map((change, index) => event(index + 2, change)));
    expect(state.snapshot).toEqual(
      samples.snapshot({
        seq: 8,
        paused: true,
        connections: [],
        requests: [samples.request(NOW)],
        running: [samples.running(NOW)],
        recent: [entry],
        notices: ['no keyring'],
        revisions: { agents: 1, rules: 2, settings: 1, capabilities: 1 },
      }),
    );
    expect(state.behind).toBe(false);
  });

  it('keeps the newest twenty entries, newest first', () => {
    const record = samples.record(NOW, 25).reverse();
    const state = run(
      fresh(0),
      ...record.map((entry, index) => event(index + 1, { type: 'activity', entry })),
    );
    expect(state.snapshot?.recent).toEqual(record.slice(5).reverse());
  });

  it('ignores what it already knows', () => {
    const before = run(fresh(5));
    expect(reduce(before, event(5, pause))).toBe(before);
    expect(reduce(before, event(4, pause))).toBe(before);
  });

  it('does not fold over a gap, and says that it is behind', () => {
    const state = run(fresh(5), event(7, pause));
    expect(state.behind).toBe(true);
    expect(state.snapshot?.paused).toBe(false);
    expect(state.snapshot?.seq).toBe(5);
  });

  it('is not content with a snapshot older than what it heard of', () => {
    const behind = run(fresh(5), event(9, pause));
    expect(reduce(behind, fresh(8))).toMatchObject({ behind: true, snapshot: { seq: 5 } });
    expect(reduce(behind, fresh(9))).toMatchObject({ behind: false, snapshot: { seq: 9 } });
  });

  it('catches up when the missing change comes after all, but only with the last one', () => {
    const behind = run(fresh(5), event(7, pause), event(6, pause));
    expect(behind).toMatchObject({ behind: true, snapshot: { seq: 6 } });
    expect(reduce(behind, event(7, pause))).toMatchObject({ behind: false, snapshot: { seq: 7 } });
  });

  it('keeps what it knew when the link is lost, and takes an app that counts anew', () => {
    const lost = run(fresh(50), { type: 'lost' });
    expect(lost).toMatchObject({ link: 'lost', snapshot: { seq: 50 } });
    expect(reduce(lost, fresh(1))).toMatchObject({ link: 'live', behind: false, seen: 1 });
  });

  it('does not trust a change that comes before any snapshot', () => {
    expect(run(event(3, pause))).toMatchObject({ snapshot: null, behind: true });
  });
});
