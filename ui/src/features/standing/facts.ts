// What holds in a cell of the table besides its answer.

import type { StandingCell } from '../../api/generated/StandingCell';
import { t } from '../../i18n';
import { exactness } from '../../words/actions';
import { duration } from '../../words/time';

export function facts({
  verdict,
  perMinute,
  preview,
  remember,
  precision,
}: StandingCell): string[] {
  const words = t().frame.table;
  if (verdict === 'forbid') return [];
  const said: string[] = [];
  if (remember !== null && verdict === 'ask') {
    said.push(words.remembered(duration(remember.seconds * 1000), t().verdict[remember.verdict]));
  }
  if (preview) said.push(words.preview);
  if (precision !== null) said.push(words.precision(exactness(precision)));
  if (perMinute !== null && verdict !== 'ask') said.push(words.perMinute(perMinute));
  return said;
}
