// What comes of the person's own tests where there is no app: what a device of its kind would say.

import type { ActivityEntry } from '../api/generated/ActivityEntry';
import type { CapabilityState } from '../api/generated/CapabilityState';
import type { CapabilityView } from '../api/generated/CapabilityView';
import type { FindingView } from '../api/generated/FindingView';
import type { HindranceView } from '../api/generated/HindranceView';
import type { ReviewView } from '../api/generated/ReviewView';
import type { SettingsView } from '../api/generated/SettingsView';
import type { TrialView } from '../api/generated/TrialView';
import type { TryParams } from '../api/generated/TryParams';
import type { TryResponse } from '../api/generated/TryResponse';
import { display, film, picture, type Kept } from './captures';

/** How long a device keeps what was only tried. */
const KEPT_MS = 600_000;

/** How it stands where something is tried. */
export interface Standing {
  capabilities: readonly CapabilityState[];
  settings: SettingsView;
  paused: boolean;
  /** What is in the way of every test; nothing is, usually. */
  hindrance: HindranceView | null;
}

const NEEDS: Record<TrialView, CapabilityView[]> = {
  camera: ['camera'],
  screenshot: ['screen'],
  recording: ['screen'],
  sound: ['microphone', 'screen'],
  location: ['location'],
  notification: ['notification'],
  containment: ['shell'],
};

/** In the words of the device. */
const SENTENCE: Record<HindranceView, string> = {
  switchedOff: 'it is switched off: switch it on to try it',
  going: 'this is being tried already: wait for that',
  paused: 'everything is paused',
  missing: 'this computer has none',
  refused: 'this program may not use it: allow it in the system’s privacy settings',
  inUse: 'it is in use by another program: close that one, then try again',
  taken: 'Front camera is in use by Release Bot: ask again later',
  unseen: 'nothing here can show that something is captured, so nothing is: no desktop answers',
  unavailable: 'it does not answer: restart it, or log in again',
  unsupported: 'this system does not offer it',
  timedOut: 'it gave nothing in time: try again',
  stopped: 'the person stopped it',
  uncontained: 'no sandbox works here',
  unrecorded: 'this device cannot keep its record, so it does nothing: the disk is full',
  failed: 'it did not work: odd (os error 22)',
};

export function isHindrance(name: string): name is HindranceView {
  return Object.hasOwn(SENTENCE, name);
}

const FINDINGS: FindingView[] = [
  { profile: 'readOnly', backend: 'bubblewrap', serves: true, problem: null, sentence: null },
  { profile: 'readOnly', backend: 'landlock', serves: false, problem: null, sentence: null },
  { profile: 'write', backend: 'bubblewrap', serves: true, problem: null, sentence: null },
  {
    profile: 'writeNetwork',
    backend: 'landlock',
    serves: false,
    problem: 'notOffered',
    sentence: 'Landlock is not made for this',
  },
];

export function kindOf(params: TryParams): TrialView {
  return params.type === 'recording' && params.sound ? 'sound' : params.type;
}

function captured(artifact: string, kept: Kept, more: Partial<ReviewView>): TryResponse {
  return {
    type: 'captured',
    capture: {
      artifact,
      mediaType: kept.mediaType,
      bytes: atob(kept.base64).length,
      width: null,
      height: null,
      seconds: null,
      ...more,
    },
    expiresAt: Date.now() + KEPT_MS,
  };
}

function brought(trial: TrialView, { settings }: Standing): TryResponse {
  switch (trial) {
    case 'camera':
      return captured('picture', picture, { width: 640, height: 360 });
    case 'screenshot':
      return captured('display', display, { width: 1280, height: 720 });
    case 'recording':
    case 'sound':
      return captured('film', film, { width: 320, height: 180, seconds: 3 });
    case 'location': {
      const found = { latitude: 52.51627, longitude: 13.3777, accuracy: 24, source: 'GeoClue' };
      const { place } = settings;
      const typed = place !== null;
      return { type: 'place', place: { ...found, ...place, typed } };
    }
    case 'notification':
      return { type: 'shown' };
    case 'containment':
      return { type: 'containment', holds: true, findings: FINDINGS };
  }
}

export function tryOut(params: TryParams, standing: Standing): TryResponse {
  const trial = kindOf(params);
  const hindered = (
    hindrance: HindranceView,
    capability: CapabilityView | null = null,
  ): TryResponse => ({
    type: 'hindered',
    hindrance,
    capability,
    message: SENTENCE[hindrance],
  });
  const of = (capability: CapabilityView) =>
    standing.capabilities.find((one) => one.capability === capability);
  const off = NEEDS[trial].find((capability) => of(capability)?.on === false);
  if (off !== undefined) return hindered('switchedOff', off);
  const senses = !['notification', 'containment'].includes(trial);
  if (standing.paused && senses) return hindered('paused');
  if (standing.hindrance !== null) return hindered(standing.hindrance);
  const absent = NEEDS[trial].some((capability) => of(capability)?.available === false);
  return absent ? hindered('missing') : brought(trial, standing);
}

/** As the record has it; what was refused at once used nothing, and is not in it. */
export function entry(params: TryParams, came: TryResponse, seq: number): ActivityEntry | null {
  const hindered = came.type === 'hindered' ? came : null;
  if (hindered !== null && ['switchedOff', 'paused', 'going'].includes(hindered.hindrance)) {
    return null;
  }
  return {
    seq,
    at: Date.now(),
    what: {
      type: 'tried',
      trial: kindOf(params),
      source: came.type === 'captured' ? 'Built-in display' : null,
      hindrance: hindered?.hindrance ?? null,
      message: hindered?.message ?? null,
    },
  };
}
