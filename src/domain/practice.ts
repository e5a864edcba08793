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
 * Seconds in which a decision can be undone. By default a minute, as long as the objection window holds everything back
 * anyway; a channel without a window waits only where its operator said so.
 */
export function graceSeconds({ windowSeconds }: Pick<Channel, 'windowSeconds'>, { undoSeconds }: Practice): number {
  return undoSeconds ?? Math.min(USUAL_UNDO_SECONDS, windowSeconds ?? 0);
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
