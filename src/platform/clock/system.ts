import type { Clock } from './port.ts';

/** The machine's clock. */
export function systemClock(): Clock {
  return { now: () => new Date() };
}

/** A clock that stands still until it is told to move: tests, and objection windows shortened for a demonstration. */
export interface AdjustableClock extends Clock {
  /** Moves forward (or back) by seconds. */
  advance(seconds: number): void;
  /** Jumps to a moment: RFC 3339 or a `Date`. */
  set(moment: Date | string): void;
}

/** Starts at `start` (RFC 3339 or a `Date`). */
export function adjustableClock(start: Date | string): AdjustableClock {
  let current = new Date(start);
  return {
    now: () => new Date(current),
    advance: (seconds) => {
      current = new Date(current.getTime() + seconds * 1000);
    },
    set: (moment) => {
      current = new Date(moment);
    },
  };
}
