import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from '../../api/client';
import { ApiFailure } from '../../api/error';
import type { ActivityEntry } from '../../api/generated/ActivityEntry';
import type { Ended } from '../../api/generated/Ended';
import { picture } from '../../host/captures';
import { fakeHost, type FakeHost } from '../../host/fake';
import * as samples from '../../host/samples';
import { keptSince, mayHaveCaptured } from './fold';
import { Activity } from './store.svelte';
import { captureIcon } from './text';
import Timeline from './Timeline.svelte';

const NOW = Date.now();
const all = samples.record(NOW, 120);
const SMALL = `data:image/jpeg;base64,${picture.base64}`;

function at(seq: number, type: 'camera' | 'recording' | 'shell', id: string): ActivityEntry {
  const found = all.find(({ what }) => what.type === 'command' && what.action.type === type);
  if (found?.what.type !== 'command') throw new Error(`no ${type} is among the samples`);
  return { seq, at: NOW, what: { ...found.what, id, ended: 'allowed' } };
}

const record = [at(9, 'camera', '33-1'), at(8, 'recording', '30-99'), at(7, 'shell', '37-3')];

afterEach(() => {
  cleanup();
});

function show(host: FakeHost = fakeHost({ snapshot: samples.snapshot(), record })) {
  const activity = new Activity(new Client(host));
  return { host, ...render(Timeline, { activity, recent: record }) };
}

const entry = async (seq: number) => {
  const entries = await screen.findAllByTestId('activity-entry');
  const found = entries.find((one) => one.dataset['seq'] === String(seq));
  if (!found) throw new Error(`entry ${seq} is not shown`);
  return within(found);
};
const asked = ({ calls }: FakeHost) =>
  calls.filter(({ name }) => name === 'artifacts/list').map(({ params }) => params);

describe('what was captured', () => {
  it('is shown small where it is listed, as long as it is kept', async () => {
    const { host } = show();
    const photo = await (await entry(9)).findByTestId('captured');
    expect(photo.querySelector('img')?.getAttribute('src')).toBe(SMALL);
    expect(photo.textContent.replace(/\s+/g, ' ').trim()).toBe(
      '214 kB, encrypted deleted in 6 days',
    );
    // One of which there is no small picture says what it is.
    const film = await (await entry(8)).findByTestId('captured');
    expect(film.querySelector('img')).toBeNull();
    expect(film.querySelector('svg')).not.toBeNull();
    // Only what can have captured anything is asked about.
    expect(asked(host)).toEqual([
      { before: null, limit: 4, command: '33-1' },
      { before: null, limit: 4, command: '30-99' },
    ]);
    expect((await entry(7)).queryByTestId('captured')).toBeNull();
  });

  it('is looked for again once a recording is over or something was deleted', async () => {
    const { host, rerender } = show();
    await (await entry(9)).findByTestId('captured');
    await (await entry(8)).findByTestId('captured');
    const over: ActivityEntry = { seq: 10, at: NOW, what: { type: 'artifactDeleted' } };
    await rerender({ recent: [over, ...record] });
    await waitFor(() => {
      expect(asked(host)).toHaveLength(4);
    });
  });

  it.each(['artifacts/list', 'artifacts/thumbnail'])(
    'leaves the entry as it is when %s fails',
    async (name) => {
      const host = fakeHost({ snapshot: samples.snapshot(), record: record.slice(0, 1) });
      host.fail(name, new ApiFailure({ code: 'gone', message: 'not kept', hint: null }));
      const activity = new Activity(new Client(host));
      render(Timeline, { activity, recent: record.slice(0, 1) });
      const shown = await entry(9);
      await waitFor(() => {
        expect(host.calls.map((call) => call.name)).toContain(name);
      });
      expect(shown.getByText('took a picture with the camera')).toBeTruthy();
      expect(screen.queryByRole('alert')).toBeNull();
    },
  );

  it.each<[Ended, boolean]>([
    ['watched', true],
    ['interrupted', true],
    ['denied', false],
    ['forbidden', false],
  ])('may be kept of what was %s: %s', (ended, may) => {
    const photo = at(1, 'camera', '1');
    if (photo.what.type === 'command') photo.what = { ...photo.what, ended };
    expect(mayHaveCaptured(photo)).toBe(may);
  });

  it('is another than before since the newest end or deletion', () => {
    expect(keptSince(record)).toBe(0);
    const over: ActivityEntry = {
      seq: 12,
      at: NOW,
      what: { type: 'recordingEnded', why: 'it was stopped' },
    };
    expect(keptSince([over, ...record])).toBe(12);
  });

  it.each([
    ['image/png', 'camera'],
    ['image/gif', 'record'],
    ['video/mp4', 'record'],
  ])('of the kind %s has the icon %s', (mediaType, icon) => {
    expect(captureIcon(mediaType)).toBe(icon);
  });
});
