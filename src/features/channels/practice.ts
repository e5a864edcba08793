/** The settings of how people work in a channel, read from the operator's words. */
import { parseDuration } from '../../domain/duration.ts';
import { type Practice, USUAL_PRACTICE } from '../../domain/practice.ts';
import { Problem } from '../../domain/problem.ts';
import { MS_PER_DAY, WEEKDAYS } from '../../domain/working-time.ts';
import { parseHolidays } from './holidays.ts';

export interface PracticeSettings {
  /** `5wd` for working days; else elapsed time (`3d`, `12h`), or `none`. */
  readonly window?: string | undefined;
  /** `3wd`. */
  readonly replyWithin?: string | undefined;
  /** 1 or 2. */
  readonly approvers?: number | undefined;
  /** `60s`, `none`, or `default`. */
  readonly undo?: string | undefined;
  /** `mon,tue,wed,thu,fri`. */
  readonly workingDays?: string | undefined;
  /** Text of an iCalendar file, or of a list of days; an empty text takes all holidays away. */
  readonly holidays?: string | undefined;
}

/** Half a year of working days: a longer promise or window is a mistake. */
const MOST_WORKING_DAYS = 130;
/** More than an hour would be a second objection window. */
const LONGEST_UNDO_SECONDS = 3600;

/** What is not given stays. Throws a usage problem for each setting that cannot be. */
export function withPractice(before: Practice, settings: PracticeSettings): Practice {
  const { window, replyWithin, approvers, undo, workingDays, holidays } = settings;
  return {
    windowWorkingDays: window === undefined ? before.windowWorkingDays : (workingDaysIn(window) ?? null),
    replyWorkingDays: replyWithin === undefined ? before.replyWorkingDays : replyOf(replyWithin),
    approvers: approvers === undefined ? before.approvers : approversOf(approvers),
    undoSeconds: undo === undefined ? before.undoSeconds : undoOf(undo),
    workingDays: workingDays === undefined ? before.workingDays : weekOf(workingDays),
    holidays: holidays === undefined ? before.holidays : parseHolidays(holidays),
  };
}

/** Of a new channel. */
export function madePractice(settings: PracticeSettings): Practice {
  return withPractice(USUAL_PRACTICE, settings);
}

/** Seconds of a window, where its length is in working days: the least that it can last. */
export function windowSecondsOf(window: string): number | null {
  const days = workingDaysIn(window);
  return days === undefined ? parseDuration(window) : (days * MS_PER_DAY) / 1000;
}

function workingDaysIn(text: string): number | undefined {
  const match = /^([0-9]{1,4})wd$/.exec(text);
  if (match === null) return undefined;
  const days = Number(match[1]);
  if (days >= 1 && days <= MOST_WORKING_DAYS) return days;
  throw usage('not-a-duration', `${text} is no number of working days`, `Write 1wd to ${MOST_WORKING_DAYS}wd.`);
}

function replyOf(text: string): number {
  const days = workingDaysIn(text);
  if (days !== undefined) return days;
  throw usage('not-a-duration', `${JSON.stringify(text.slice(0, 40))} is no number of working days`, 'Write 3wd.');
}

function approversOf(count: number): number {
  if (count === 1 || count === 2) return count;
  throw usage('not-approvers', `${count} is no number of approvers`, 'An acceptance takes 1 person, or 2.');
}

function undoOf(text: string): number | null {
  if (text === 'default') return null;
  const seconds = parseDuration(text) ?? 0;
  if (seconds <= LONGEST_UNDO_SECONDS) return seconds;
  throw usage('not-a-duration', `${text} is longer than an hour`, 'Write up to 1h, none, or default.');
}

const NAMES: readonly string[] = WEEKDAYS;

function weekOf(text: string): readonly number[] {
  const days = text.split(',').map((word) => NAMES.indexOf(word.trim().toLowerCase()) + 1);
  if (days.every((day) => day > 0)) return [...new Set(days)].toSorted((a, b) => a - b);
  throw usage(
    'not-working-days',
    `${JSON.stringify(text.slice(0, 60))} is no list of weekdays`,
    `Write some of ${WEEKDAYS.join(',')}.`,
  );
}

function usage(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'usage', code, what, next });
}
