// What can be tried of each capability, and what came of it in words.

import type { CapabilityView } from '../../api/generated/CapabilityView';
import type { FindingView } from '../../api/generated/FindingView';
import type { PlaceFoundView } from '../../api/generated/PlaceFoundView';
import type { TrialView } from '../../api/generated/TrialView';
import type { TryParams } from '../../api/generated/TryParams';
import { formats, t } from '../../i18n';

export const TRIALS: Record<CapabilityView, readonly TrialView[]> = {
  notification: ['notification'],
  location: ['location'],
  camera: ['camera'],
  microphone: ['sound'],
  screen: ['screenshot', 'recording'],
  agents: [],
  network: [],
  shell: ['containment'],
};

/** With the camera and the display that commands get when they name none. */
export function params(trial: TrialView): TryParams {
  switch (trial) {
    case 'camera':
    case 'screenshot':
    case 'location':
    case 'containment':
      return { type: trial };
    case 'recording':
      return { type: 'recording', sound: false };
    case 'sound':
      return { type: 'recording', sound: true };
    case 'notification': {
      const { noticeTitle, noticeBody } = t().trial;
      return { type: 'notification', title: noticeTitle, body: noticeBody };
    }
  }
}

/** “This computer is at 52.51627° N, 13.3777° E.” and how exact that is. */
export function place({ latitude, longitude, accuracy }: PlaceFoundView): string {
  const words = t().trial;
  const { degrees } = formats();
  const [north, east] = [
    (latitude < 0 ? words.south : words.north)(degrees.format(Math.abs(latitude))),
    (longitude < 0 ? words.west : words.east)(degrees.format(Math.abs(longitude))),
  ];
  const exact = accuracy === null ? words.accuracyUnknown : words.within(distance(accuracy));
  return `${words.place(north, east)} ${exact}`;
}

function distance(metres: number): string {
  const words = formats();
  return metres < 1000
    ? words.metres.format(Math.ceil(metres))
    : words.kilometres.format(metres / 1000);
}

/** What one sandbox does. */
export function finding({ profile, backend, serves, problem }: FindingView): string {
  const { trial, capabilities } = t();
  const { found } = capabilities;
  const [what, by] = [found.profile[profile], found.backend[backend]];
  if (problem !== null) return trial.fails(what, by, found.problem[problem]);
  return serves ? trial.serves(what, by) : trial.works(what, by);
}
