// What can be looked at without an app, by name.

import type { RequestView } from '../api/generated/RequestView';
import type { Snapshot } from '../api/generated/Snapshot';
import { display, film, picture, torn, tornFilm } from './captures';
import { FAILING, SLOW, type Scene } from './fake';
import { reporting, telling } from './fake-hub';
import { fakeDesktop, isEnding } from './fake-desktop';
import { agents } from './fake-samples';
import { isHindrance } from './fake-trials';
import { hostileScene, isHostile } from './hostile';
import { briefMemory, type Memory } from './memory';
import * as samples from './samples';

/** One request each, by its name in `?scene=`. */
const ALONE: Record<string, (now: number) => RequestView> = {
  script: samples.script,
  notification: samples.notification,
  rule: samples.ruled,
  location: samples.location,
  town: (now) => samples.location(now, 'low'),
  camera: samples.camera,
  screenshot: samples.screenshot,
  recording: samples.recording,
  output: (now) => samples.recording(now, {}, 'output'),
  end: samples.endRecording,
  picture: samples.pictureReview,
  snapshot: samples.snapshotReview,
  film: samples.recordingReview,
  // Every way in which there is nothing to see.
  loading: (now) =>
    samples.snapshotReview(now, { review: samples.captured(SLOW, display, 1280, 720) }),
  failing: (now) =>
    samples.pictureReview(now, { review: samples.captured(FAILING, picture, 640, 360) }),
  lost: (now) =>
    samples.pictureReview(now, { review: samples.captured('lost', picture, 640, 360) }),
  torn: (now) => samples.pictureReview(now, { review: samples.captured('torn', torn, 640, 360) }),
  unplayable: (now) =>
    samples.recordingReview(now, {
      review: samples.captured('tornFilm', tornFilm, 320, 180, 3),
    }),
  unknown: (now) =>
    samples.recordingReview(now, {
      review: samples.captured('film', { ...film, mediaType: 'video/x-unknown' }, 320, 180, 3),
    }),
};

/**
 * A scene by `?scene=`: first, quiet, paused, many, senses, hubs, years, hostile with a `?text=`, or
 * one of [`ALONE`]; busy if none. */
export function scenario(search: string, now = Date.now()): Scene {
  return {
    ...played(search, now),
    ...hindered(search, now),
    ...around(search),
    memory: remembered(search),
  };
}

/** `?trial=` is in the way of whatever the person tries. */
function hindered(search: string, now: number): Partial<Scene> {
  const hindrance = new URLSearchParams(search).get('trial');
  if (hindrance === null || !isHindrance(hindrance)) return {};
  return { household: { agents: agents(now), empty: false, hindrance } };
}

/** `?update=` puts a desktop around the page, on which looking for a newer version ends so. */
function around(search: string): Partial<Scene> {
  const ending = new URLSearchParams(search).get('update');
  if (ending === null || !isEnding(ending)) return {};
  return { desktop: fakeDesktop(ending) };
}

/** `?lang=`, `?theme= and `?welcome=` are as if they had been chosen before. */
function remembered(search: string): Memory {
  const asked = new URLSearchParams(search);
  const kept: Record<string, string> = {};
  for (const [name, from] of [
    ['language', 'lang'],
    ['theme', 'theme'],
    ['welcome', 'welcome'],
  ] as const) {
    const value = asked.get(from);
    if (value !== null) kept[name] = value;
  }
  return briefMemory(kept);
}

function played(search: string, now: number): Scene {
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
  const asked = new URLSearchParams(search);
  const scene = asked.get('scene');
  const text = asked.get('text');
  if (scene === 'hostile' && isHostile(text)) return hostileScene(text, now);
  const alone = scene !== null && Object.hasOwn(ALONE, scene) ? ALONE[scene] : undefined;
  if (alone) return { snapshot: samples.snapshot({ requests: [alone(now)] }), record };
  switch (scene) {
    case 'first':
      return {
        snapshot: samples.snapshot(),
        record: [],
        household: { agents: [], empty: true },
      };
    case 'quiet':
      return { snapshot: samples.snapshot({ recent: record.slice(0, 20) }), record };
    case 'years': {
      const years = samples.record(now, 100_000);
      return { snapshot: samples.snapshot({ recent: years.slice(0, 20) }), record: years };
    }
    case 'paused':
      return { snapshot: samples.snapshot({ ...busy, running: [], paused: true }), record };
    case 'senses':
      return {
        snapshot: samples.snapshot({
          ...busy,
          requests: [
            samples.pictureReview(now),
            samples.location(now),
            samples.camera(now),
            samples.screenshot(now),
            samples.recording(now),
            samples.snapshotReview(now),
            samples.recordingReview(now),
            samples.ruled(now),
          ],
          running: [
            samples.running(now),
            samples.running(now, {
              id: '59',
              agent: samples.scout,
              action: samples.recording(now).action,
            }),
          ],
          connections: [
            samples.connection(),
            samples.connection({ id: 'atom', name: 'Atom at work', paused: true }),
          ],
        }),
        record,
      };
    case 'hubs':
      return {
        snapshot: samples.snapshot({
          recent: record.slice(0, 20),
          connections: [samples.connection(), telling(now), reporting(now)],
        }),
        record,
      };
    case 'many':
      return {
        snapshot: samples.snapshot({
          ...busy,
          connections: [
            ...(busy.connections ?? []),
            samples.connection({
              id: 'lab',
              name: 'The lab',
              address: 'ws://hub.lab.example.org:8000/edge/ws',
              dialect: 'archety',
              dialectName: 'Archety',
              phase: 'refused',
              since: now - 3 * 3_600_000,
              roundTripMs: null,
              trouble: 'the hub does not know this computer any more',
              remedy: 'signIn',
              ceiling: 'student',
              changeable: {
                ...samples.changeable,
                ways: ['registration'],
                polling: true,
                pollSeconds: { least: 1, usual: 15, most: 60 },
              },
            }),
          ],
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
