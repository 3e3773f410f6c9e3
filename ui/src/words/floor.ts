// The level that each capability needs at least, whatever the table says. The engine decides; this
// only keeps the page from offering what would change nothing.

import type { CapabilityView } from '../api/generated/CapabilityView';
import type { Level } from '../api/generated/Level';
import { LEVELS } from './words';

export const FLOOR: Record<CapabilityView, Level> = {
  notification: 'intern',
  location: 'intern',
  camera: 'intern',
  microphone: 'supervised',
  screen: 'supervised',
  agents: 'autonomous',
  network: 'autonomous',
  shell: 'autonomous',
};

export function isBelowFloor(capability: CapabilityView, level: Level): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf(FLOOR[capability]);
}
