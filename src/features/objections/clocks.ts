/** Clocks of an objection window: when they start, stand still, go on, and what they make of the window. */
import { calendarOf, type Practice } from '../../domain/practice.ts';
import { type WindowState, windowStateOf } from '../../domain/workflow.ts';
import { addWorkingTime, MS_PER_DAY, type WorkingCalendar, workingTimeBetween } from '../../domain/working-time.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { practiceOf, requireChannel } from '../channels/read.ts';
import type { ClockRow, WindowRow } from './store.ts';

/** How time passes on a clock: `after` so much of it, and how much is `between` two moments. */
export interface Timepiece {
  after(start: Date, ms: number): Date;
  between(start: Date, end: Date): number;
}

const ELAPSED: Timepiece = {
  after: (start, ms) => new Date(start.getTime() + ms),
  between: (start, end) => Math.max(0, end.getTime() - start.getTime()),
};

function workingTimepiece(calendar: WorkingCalendar): Timepiece {
  return {
    after: (start, ms) => addWorkingTime(start, ms, calendar),
    between: (start, end) => workingTimeBetween(start, end, calendar),
  };
}

/** The way time passes in a window that is open. A calendar that was changed meanwhile counts from now on. */
export async function timepieceOf(
  db: Queryable,
  window: Pick<WindowRow, 'channel' | 'working_days'>,
): Promise<Timepiece> {
  if (!window.working_days) return ELAPSED;
  return workingTimepiece(calendarOf(await requireChannel(db, window.channel), await practiceOf(db, window.channel)));
}

/** When a window that opens now closes. */
export function closingOf(
  now: Date,
  { timezone, windowSeconds }: { readonly timezone: string; readonly windowSeconds: number },
  practice: Practice,
): Date {
  const { windowWorkingDays } = practice;
  return windowWorkingDays === null
    ? ELAPSED.after(now, windowSeconds * 1000)
    : workingTimepiece(calendarOf({ timezone }, practice)).after(now, windowWorkingDays * MS_PER_DAY);
}

/** What its clocks make of a window: its state, and when it closes. */
export function windowAfter(clocks: readonly ClockRow[], now: Date): WindowAfter {
  const state = windowStateOf(clocks.map((clock) => clock.state));
  const isOver = state !== 'running' && state !== 'questioned';
  const running = clocks.flatMap((one) => (one.state === 'running' && one.closes_at !== null ? [one.closes_at] : []));
  const last = running.toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null;
  return { state, closes_at: state === 'running' ? last : null, ended_at: isOver ? now : null };
}

interface WindowAfter {
  readonly state: WindowState;
  readonly closes_at: Date | null;
  readonly ended_at: Date | null;
}
