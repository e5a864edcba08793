/** How far the vetting of a request is, noted where other processes can read it. */
import type { Clock } from '../../platform/clock/port.ts';
import type { Database, Queryable } from '../../platform/db/port.ts';
import type { VetProgress, Watch } from './ask.ts';

/** A person looks every few seconds at most; a tree of a thousand has thousands of steps. Milliseconds. */
const NOTED_EVERY_MS = 2000;

/** Where a vetting stood at a time (RFC 3339, UTC). */
export type NotedProgress = Omit<VetProgress, 'label'> & { readonly at: string };

type ProgressTables = {
  vetting_progress: { request: string; step: VetProgress['step']; done: number; total: number; at: Date };
};

const tables = (db: Queryable) => db.withTables<ProgressTables>();

/**
 * Works with a watch that notes how far it is; afterwards nothing is noted any more, however the work ended. A note that
 * cannot be written is left out: nothing depends on it.
 */
export async function withProgress<T>(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  request: string,
  work: (watch: Watch) => Promise<T>,
): Promise<T> {
  let noted: { readonly at: number; readonly step: string; readonly isOver: boolean } | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  const watch: Watch = ({ step, done, total }) => {
    const at = clock.now();
    const isOver = done >= total;
    // What begins or ends a step is never passed over: nothing may come after it for a long time.
    const isNews = noted === undefined || noted.step !== step || (isOver && !noted.isOver);
    if (!isNews && at.getTime() - (noted?.at ?? 0) < NOTED_EVERY_MS) return;
    noted = { at: at.getTime(), step, isOver };
    const row = { step, done, total, at };
    writing = writing
      .then(() =>
        tables(db)
          .insertInto('vetting_progress')
          .values({ request, ...row })
          .onConflict((conflict) => conflict.column('request').doUpdateSet(row))
          .execute(),
      )
      .catch(() => undefined);
  };
  try {
    return await work(watch);
  } finally {
    await writing;
    await tables(db)
      .deleteFrom('vetting_progress')
      .where('request', '=', request)
      .execute()
      .catch(() => undefined);
  }
}

/** Where the vetting of a request stands; `undefined` while none runs. */
export async function vettingProgress(db: Queryable, request: string): Promise<NotedProgress | undefined> {
  const row = await tables(db)
    .selectFrom('vetting_progress')
    .select(['step', 'done', 'total', 'at'])
    .where('request', '=', request)
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, at: row.at.toISOString() };
}
