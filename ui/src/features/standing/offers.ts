// What may be chosen in a cell of the table.

import type { Level } from '../../api/generated/Level';
import type { StandingRow } from '../../api/generated/StandingRow';
import type { SetStandingParams } from '../../api/generated/SetStandingParams';
import type { VerdictView } from '../../api/generated/VerdictView';
import { LEVELS, VERDICTS } from '../../words/words';

/** What is changed in a cell; what is absent stays. */
export type CellChange = Omit<SetStandingParams, 'capability' | 'level'>;

/** Whether the level is never enough, whatever the table says. */
export function isBelowFloor({ floor }: StandingRow, level: Level): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf(floor);
}

/** No level is looser than one above it: a hub could gain by claiming less for an agent. */
export function offered(row: StandingRow, level: Level): VerdictView[] {
  const above = LEVELS.slice(LEVELS.indexOf(level) + 1);
  const most = Math.min(
    VERDICTS.length - 1,
    ...above.map((one) => VERDICTS.indexOf(row[one].verdict)),
  );
  return VERDICTS.slice(0, most + 1);
}
