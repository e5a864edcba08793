/** Rows of bundles: requests that one file of a project asked for. */
import { sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

export type BundleRow = {
  id: string;
  number: number;
  channel: string;
  title: string;
  filed_by: string;
  filed_at: Date;
  /** Packages that the file names, and those of them that were available. */
  packages: number;
  available: number;
};
/** Times are RFC 3339, UTC. */
export interface Bundle {
  readonly id: string;
  readonly number: number;
  readonly channel: string;
  readonly title: string;
  readonly filedBy: string;
  readonly filedAt: string;
  readonly packages: number;
  readonly available: number;
}

type BundleTables = { bundles: BundleRow; bundle_requests: { bundle: string; request: string } };
const tables = (db: Queryable) => db.withTables<BundleTables>();

export async function nextBundle(db: Queryable): Promise<number> {
  const { rows } = await sql<{ number: string }>`select nextval('bundle_ids')::text as number`.execute(db);
  return Number(rows[0]?.number ?? 0);
}

export async function insertBundle(db: Queryable, row: BundleRow, requests: readonly string[]): Promise<void> {
  await tables(db).insertInto('bundles').values(row).execute();
  const links = requests.map((request) => ({ bundle: row.id, request }));
  if (links.length > 0) await tables(db).insertInto('bundle_requests').values(links).execute();
}

export async function findBundleRow(db: Queryable, id: string): Promise<BundleRow | undefined> {
  return tables(db).selectFrom('bundles').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function bundleRows(
  db: Queryable,
  { channel, after = 0, limit }: { channel?: string | undefined; after?: number | undefined; limit: number },
): Promise<readonly BundleRow[]> {
  const query = tables(db).selectFrom('bundles').selectAll().where('number', '>', after);
  const narrowed = channel === undefined ? query : query.where('channel', '=', channel);
  return narrowed.orderBy('number').limit(limit).execute();
}

export async function requestsIn(db: Queryable, bundle: string): Promise<readonly string[]> {
  const rows = await tables(db).selectFrom('bundle_requests').select('request').where('bundle', '=', bundle).execute();
  return rows.map(({ request }) => request);
}

export function bundleOf(row: BundleRow): Bundle {
  const { id, number, channel, title, packages, available } = row;
  const filed = { filedBy: row.filed_by, filedAt: row.filed_at.toISOString() };
  return { id, number, channel, title, ...filed, packages, available };
}
