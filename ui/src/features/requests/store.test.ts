import { beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../../api/client';
import { ApiFailure } from '../../api/error';
import { fakeHost, type FakeHost } from '../../host/fake';
import * as samples from '../../host/samples';
import { companions, groupByAgent } from './groups';
import { Requests } from './store.svelte';

const NOW = 1_700_000_000_000;
const first = samples.request(NOW);
const second = samples.request(NOW, { id: '44', digest: 'sha256:44' });
const other = samples.notification(NOW);
// The same name and id at another hub is somebody else.
const namesake = samples.request(NOW, { id: '45', digest: 'sha256:45', connection: 'Elsewhere' });
const all = [first, other, second, namesake];

let host: FakeHost;
let requests: Requests;

beforeEach(() => {
  host = fakeHost({ snapshot: samples.snapshot({ requests: all }), record: [] });
  requests = new Requests(new Client(host));
});

describe('groups', () => {
  it('groups by agent and hub, in order of the first request', () => {
    expect(groupByAgent(all).map((group) => group.requests.map(({ id }) => id))).toEqual([
      ['41', '44'],
      ['42'],
      ['45'],
    ]);
  });

  it('finds those of the same agent', () => {
    expect(companions(second, all)).toEqual([first, second]);
  });
});

describe('answers', () => {
  it('carry the digest of what was shown', async () => {
    await requests.answer(first, 'allowOnce');
    expect(host.calls).toEqual([
      {
        name: 'requests/answer',
        params: { id: '41', digest: 'sha256:41', decision: 'allowOnce' },
      },
    ]);
  });

  it('are given once', async () => {
    const answers = [requests.answer(first, 'deny'), requests.answer(first, 'allowOnce')];
    expect(requests.isAnswering(first)).toBe(true);
    await Promise.all(answers);
    expect(host.calls).toHaveLength(1);
    expect(requests.isAnswering(first)).toBe(false);
  });

  it('tell when they were refused', async () => {
    const failure = await requests.answer({ ...first, digest: 'sha256:old' }, 'allowOnce');
    expect(failure?.code).toBe('changed');
  });

  it('to all of one agent leave its namesake alone, and do not mind what is over', async () => {
    host.fail('requests/answer', new ApiFailure({ code: 'gone', message: 'over', hint: null }));
    await expect(requests.denyAll(companions(first, all))).resolves.toBeNull();
    expect(host.calls.map(({ params }) => params)).toEqual([
      { id: '41', digest: 'sha256:41', decision: 'deny' },
      { id: '44', digest: 'sha256:44', decision: 'deny' },
    ]);
  });
});
