/** How people work in a channel: the days that count, what is promised, how many approve, how long a slip can be undone. */
import type { Channel } from './channel.ts';
import { counted } from './counted.ts';
import { durationText } from './duration.ts';
import { type Holiday, USUAL_WORKING_DAYS, type WorkingCalendar } from './working-time.ts';

export interface Practice {
  /** Of the objection window; `null` where its time is elapsed time (`Channel.windowSeconds`). */
  readonly windowWorkingDays: number | null;
  /** Working days within which a reviewer is to have moved. */
  readonly replyWorkingDays: number;
  /** People that an acceptance takes. */
  readonly approvers: number;
  /** How long a decision can be undone; `null` for the default (`graceSeconds`). */
  readonly undoSeconds: number | null;
  /** ISO 8601 weekdays: 1 is Monday, 7 is Sunday. */
  readonly workingDays: readonly number[];
  readonly holidays: readonly Holiday[];
}

/** Three working days are what havens that publish a figure promise. */
export const USUAL_PRACTICE: Practice = {
  windowWorkingDays: null,
  replyWorkingDays: 3,
  approvers: 1,
  undoSeconds: null,
  workingDays: USUAL_WORKING_DAYS,
  holidays: [],
};

/** A minute to see a slip: what mail programs that hold back a message offer, too. */
const USUAL_UNDO_SECONDS = 60;

/**
 * Seconds in which a decision can be undone, and before which nothing of it is published and nobody is told. By default a
 * minute, also where a channel has no objection window; an operator who made the window shorter wants no longer wait.
 */
export function graceSeconds({ windowSeconds }: Pick<Channel, 'windowSeconds'>, { undoSeconds }: Practice): number {
  return undoSeconds ?? Math.min(USUAL_UNDO_SECONDS, windowSeconds ?? USUAL_UNDO_SECONDS);
}

export function calendarOf({ timezone }: Pick<Channel, 'timezone'>, practice: Practice): WorkingCalendar {
  return { timezone, workingDays: practice.workingDays, holidays: practice.holidays };
}

/** `5 working days`, `3d`, `none`. */
export function windowText(
  { windowSeconds }: Pick<Channel, 'windowSeconds'>,
  { windowWorkingDays: days }: Practice,
): string {
  return days === null ? durationText(windowSeconds) : counted(days, 'working day');
}
