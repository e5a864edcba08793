/**
 * The demand room: how often installs of a package were refused, per channel and day. Nobody is noted with it, neither a person
 * nor an address. Counting is one look-up in memory; the database hears of it now and then, so that serving never waits.
 */
import type { Refusal } from '../../domain/refusal.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Log } from '../../platform/log/port.ts';
import { addCounts, deleteBefore, type RefusedRow } from './store.ts';

export interface DemandDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Demand {
  /** Counts one refused install. Never waits and never throws. */
  note(refusal: Refusal): void;
  /** Writes what was counted since the last time. */
  flush(): Promise<void>;
  /** Flushes from time to time until `stop`, which flushes once more. */
  start(): void;
  stop(): Promise<void>;
}

/** Names in memory at once: who asks for ever new names must not fill it. What comes beyond is counted after the next flush. */
const MOST_NAMES = 2000;
const FLUSH_MS = 10_000;
const MS_PER_DAY = 86_400_000;
/** What nobody tried to install for so long is forgotten: days. */
export const KEPT_DAYS = 90;

export function createDemand(deps: DemandDeps): Demand {
  const counts = new Map<string, RefusedRow>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const flush = () => {
    running = running.then(() => writeAll(deps, counts));
    return running;
  };
  return {
    note({ channel, ecosystem, name, version = '' }) {
      const day = deps.clock.now().toISOString().slice(0, 10);
      const key = `${day}/${channel}/${ecosystem}/${name}@${version}`;
      const row = counts.get(key);
      if (row !== undefined) row.count += 1;
      else if (counts.size < MOST_NAMES) counts.set(key, { channel, ecosystem, name, version, day, count: 1 });
    },
    flush,
    start() {
      timer ??= setInterval(() => void flush(), FLUSH_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await flush();
    },
  };
}

/** A count that could not be written is kept for the next time. */
async function writeAll({ db, clock, log }: DemandDeps, counts: Map<string, RefusedRow>): Promise<void> {
  if (counts.size === 0) return;
  const taken = [...counts];
  counts.clear();
  try {
    const oldest = new Date(clock.now().getTime() - KEPT_DAYS * MS_PER_DAY).toISOString().slice(0, 10);
    await addCounts(
      db,
      taken.map(([, row]) => row),
    );
    await deleteBefore(db, oldest);
  } catch (error) {
    for (const [key, row] of taken) {
      const since = counts.get(key);
      if (since !== undefined) since.count += row.count;
      else if (counts.size < MOST_NAMES) counts.set(key, row);
    }
    log.warn('refused installs could not be counted', { reason: String(error) });
  }
}
