// Times and durations in words.

import { formats, t } from '../i18n';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 14:02:11 */
export function timeOfDay(at: number): string {
  return formats().clock.format(at);
}

/** 14:02 */
export function timeOfDayShort(at: number): string {
  return formats().minute.format(at);
}

/** 21 Nov 2026 */
export function dateOf(at: number): string {
  return formats().date.format(at);
}

/** 21 Nov 2026, 14:02 */
export function momentOf(at: number): string {
  return formats().moment.format(at);
}

/** For a `title`: everything. */
export function exactTime(at: number): string {
  return formats().exact.format(at);
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A key that is the same for all moments of one day here. */
export function dayKey(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** Today, Yesterday, or the day by name. */
export function dayName(at: number, now: number): string {
  if (dayKey(at) === dayKey(now)) return t().time.today;
  if (dayKey(at) === dayKey(now - DAY)) return t().time.yesterday;
  // In a record of years, a day without its year could be one of several.
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return thisYear ? formats().day.format(at) : formats().date.format(at);
}

/** “just now”, “8 sec ago”. Never in the future: a clock that jumped back does not matter here. */
export function ago(at: number, now: number): string {
  const past = Math.max(0, now - at);
  const { relative } = formats();
  if (past < 2 * SECOND) return t().time.justNow;
  if (past < MINUTE) return relative.format(-Math.floor(past / SECOND), 'second');
  if (past < HOUR) return relative.format(-Math.floor(past / MINUTE), 'minute');
  if (past < DAY) return relative.format(-Math.floor(past / HOUR), 'hour');
  return relative.format(-Math.floor(past / DAY), 'day');
}

/** “now”, “in 3 hr”, “tomorrow”, “in 6 days”: rounded down, so that nothing lasts shorter than said. */
export function shortly(at: number, now: number): string {
  const left = Math.max(0, at - now);
  const { relative } = formats();
  if (left < MINUTE) return t().time.now;
  if (left < HOUR) return relative.format(Math.floor(left / MINUTE), 'minute');
  if (left < DAY) return relative.format(Math.floor(left / HOUR), 'hour');
  return relative.format(Math.floor(left / DAY), 'day');
}

/** 0:42, 12:05, 1:00:00: time left or gone by, rounded up so that it ends at 0:00. */
export function countdown(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms / SECOND));
  const two = (value: number) => String(value).padStart(2, '0');
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = whole % 60;
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** “3 ms”, “30 sec”, “2 min”, “1 hr 5 min”, “7 days”: the largest unit that fits, and what is left
 * over in the next one. */
export function duration(ms: number): string {
  const { milliseconds, fineMilliseconds, seconds, minutes, hours, days } = formats();
  if (ms < SECOND) return ms < 10 ? fineMilliseconds.format(ms) : milliseconds.format(ms);
  // Tenths of a second tell something as long as there is no more than seconds.
  const tenths = Math.round(ms / 100) * 100;
  if (tenths < MINUTE) return seconds.format(tenths / SECOND);
  const pairs = [
    [MINUTE, minutes, SECOND, seconds],
    [HOUR, hours, MINUTE, minutes],
    [DAY, days, HOUR, hours],
  ] as const;
  // Rounded first: there is no “1 hr 60 min”.
  const fitting = pairs.findLast(([large, , small]) => round(ms, small) >= large) ?? pairs[0];
  const [large, inLarge, small, inSmall] = fitting;
  const whole = round(ms, small);
  const rest = (whole % large) / small;
  const said = inLarge.format(Math.floor(whole / large));
  return rest === 0 ? said : `${said} ${inSmall.format(rest)}`;
}

function round(ms: number, unit: number): number {
  return Math.round(ms / unit) * unit;
}
