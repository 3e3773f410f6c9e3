// What a grade does to an agent's score, in words.

import { formats, t } from '../i18n/hub';
import { moveOf, type Stars } from './score';

export function moved(stars: Stars): string {
  const text = t().hub.supervision;
  const by = moveOf(stars);
  if (by === 0) return text.leaves;
  const size = formats().number.format(Math.abs(by));
  return by > 0 ? text.raises(size) : text.lowers(size);
}
