/** A light circuit breaker: an origin that failed several times in a row is left alone for a moment. */
import { type Failure, finalFailure, seconds } from './failure.ts';
import type { FetchLimits } from './settings.ts';

export interface Rest {
  /** A failure at once where the origin rests. */
  check(origin: string, now: Date): Failure | undefined;
  /** Notes how a whole question (with its retries) ended. */
  note(origin: string, ended: 'answered' | 'failed', now: Date): void;
}

/** One per process. */
export function createRest(limits: FetchLimits): Rest {
  const failures = new Map<string, { inARow: number; until: number }>();
  return {
    check: (origin, now) => {
      const state = failures.get(origin);
      if (state === undefined || state.inARow < limits.failuresBeforeRest || now.getTime() >= state.until)
        return undefined;
      return finalFailure(
        `${origin} did not answer ${state.inARow} times in a row; it is asked again within ${seconds(limits.restMs)}`,
      );
    },
    note: (origin, ended, now) => {
      if (ended === 'answered') {
        failures.delete(origin);
        return;
      }
      const inARow = (failures.get(origin)?.inARow ?? 0) + 1;
      failures.set(origin, { inARow, until: now.getTime() + limits.restMs });
    },
  };
}
