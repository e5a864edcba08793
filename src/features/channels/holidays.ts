/** Reads a list of days on which nobody works: an iCalendar file (RFC 5545) of whole days, or lines of `2026-12-25 Christmas`. */
import { oneLine } from '../../domain/free-text.ts';
import { Problem } from '../../domain/problem.ts';
import type { Holiday } from '../../domain/working-time.ts';

/** More days than a century of public holidays. */
const MOST_HOLIDAYS = 2000;
/** A public holiday of more days is a mistake in the file. */
const LONGEST_HOLIDAY_DAYS = 31;
const MS_PER_DAY = 86_400_000;

/** By day, each day once. Throws `not-holidays` with the line. An empty text is no holidays at all. */
export function parseHolidays(text: string): readonly Holiday[] {
  const found = /^\uFEFF?BEGIN:VCALENDAR\s/i.test(text) ? calendarDays(text) : listedDays(text);
  if (found.length > MOST_HOLIDAYS) throw notHolidays(`There are more than ${MOST_HOLIDAYS} days`);
  return [...new Map(found.map((one) => [one.day, one])).values()].toSorted((a, b) => a.day.localeCompare(b.day));
}

function listedDays(text: string): readonly Holiday[] {
  return text.split(/\r?\n/).flatMap((raw, at) => {
    const line = raw.replace(/#.*/, '').trim();
    if (line === '') return [];
    const [, day = '', name = ''] = /^(\d{4}-\d{2}-\d{2})(?:[\s,;]+(.*))?$/.exec(line) ?? [];
    if (!isDay(day)) throw notHolidays(`Line ${at + 1} begins with no date: ${JSON.stringify(line.slice(0, 60))}`);
    return [{ day, name: nameOf(name) }];
  });
}

type Properties = Readonly<Record<string, string>>;

/** RFC 5545, 3.1: a line that begins with a blank goes on with the one before it. */
function calendarDays(text: string): readonly Holiday[] {
  const lines = text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const days: Holiday[] = [];
  let event: Record<string, string> | undefined;
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Za-z-]+)(?:;[^:]*)?:(.*)$/.exec(line) ?? [];
    const property = name.toUpperCase();
    if (property === 'BEGIN' && value === 'VEVENT') event = {};
    else if (property === 'END' && value === 'VEVENT') {
      if (event !== undefined && event['STATUS'] !== 'CANCELLED') days.push(...eventDays(event));
      event = undefined;
    } else if (event !== undefined && property !== '') event[property] = value;
    if (days.length > MOST_HOLIDAYS) throw notHolidays(`There are more than ${MOST_HOLIDAYS} days`);
  }
  if (days.length === 0) throw notHolidays('The calendar has no event of a whole day');
  return days;
}

/** The end of an event of whole days is the day after its last (RFC 5545, 3.6.1). */
function eventDays(event: Properties): readonly Holiday[] {
  const name = nameOf(unescaped(event['SUMMARY'] ?? ''));
  if (event['RRULE'] !== undefined || event['RDATE'] !== undefined)
    throw notHolidays(`${JSON.stringify(name)} repeats, and each day must be written out`);
  const first = dayOf(event['DTSTART'] ?? '');
  const after = event['DTEND'] === undefined ? undefined : dayOf(event['DTEND']);
  if (first === undefined || (event['DTEND'] !== undefined && after === undefined))
    throw notHolidays(`${JSON.stringify(name)} is no event of whole days`);
  const start = Date.parse(first);
  const count = after === undefined ? 1 : Math.max(1, (Date.parse(after) - start) / MS_PER_DAY);
  if (count > LONGEST_HOLIDAY_DAYS) throw notHolidays(`${JSON.stringify(name)} lasts ${count} days`);
  return Array.from({ length: count }, (_, at) => ({
    day: new Date(start + at * MS_PER_DAY).toISOString().slice(0, 10),
    name,
  }));
}

function dayOf(value: string): string | undefined {
  const [, year = '', month = '', day = ''] = /^(\d{4})(\d{2})(\d{2})$/.exec(value.trim()) ?? [];
  const text = `${year}-${month}-${day}`;
  return isDay(text) ? text : undefined;
}

function isDay(text: string): boolean {
  const at = Date.parse(text);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function unescaped(text: string): string {
  return text.replaceAll(/\\[nN]/g, ' ').replaceAll(/\\([,;\\])/g, '$1');
}

function nameOf(raw: string): string {
  return raw.trim() === '' ? 'holiday' : oneLine('The name of a holiday', raw.trim());
}

function notHolidays(what: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'not-holidays',
    what,
    next: 'Give an iCalendar file with events of whole days that do not repeat, or a line for each day: 2026-12-25 Christmas Day.',
  });
}
