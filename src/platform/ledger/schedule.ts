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
  let turn: Promise<unknown> | undefined;
  const run = (entry: Entry): Promise<void> => {
    const already = running.get(entry);
    if (already !== undefined) return already;
    const work = runOne(deps, entry)
      .catch((error: unknown) => deps.onError(entry.name, error))
      .finally(() => running.delete(entry));
    running.set(entry, work);
    return work;
  };
  const runDueOf = async (asked: readonly Entry[]) => {
    const due = await dueOf(deps, asked).catch((error: unknown) => {
      deps.onError('what is due', error);
      return [];
    });
    return due.map(run);
  };
  return {
    every: (seconds, name, work, options = { whileStarted: false }) =>
      void entries.push({ seconds, name, work, ...options }),
    async runDue() {
      const asked = entries.filter(({ whileStarted }) => !whileStarted);
      const begun = await runDueOf(asked);
      await Promise.all([...begun, ...asked.map((entry) => running.get(entry))]);
    },
    start() {
      timer ??= setInterval(() => {
        turn ??= runDueOf(entries).finally(() => {
          turn = undefined;
        });
      }, TICK_MS);
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await turn;
      await Promise.all(running.values());
    },
  };
}

/** One question for all works: a server at rest asks it twice a second. */
async function dueOf({ db, clock }: ScheduleDeps, entries: readonly Entry[]): Promise<readonly Entry[]> {
  const { rows } = await sql<{ name: string; last_run_at: Date }>`select name, last_run_at from schedules`.execute(db);
  const lastRuns = new Map(rows.map(({ name, last_run_at: at }) => [name, at.getTime()]));
  const now = clock.now().getTime();
  return entries.filter(({ name, seconds }) => now - (lastRuns.get(name) ?? 0) >= seconds * 1000);
}

/** The lock is held by one connection while the work runs, without a transaction: a long work blocks no cleaning up. */
async function runOne({ db, clock }: ScheduleDeps, entry: Entry): Promise<void> {
  const now = clock.now();
  const before = new Date(now.getTime() - entry.seconds * 1000);
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
