/** Rows of the feeds room. */
import { sql } from 'kysely';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { FeedKind } from './kinds.ts';
import type { PopularName } from './popularity.ts';

type FeedTables = {
  feeds: { kind: string; ecosystem: string; source: string; records: number; imported_at: Date };
  popular_names: { ecosystem: string; name: string; rank: number; downloads: number | null };
};
const tables = (db: Queryable) => db.withTables<FeedTables>();

export interface FeedRow {
  readonly kind: string;
  readonly ecosystem: EcosystemId;
  readonly source: string;
  readonly records: number;
  readonly importedAt: Date;
}

export async function saveFeed(db: Queryable, feed: FeedRow & { readonly kind: FeedKind }): Promise<void> {
  const { importedAt, ...row } = feed;
  const values = { ...row, imported_at: importedAt };
  await tables(db)
    .insertInto('feeds')
    .values(values)
    .onConflict((conflict) => conflict.columns(['kind', 'ecosystem']).doUpdateSet(values))
    .execute();
}

export async function findFeeds(db: Queryable): Promise<readonly FeedRow[]> {
  const rows = await tables(db).selectFrom('feeds').selectAll().orderBy('kind').orderBy('ecosystem').execute();
  return rows.map(({ imported_at, ...row }) => ({ ...row, importedAt: imported_at }));
}

/** The new list takes the place of the old one. */
export async function replacePopularNames(
  db: Queryable,
  ecosystem: EcosystemId,
  names: readonly PopularName[],
): Promise<void> {
  await tables(db).deleteFrom('popular_names').where('ecosystem', '=', ecosystem).execute();
  await sql`
    insert into popular_names (ecosystem, name, rank, downloads)
    select ${ecosystem}, r.name, r.rank, r.downloads
    from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as r(name text, rank integer, downloads bigint)`.execute(
    db,
  );
}

export async function findPopularNames(db: Queryable, ecosystem: EcosystemId): Promise<readonly string[]> {
  const rows = await tables(db)
    .selectFrom('popular_names')
    .select('name')
    .where('ecosystem', '=', ecosystem)
    .orderBy('rank')
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}
