/** Rows of the feeds room. */
import { type ColumnType, sql } from 'kysely';
import { z } from 'zod';
import type { ExploitChance, KnownExploited } from '../../domain/exploitation.ts';
import type { Popularity } from '../../domain/popularity.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { TrustRoot } from '../../domain/trust-root.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { FeedKind } from './kinds.ts';
import type { PopularityList } from './popularity.ts';

type FeedTables = {
  feeds: { kind: string; ecosystem: string; source: string; records: number; imported_at: Date };
  popular_names: {
    ecosystem: string;
    name: string;
    rank: number;
    /** PostgreSQL's bigint arrives as text. */
    downloads: string | null;
    downloads_months12: string | null;
  };
  popular_versions: {
    ecosystem: string;
    name: string;
    version: string;
    downloads: string | null;
    downloads_months12: string | null;
  };
  exploited_flaws: { cve: string; listed_on: string | null; ransomware: boolean | null };
  exploit_chances: { cve: string; epss: number; percentile: number | null };
  trust_roots: { position: number; root: string; keys: ColumnType<unknown, string, string> };
};
const tables = (db: Queryable) => db.withTables<FeedTables>();

/** Rows in one statement: large enough to be quick, small enough for one message. */
const BATCH = 10_000;

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
export async function replacePopularity(
  db: Queryable,
  ecosystem: EcosystemId,
  { names, versions }: PopularityList,
): Promise<void> {
  await tables(db).deleteFrom('popular_names').where('ecosystem', '=', ecosystem).execute();
  await tables(db).deleteFrom('popular_versions').where('ecosystem', '=', ecosystem).execute();
  for (const batch of batchesOf(names))
    await sql`
      insert into popular_names (ecosystem, name, rank, downloads, downloads_months12)
      select ${ecosystem}, r.name, r.rank, r.downloads, r.months12
      from jsonb_to_recordset(${JSON.stringify(batch)}::jsonb)
        as r(name text, rank integer, downloads bigint, months12 bigint)`.execute(db);
  for (const batch of batchesOf(versions))
    await sql`
      insert into popular_versions (ecosystem, name, version, downloads, downloads_months12)
      select ${ecosystem}, r.name, r.version, r.downloads, r.months12
      from jsonb_to_recordset(${JSON.stringify(batch)}::jsonb)
        as r(name text, version text, downloads bigint, months12 bigint)`.execute(db);
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

/** What a list of `outOf` names says of those packages that are on it, by name. */
export async function findPopularity(
  db: Queryable,
  {
    ecosystem,
    names,
    outOf,
  }: { readonly ecosystem: EcosystemId; readonly names: readonly string[]; readonly outOf: number },
): Promise<ReadonlyMap<string, Popularity>> {
  if (names.length === 0) return new Map();
  const listed = await tables(db)
    .selectFrom('popular_names')
    .select(['name', 'rank', 'downloads', 'downloads_months12'])
    .where('ecosystem', '=', ecosystem)
    .where('name', 'in', [...names])
    .execute();
  const ofVersions = await tables(db)
    .selectFrom('popular_versions')
    .select(['name', 'version', 'downloads', 'downloads_months12'])
    .where('ecosystem', '=', ecosystem)
    .where('name', 'in', [...names])
    .orderBy('version')
    .execute();
  const versions = Map.groupBy(ofVersions, ({ name }) => name);
  return new Map(
    listed.map(({ name, rank, ...counts }) => [
      name,
      {
        ...{ rank, outOf, ...countsOf(counts) },
        versions: (versions.get(name) ?? []).map((one) => ({ version: one.version, ...countsOf(one) })),
      },
    ]),
  );
}

function countsOf(row: { readonly downloads: string | null; readonly downloads_months12: string | null }) {
  return { days30: countOf(row.downloads), months12: countOf(row.downloads_months12) };
}

/** The new list takes the place of the old one. */
export async function replaceExploited(db: Queryable, flaws: readonly KnownExploited[]): Promise<void> {
  await tables(db).deleteFrom('exploited_flaws').execute();
  for (const batch of batchesOf(flaws))
    await sql`
      insert into exploited_flaws (cve, listed_on, ransomware)
      select r.cve, r."listedOn", r.ransomware
      from jsonb_to_recordset(${JSON.stringify(batch)}::jsonb)
        as r(cve text, "listedOn" text, ransomware boolean)`.execute(db);
}

export async function findExploited(db: Queryable, cves: readonly string[]): Promise<readonly KnownExploited[]> {
  if (cves.length === 0) return [];
  const rows = await tables(db)
    .selectFrom('exploited_flaws')
    .selectAll()
    .where('cve', 'in', [...cves])
    .orderBy('cve')
    .execute();
  return rows.map(({ listed_on, ...row }) => ({ ...row, listedOn: listed_on }));
}

/** The new list takes the place of the old one. */
export async function replaceChances(db: Queryable, chances: readonly ExploitChance[]): Promise<void> {
  await tables(db).deleteFrom('exploit_chances').execute();
  for (const batch of batchesOf(chances))
    await sql`
      insert into exploit_chances (cve, epss, percentile)
      select r.cve, r.epss, r.percentile
      from jsonb_to_recordset(${JSON.stringify(batch)}::jsonb)
        as r(cve text, epss double precision, percentile double precision)`.execute(db);
}

export async function findChances(db: Queryable, cves: readonly string[]): Promise<readonly ExploitChance[]> {
  if (cves.length === 0) return [];
  return tables(db)
    .selectFrom('exploit_chances')
    .selectAll()
    .where('cve', 'in', [...cves])
    .orderBy('cve')
    .execute();
}

/** The new trust root takes the place of the old one. */
export async function replaceTrustRoots(db: Queryable, roots: readonly TrustRoot[]): Promise<void> {
  await tables(db).deleteFrom('trust_roots').execute();
  const rows = roots.map(({ root, keys }, position) => ({ position, root, keys: JSON.stringify(keys) }));
  await tables(db).insertInto('trust_roots').values(rows).execute();
}

const keysSchema: z.ZodType<TrustRoot['keys'], unknown> = z.array(
  z.object({ hint: z.string(), spki: z.string(), validFrom: z.string(), validUntil: z.string().nullable() }),
);

export async function findTrustRoots(db: Queryable): Promise<readonly TrustRoot[]> {
  const rows = await tables(db).selectFrom('trust_roots').selectAll().orderBy('position').execute();
  return rows.map(({ root, keys }) => ({ root, keys: keysSchema.parse(keys) }));
}

function* batchesOf<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < rows.length; start += BATCH) yield rows.slice(start, start + BATCH);
}

function countOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
