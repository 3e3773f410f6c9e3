// The levels: their order and their colours.

import type { Level } from '../api/generated/Level';

export const LEVELS = ['student', 'intern', 'supervised', 'autonomous'] as const satisfies Level[];

/** Which of the kit's colours a level has. */
export const LEVEL_TONE = {
  student: 'slate',
  intern: 'blue',
  supervised: 'amber',
  autonomous: 'violet',
} as const satisfies Record<Level, string>;
