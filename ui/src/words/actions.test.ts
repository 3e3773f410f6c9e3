import { describe, expect, it } from 'vitest';
import type { ActionView } from '../api/generated/ActionView';
import type { ActivityAction } from '../api/generated/ActivityAction';
import * as samples from '../host/samples';
import { asks, did, does, type Phrase } from './actions';

const NOW = 1_700_000_000_000;
const SCREEN = 'Dell U2720Q';

/** As it would be read. */
function read({ verb, object, as, more }: Phrase): string {
  const set = { code: '`', quote: '"', name: '*' }[as];
  return [verb, object === null ? null : `${set}${object}${set}`, more]
    .filter((part) => part !== null)
    .join(' ');
}

describe('a phrase after a name', () => {
  it.each<[ActionView, string, string]>([
    [
      samples.location(NOW).action,
      'wants to know where you are (exactly)',
      'finds out where you are (exactly)',
    ],
    [
      samples.location(NOW, 'low').action,
      'wants to know where you are (about the town)',
      'finds out where you are (about the town)',
    ],
    [
      samples.camera(NOW).action,
      'wants a picture from *Integrated Camera*',
      'takes a picture with *Integrated Camera*',
    ],
    [
      samples.screenshot(NOW).action,
      `wants a picture of *${SCREEN}*`,
      `takes a picture of *${SCREEN}*`,
    ],
    [
      samples.recording(NOW).action,
      `wants to record *${SCREEN}* for up to 1 min 30 sec, with sound`,
      `records *${SCREEN}* for up to 1 min 30 sec, with sound`,
    ],
    [
      samples.endRecording(NOW).action,
      'wants to end its recording `rec-2026-11-21`',
      'ends its recording `rec-2026-11-21`',
    ],
    [samples.shell('date'), 'wants to run `date`', 'runs `date`'],
  ])('%#: tells what is wanted, and what goes on', (action, wanted, going) => {
    expect(read(asks({ action, review: null }))).toBe(wanted);
    expect(read(does(action))).toBe(going);
  });

  it('tells what waits to be sent', () => {
    const [picture, snapshot, recording] = [
      samples.pictureReview(NOW),
      samples.snapshotReview(NOW),
      samples.recordingReview(NOW),
    ];
    expect(read(asks(picture))).toBe('waits for the picture from *Integrated Camera*');
    expect(read(asks(snapshot))).toBe(`waits for the picture of *${SCREEN}*`);
    expect(read(asks(recording))).toBe('waits for its recording of 3 sec');
  });

  it.each<[ActivityAction, string, string]>([
    [
      { type: 'location', precision: 'medium' },
      'was told where you are (about the street)',
      'asked where you are (about the street)',
    ],
    [{ type: 'camera' }, 'took a picture with the camera', 'asked for a picture from the camera'],
    [{ type: 'screenshot' }, 'took a picture of the screen', 'asked for a picture of the screen'],
    [
      { type: 'recording', seconds: 60, audio: false },
      'began to record the screen for up to 1 min',
      'asked to record the screen for up to 1 min',
    ],
    [{ type: 'endRecording' }, 'was sent its recording', 'asked for its recording'],
  ])('%#: does not call done what was only asked', (action, done, asked) => {
    expect(read(did(action, true))).toBe(done);
    expect(read(did(action, false))).toBe(asked);
  });
});
