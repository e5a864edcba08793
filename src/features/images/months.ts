/** Months as a channel's people count them. Pure. */
import { onTheWall } from '../../domain/working-time.ts';

/** `2026-11`: the month of a moment on a wall in that zone (IANA name). */
export function monthOf(at: Date, timeZone: string): string {
  return onTheWall(at, timeZone).toISOString().slice(0, 'yyyy-mm'.length);
}

const MS_PER_MINUTE = 60_000;
/** Further from UTC than any zone, in minutes (IANA time zone database: -12:00 to +14:00). */
const FURTHEST_MINUTES = 15 * 60;

/** The first moment of a month in a zone, to the minute. */
export function beginningOf(month: string, timeZone: string): Date {
  const utc = Date.parse(`${month}-01T00:00:00Z`);
  let [low, high] = [utc - FURTHEST_MINUTES * MS_PER_MINUTE, utc + FURTHEST_MINUTES * MS_PER_MINUTE];
  while (high - low > MS_PER_MINUTE) {
    const middle = low + Math.floor((high - low) / 2 / MS_PER_MINUTE) * MS_PER_MINUTE;
    if (monthOf(new Date(middle), timeZone) < month) low = middle;
    else high = middle;
  }
  return new Date(high);
}
