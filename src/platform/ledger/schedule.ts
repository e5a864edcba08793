/** Work that is done from time to time: of all processes on one database, one at a time does it. */
import { sql } from 'kysely';
import type { Clock } from '../clock/port.ts';
import type { Database } from '../db/port.ts';

export interface Schedule {
  /**
   * Runs `work` every so many seconds while started; `name` is what processes agree by. Works wait for themselves only: one
   * that takes long holds up no other. `whileStarted`: never from `runDue`, for what a command should not wait for.
   */
  every(seconds: number, name: string, work: () => Promise<void>, options?: { readonly whileStarted: boolean }): void;
  /** Runs what is due now, once. `start` does it over and over; a command may do it by itself. */
  runDue(): Promise<void>;
  start(): void;
  /** Starts nothing new and waits for what runs. */
  stop(): Promise<void>;
}

export interface ScheduleDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly onError: (name: string, error: unknown) => void;
}

/** How often it is looked whether something is due: milliseconds. Objection windows in a demonstration last seconds. */
const TICK_MS = 500;

interface Entry {
  readonly seconds: number;
  readonly name: string;
  readonly work: () => Promise<void>;
  readonly whileStarted: boolean;
}

export function createSchedule(deps: ScheduleDeps): Schedule {
  const entries: Entry[] = [];
  const running = new Map<Entry, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  const run = (entry: Entry): Promise<void> => {
    const already = running.get(entry);
    if (already !== undefined) return already;
    const turn = runOne(deps, entry)
      .catch((error: unknown) => deps.onError(entry.name, error))
      .finally(() => running.delete(entry));
    running.set(entry, turn);
    return turn;
  };
  return {
    every: (seconds, name, work, options = { whileStarted: false }) =>
      void entries.push({ seconds, name, work, ...options }),
    async runDue() {
      await Promise.all(entries.filter(({ whileStarted }) => !whileStarted).map(run));
    },
    start() {
      timer ??= setInterval(() => entries.forEach((entry) => void run(entry)), TICK_MS);
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await Promise.all(running.values());
    },
  };
}

/** The lock is held by one connection while the work runs, without a transaction: a long work blocks no cleaning up. */
async function runOne({ db, clock }: ScheduleDeps, entry: Entry): Promise<void> {
  const now = clock.now();
  const before = new Date(now.getTime() - entry.seconds * 1000);
  const due = await sql`
    select 1 from (select ${entry.name}::text as name) as wanted
    where not exists (select 1 from schedules where schedules.name = wanted.name and last_run_at > ${before})`.execute(
    db,
  );
  if (due.rows.length === 0) return;
  await db.connection().execute(async (connection) => {
    const key = sql`hashtextextended(${`schedule ${entry.name}`}, 0)`;
    const lock = await sql<{ mine: boolean }>`select pg_try_advisory_lock(${key}) as mine`.execute(connection);
    if (lock.rows[0]?.mine !== true) return;
    try {
      const claimed = await sql`
        insert into schedules (name, last_run_at) values (${entry.name}, ${now})
        on conflict (name) do update set last_run_at = excluded.last_run_at where schedules.last_run_at <= ${before}
        returning name`.execute(connection);
      if (claimed.rows.length > 0) await entry.work();
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection);
    }
  });
}
