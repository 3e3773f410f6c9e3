import { describe, expect, it } from 'vitest';
import type { RequestView } from '../../api/generated/RequestView';
import * as samples from '../../host/samples';
import type { Piece } from '../../i18n';
import { contained, file, fileKind, heard, place, title, wantsTo, wished } from './text';

const NOW = 1_700_000_000_000;

/** As it would be read, with what came from outside in brackets. */
function read(pieces: Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : `[${piece.outside}]`)).join('');
}

describe('a request', () => {
  it.each<[RequestView, string]>([
    [samples.location(NOW), 'wants to know where you are'],
    [samples.camera(NOW), 'wants a picture from your camera'],
    [samples.screenshot(NOW), 'wants a picture of your screen'],
    [samples.recording(NOW), 'wants to record your screen, with sound'],
    [samples.recording(NOW, {}, 'output'), 'wants to record your screen, with sound'],
    [samples.recording(NOW, {}, null), 'wants to record your screen'],
    [samples.endRecording(NOW), 'wants to end its recording'],
    [samples.pictureReview(NOW), 'waits for a picture'],
    [samples.snapshotReview(NOW), 'waits for a picture'],
    [samples.recordingReview(NOW), 'waits for a recording'],
  ])('%#: is said after a name', (request, words) => {
    expect(wantsTo(request)).toBe(`${request.agent.name} ${words}`);
  });

  it('that was carried out asks whether it may leave', () => {
    expect(read(title(samples.pictureReview(NOW)))).toBe('Send this picture to [Field Notes]?');
    expect(read(title(samples.recordingReview(NOW)))).toBe('Send this recording to [Scout]?');
  });

  it('never keeps quiet about the sound', () => {
    expect(wished(samples.recording(NOW).action)).toContain('with sound');
    expect(wished(samples.recording(NOW, {}, 'output').action)).toContain('with sound');
    expect(wished(samples.recording(NOW, {}, null).action)).not.toContain('sound');
  });

  it('tells the microphone from what is played', () => {
    expect(heard('microphone')).toBe('Recorded too, with the microphone');
    expect(heard('output')).toBe('Recorded too: what this computer plays');
    expect(heard(null)).toBe('None');
  });
});

it('calls a place that it does not know an exact one', () => {
  expect(place('low')).toContain('town');
  expect(place('medium')).toContain('street');
  expect(place('high')).toContain('exact');
  expect(place('whatever')).toBe(place('high'));
});

it('names the kinds of files that there are, and no others', () => {
  expect(fileKind('mp4')).toBe('MP4 video');
  expect(fileKind('image/gif')).toBe('Moving GIF picture');
  expect(fileKind('video/x-other')).toBe('video/x-other');
  expect(fileKind('constructor')).toBe('constructor');
  expect(file('image/png', 214_000)).toBe('PNG picture, 214 kB');
});

it('says of each sandbox what gets out of it', () => {
  expect(contained({ type: 'readOnly' })).toContain('no network');
  expect(contained({ type: 'write', folder: '/srv' })).toBe('Writes in /srv, no network');
  expect(contained({ type: 'writeNetwork', folder: '/srv' })).toBe(
    'Writes in /srv, uses the network',
  );
  expect(contained({ type: 'none' })).toContain('whatever you can');
});
