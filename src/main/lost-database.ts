/**
 * A home that has a ledger is never opened on a database that has none: an empty installation in its place would forget
 * every decision, denial and quarantine without a word. It happens where `DATABASE_URL` is left out once, or names another
 * database, and where an embedded one was deleted.
 */
import { stat } from 'node:fs/promises';
import { sql } from 'kysely';
import { Problem } from '../domain/problem.ts';
import { recordedFolder } from '../platform/db/place.ts';
import type { Queryable } from '../platform/db/port.ts';
import { type Home, headsFile } from './home.ts';

/** Asked before an embedded database is made: one that would be the first of a home that had another. */
export async function requireNoOtherDatabase(home: Home, databaseUrl: string | undefined): Promise<void> {
  if (databaseUrl !== undefined || !(await hasLedger(home))) return;
  if ((await recordedFolder(home.folder)) === undefined) throw lost(home, 'no database belongs to this home');
}

/** Asked before the schema is made or brought forward. */
export async function requireItsLedger(home: Home, db: Queryable): Promise<void> {
  if (!(await hasLedger(home))) return;
  const table = await sql<{ there: boolean }>`select to_regclass('ledger') is not null as there`.execute(db);
  const isMade = table.rows[0]?.there === true;
  const { rows } = isMade ? await sql`select sequence from ledger limit 1`.execute(db) : { rows: [] };
  if (rows.length === 0) throw lost(home, 'the database that was found is empty');
}

/** The signed heads of its ledger lie beside the database, from `init` on. */
async function hasLedger(home: Home): Promise<boolean> {
  return await stat(headsFile(home)).then(
    ({ size }) => size > 0,
    () => false,
  );
}

function lost(home: Home, why: string): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'database-lost',
    what: `The database of ${home.folder} is not there`,
    why: `${why}, and ${headsFile(home)} says that it has a ledger`,
    next: 'Set DATABASE_URL (or database.url in pratique.yaml) to the database it was made with, or restore a backup into a new home.',
  });
}
