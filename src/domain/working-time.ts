/**
 * Working time of a channel: days that count towards a promise or an objection window. A working day counts from midnight to
 * midnight in the channel's time zone, so "5 working days" from Monday 15:00 ends on the next Monday at 15:00, where no
 * holiday lies between. Days are counted on the wall clock: a day on which summer time begins is a whole day all the same.
 */

export interface Holiday {
  /** `2026-12-25`, in the channel's time zone. */
  readonly day: string;
  readonly name: string;
}

export interface WorkingCalendar {
  /** IANA name. */
  readonly timezone: string;
  /** ISO 8601 weekdays: 1 is Monday, 7 is Sunday. Never empty. */
  readonly workingDays: readonly number[];
  readonly holidays: readonly Holiday[];
}

/** Monday to Friday. */
export const USUAL_WORKING_DAYS: readonly number[] = [1, 2, 3, 4, 5];
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const MS_PER_DAY = 86_400_000;
/** A calendar in which no day works would never end a clock: a stretch longer than this is given up. */
const LONGEST_STRETCH_DAYS = 1500;

/** The moment at which so many milliseconds of working time have passed since `start`. */
export function addWorkingTime(start: Date, ms: number, calendar: WorkingCalendar): Date {
  const works = workingDayTest(calendar);
  let wall = wallOf(start, calendar.timezone);
  let left = ms;
  for (let days = 0; days < LONGEST_STRETCH_DAYS; days += 1) {
    const midnight = Math.floor(wall / MS_PER_DAY) * MS_PER_DAY + MS_PER_DAY;
    const today = works(wall) ? midnight - wall : 0;
    // What ends exactly with a working day ends at its midnight.
    if (today > 0 && left <= today) return instantOf(wall + left, calendar.timezone);
    left -= today;
    wall = midnight;
  }
  return instantOf(wall + left, calendar.timezone);
}

/** Milliseconds of working time between two moments; 0 where `end` is not after `start`. */
export function workingTimeBetween(start: Date, end: Date, calendar: WorkingCalendar): number {
  const works = workingDayTest(calendar);
  const last = wallOf(end, calendar.timezone);
  let wall = wallOf(start, calendar.timezone);
  let total = 0;
  for (let days = 0; wall < last && days < LONGEST_STRETCH_DAYS; days += 1) {
    const midnight = Math.floor(wall / MS_PER_DAY) * MS_PER_DAY + MS_PER_DAY;
    const until = Math.min(midnight, last);
    if (works(wall)) total += until - wall;
    wall = until;
  }
  return total;
}

function workingDayTest({ workingDays, holidays }: WorkingCalendar): (wall: number) => boolean {
  const days = new Set(workingDays);
  const free = new Set(holidays.map(({ day }) => day));
  return (wall) => {
    const date = new Date(wall);
    return days.has(date.getUTCDay() || SUNDAY) && !free.has(date.toISOString().slice(0, 10));
  };
}

const SUNDAY = 7;

/** A moment as a wall clock in a zone (IANA name) shows it: what the result says of UTC is what the wall says. */
export function onTheWall(instant: Date, timezone: string): Date {
  return new Date(wallOf(instant, timezone));
}

/** Milliseconds on the wall clock of a zone, as if it were UTC: midnights are then multiples of a day. */
function wallOf(instant: Date, timezone: string): number {
  return instant.getTime() + offsetOf(instant, timezone);
}

/** A wall-clock time that does not exist (summer time begins) is the moment an hour on; one that exists twice is the first. */
function instantOf(wall: number, timezone: string): Date {
  const before = new Date(wall - offsetOf(new Date(wall - MS_PER_DAY), timezone));
  const after = new Date(wall - offsetOf(new Date(wall + MS_PER_DAY), timezone));
  return wallOf(before, timezone) === wall || wallOf(after, timezone) !== wall ? before : after;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();
/** Offsets by zone and quarter of an hour: no zone changes within one (tz database, since 1970). */
const OFFSETS = new Map<string, number>();
const MS_PER_QUARTER_HOUR = 900_000;
/** Some years of a few zones; then it starts anew. */
const MOST_OFFSETS = 20_000;

/**
 * UTC asks nobody: the first question to `Intl` about dates reads something of every language there is, which is 7 MB of
 * the process from then on.
 */
function offsetOf(instant: Date, timezone: string): number {
  if (timezone === 'UTC') return 0;
  const key = `${timezone} ${Math.floor(instant.getTime() / MS_PER_QUARTER_HOUR)}`;
  const known = OFFSETS.get(key);
  if (known !== undefined) return known;
  if (OFFSETS.size >= MOST_OFFSETS) OFFSETS.clear();
  const offset = askedOffset(instant, timezone);
  OFFSETS.set(key, offset);
  return offset;
}

function askedOffset(instant: Date, timezone: string): number {
  const format = FORMATS.get(timezone) ?? new Intl.DateTimeFormat('en-US', { timeZone: timezone, ...TO_THE_SECOND });
  FORMATS.set(timezone, format);
  const part = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const at = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? 0;
  const wall = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
  return wall - Math.floor(instant.getTime() / 1000) * 1000;
}

const TO_THE_SECOND = {
  calendar: 'iso8601',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

/** A moment as people of a channel read it: `Tue 24 Nov 2026, 17:00 (Europe/London)`. */
export function momentThere(at: Date, timezone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  return `${format.format(at)} (${timezone})`;
}
