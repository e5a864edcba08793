/** How many calls somebody makes in a minute, in a window that slides: no burst at the turn of the minute doubles the limit. */
import { LRUCache } from 'lru-cache';
import { callerNetwork, callerSite } from '../../domain/caller-network.ts';

export interface CallRates {
  /** Counts a call of `key`. */
  take(key: string, limit: number): Taken;
  /** Counts a call from an address: for its network, and for all networks of its IPv6 site together. */
  takeFrom(address: string, limit: number): Taken;
}

export interface Taken {
  readonly isAllowed: boolean;
  readonly limit: number;
  /** Calls left now. */
  readonly left: number;
  /** Until calls are free again, whole seconds. */
  readonly seconds: number;
}

const WINDOW_MS = 60_000;
/** As many networks of one IPv6 site are busy at once: a campus that browses, and not an owner of 65,536 who has them all call. */
const BUSY_NETWORKS_OF_A_SITE = 16;
/** Callers remembered: a stranger with many addresses takes two megabytes and no more. */
const MOST_CALLERS = 20_000;

interface Count {
  readonly window: number;
  readonly calls: number;
  readonly before: number;
}

/** Counts in memory: a restart forgives a minute. The count of the last minute fades as this one passes. */
export function createCallRates(now: () => Date): CallRates {
  // By size and not by number: for a number, all places are made at once.
  const counts = new LRUCache<string, Count>({ maxSize: MOST_CALLERS, sizeCalculation: () => 1 });
  const look = (key: string, limit: number): Taken & { count(): void } => {
    const at = now().getTime();
    const window = Math.floor(at / WINDOW_MS);
    const passed = (at % WINDOW_MS) / WINDOW_MS;
    const count = inWindow(counts.get(key), window);
    const used = count.calls + count.before * (1 - passed);
    const isAllowed = used + 1 <= limit;
    const counted = isAllowed ? { ...count, calls: count.calls + 1 } : count;
    const left = Math.max(0, Math.floor(limit - used - (isAllowed ? 1 : 0)));
    const seconds = secondsUntilFree(counted, { passed, limit });
    return { isAllowed, limit, left, seconds, count: () => void counts.set(key, counted) };
  };
  // A refused call is not counted, for nobody: who waits as long as is said is answered.
  const takeAll = (first: ReturnType<typeof look>, second?: ReturnType<typeof look>): Taken => {
    const { count, ...taken } = second?.isAllowed === false && first.isAllowed ? second : first;
    if (taken.isAllowed) for (const each of [first, second]) each?.count();
    return taken;
  };
  return {
    take: (key, limit) => takeAll(look(key, limit)),
    takeFrom(address, limit) {
      const network = callerNetwork(address);
      const site = callerSite(network);
      const ofSite = site === undefined ? undefined : look(`address ${site}`, limit * BUSY_NETWORKS_OF_A_SITE);
      return takeAll(look(`address ${network}`, limit), ofSite);
    },
  };
}

/** When one more call fits: in this window, when enough of the last one has faded, else in the next. */
function secondsUntilFree({ calls, before }: Count, { passed, limit }: { passed: number; limit: number }): number {
  const room = limit - 1 - calls;
  const windows = room >= 0 ? faded(before, room) - passed : 1 - passed + faded(calls, limit - 1);
  return Math.max(0, Math.ceil((windows * WINDOW_MS) / 1000));
}

/** The part of a window that passes until no more than `room` of so many calls still counts. */
function faded(calls: number, room: number): number {
  return calls <= room ? 0 : 1 - room / calls;
}

function inWindow(count: Count | undefined, window: number): Count {
  if (count?.window === window) return count;
  return { window, calls: 0, before: count?.window === window - 1 ? count.calls : 0 };
}
