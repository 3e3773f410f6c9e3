// What agents want and do, in words; the kinds go by one name in proposals and by another on the
// wire.

import { t, type Piece } from '../i18n/hub';
import type { Proposal } from './shapes';

type Deed = ReturnType<typeof t>['hub']['supervision']['deed'];

const DEEDS: Record<string, keyof Deed> = {
  notification: 'notification',
  send_notification: 'notification',
  camera: 'camera',
  camera_snap: 'camera',
  screen: 'screen',
  screen_snap: 'screen',
  screen_record: 'recording',
  screen_record_start: 'recording',
  screen_record_stop: 'endRecording',
  location: 'location',
  get_location: 'location',
  command: 'shell',
  execute_command: 'shell',
};

/** One that is not known here goes by its own name. */
export function deed(kind: string): Piece {
  const known = Object.hasOwn(DEEDS, kind) ? DEEDS[kind] : undefined;
  return known === undefined ? { outside: kind, as: 'code' } : t().hub.supervision.deed[known];
}

export function kindOf({ proposed_action: action }: Proposal): string {
  const kind = action['action_type'] === 'device_command' ? 'command_type' : 'action_type';
  const named = action[kind];
  return typeof named === 'string' ? named : '';
}

/** What exactly is wanted: each parameter by the name that the agent gave it. */
export function details({ proposed_action: action }: Proposal): [string, string][] {
  const { action_type, command_type, device_id, parameters, ...others } = action;
  const more =
    action_type === 'device_command'
      ? parameters
      : { ...others, command_type, device_id, parameters };
  if (typeof more !== 'object' || more === null) return [];
  return Object.entries(more)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
}
