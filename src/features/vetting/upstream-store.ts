/** Rows of what upstream said: the listing of each package as it was read last. */
import { type ColumnType, sql } from 'kysely';
import { z } from 'zod';
import type { Digest } from '../../domain/digest.ts';
import type { Distribution, UpstreamPackage } from '../../domain/distribution.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { type NamedFile, rowsOf, tableOf } from './named-files.ts';
import { saidBy } from './said.ts';
import { distributionSchema, upstreamPackageSchema } from './schema.ts';

type UpstreamTables = {
  upstream_packages: {
    ecosystem: string;
    name: string;
    document: ColumnType<unknown, string, string>;
    /** Digest of what the document says; `null` in rows that are older than this column. */
    said: Digest | null;
    /** Of the last reading; the moment in the document is that of the reading that changed it. */
    read_at: Date;
    asked_at: ColumnType<Date | null, never, Date>;
  };
};

const tables = (db: Queryable) => db.withTables<UpstreamTables>();

export async function saveUpstreamPackage(db: Queryable, listing: UpstreamPackage): Promise<void> {
  await saveUpstreamPackages(db, listing.ecosystem, [listing]);
}

/**
 * Keeps listings of an ecosystem, one for each name, unless one that was read later is kept. Where a listing says what is kept
 * already, only the moment of reading is written: the listings of a tree take megabytes.
 */
export async function saveUpstreamPackages(
  db: Queryable,
  ecosystem: string,
  listings: readonly UpstreamPackage[],
): Promise<void> {
  const rows = listings
    .map((listing) => ({ listing, name: listing.name, said: saidBy(listing), readAt: new Date(listing.readAt) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const names = rows.map(({ name }) => name);
  // Rows are locked in one order, so that vettings of trees that share packages do not wait for each other in a circle.
  const kept = await tables(db)
    .selectFrom('upstream_packages')
    .select(['name', 'said'])
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', sql<string>`any(${names}::text[])`)
    .orderBy('name')
    .forUpdate()
    .execute();
  const known = new Map(kept.map(({ name, said }) => [name, said]));
  const same = rows.filter(({ name, said }) => known.get(name) === said);
  await sql`
    update upstream_packages set read_at = now.read_at
    from unnest(${same.map(({ name }) => name)}::text[], ${same.map(({ readAt }) => readAt)}::timestamptz[]) now (name, read_at)
    where ecosystem = ${ecosystem} and upstream_packages.name = now.name and upstream_packages.read_at < now.read_at`.execute(
    db,
  );
  for (const { listing, name, said, readAt } of rows) {
    if (known.get(name) === said) continue;
    const changed = { document: JSON.stringify(listing), said, read_at: readAt };
    await tables(db)
      .insertInto('upstream_packages')
      .values({ ecosystem, name, ...changed })
      .onConflict((conflict) =>
        conflict
          .columns(['ecosystem', 'name'])
          .doUpdateSet(changed)
          .where(sql<boolean>`upstream_packages.read_at < excluded.read_at`),
      )
      .execute();
  }
}

/** Of these names, those about which upstream was not asked since a moment; the oldest first. */
export async function askedBefore(
  db: Queryable,
  { ecosystem, names, before, limit }: { ecosystem: string; names: readonly string[]; before: Date; limit: number },
): Promise<readonly string[]> {
  const rows = await tables(db)
    .selectFrom('upstream_packages')
    .select('name')
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', sql<string>`any(${[...names]}::text[])`)
    .where(sql<boolean>`greatest(read_at, asked_at) < ${before}`)
    .orderBy(sql`greatest(read_at, asked_at)`)
    .limit(limit)
    .execute();
  return rows.map(({ name }) => name);
}

/** Upstream is asked about a listing again, whatever comes of it. */
export async function markAsked(
  db: Queryable,
  { ecosystem, name, at }: { ecosystem: string; name: string; at: Date },
): Promise<void> {
  await tables(db)
    .updateTable('upstream_packages')
    .set({ asked_at: at })
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', name)
    .execute();
}

export async function findUpstreamPackage(
  db: Queryable,
  ecosystem: string,
  name: string,
): Promise<UpstreamPackage | undefined> {
  const row = await tables(db)
    .selectFrom('upstream_packages')
    .select(['document', 'read_at'])
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', name)
    .executeTakeFirst();
  const parsed = upstreamPackageSchema.safeParse(row?.document);
  return parsed.success && row !== undefined ? { ...parsed.data, readAt: row.read_at.toISOString() } : undefined;
}

/** What a listing says of versions alone. */
export interface ListedVersions {
  readonly versions: readonly string[];
  /** Whether every source answered when it was read. */
  readonly isWhole: boolean;
  /** Whether entries were listed that cannot be used, which are none of the versions. */
  readonly hasLeftOut: boolean;
  /** When upstream was asked about it last. */
  readonly askedAt: Date;
}

/** The versions of the listing that was read last; PostgreSQL takes them out. `undefined` where none was ever read. */
export async function findListedVersions(
  db: Queryable,
  ecosystem: string,
  name: string,
): Promise<ListedVersions | undefined> {
  const row = await tables(db)
    .selectFrom('upstream_packages')
    .select([
      sql<unknown>`jsonb_path_query_array(document, '$.releases[*].version')`.as('versions'),
      sql<boolean>`not jsonb_path_exists(document, '$.warnings[*] ? (!exists(@.kind) || @.kind != "left-out")')`.as(
        'isWhole',
      ),
      sql<boolean>`jsonb_path_exists(document, '$.warnings[*] ? (@.kind == "left-out")')`.as('hasLeftOut'),
      sql<Date>`greatest(read_at, asked_at)`.as('askedAt'),
    ])
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', name)
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, versions: z.array(z.string()).parse(row.versions) };
}

export interface ListedFile {
  readonly files: readonly Distribution[];
  readonly readAt: string | undefined;
}

/**
 * Files as the listing that was read last has each, and when that was. PostgreSQL takes them out: a listing may hold thousands,
 * and every file of a tree is asked about.
 */
export async function findListedFiles(
  db: Queryable,
  ecosystem: string,
  files: readonly NamedFile[],
): Promise<(file: NamedFile) => ListedFile> {
  const { rows } = await sql<NamedFile & { file: unknown; read_at: Date }>`
    select asked.name, asked.version, asked.filename, listed.file, listed.read_at
    from ${tableOf(files)} asked
    cross join lateral (
      select file, read_at
      from upstream_packages,
        jsonb_array_elements(document -> 'releases') release, jsonb_array_elements(release -> 'distributions') file
      where ecosystem = ${ecosystem} and upstream_packages.name = asked.name
        and release ->> 'version' = asked.version and file ->> 'filename' = asked.filename) listed`.execute(db);
  return (file) => {
    const found = rowsOf(rows, file);
    return {
      files: found.map(({ file }) => distributionSchema.parse(file)),
      readAt: found[0]?.read_at.toISOString(),
    };
  };
}
