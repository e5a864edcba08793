/** Rows about attestations: what upstream published, and what verifying it came to. */
import { createHash } from 'node:crypto';
import { type ColumnType, sql } from 'kysely';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import type { Digest } from '../../domain/digest.ts';
import type { JsonValue } from '../../domain/evidence.ts';
import type { Queryable } from '../../platform/db/port.ts';

type AttestationTables = {
  remembered: { key: Digest; value: ColumnType<unknown, string, string>; kept_at: Date };
  attestations: {
    ecosystem: string;
    name: string;
    version: string;
    filename: string;
    sha256: Digest;
    document: Digest;
    seen_at: Date;
  };
};
const tables = (db: Queryable) => db.withTables<AttestationTables>();

/** Attestations as upstream published them for the bytes of one file. */
export interface AttestationRow {
  readonly filename: string;
  readonly sha256: Digest;
  /** Digest of the document, stored as a blob. */
  readonly document: Digest;
  readonly seenAt: Date;
}

interface OfRelease {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
}

/** The rows about each of several releases, in the order of file names. */
export async function findAttestations(
  db: Queryable,
  ecosystem: string,
  releases: readonly Omit<OfRelease, 'ecosystem'>[],
): Promise<(release: Omit<OfRelease, 'ecosystem'>) => readonly AttestationRow[]> {
  const names = releases.map(({ name }) => name);
  const versions = releases.map(({ version }) => version);
  const rows = await tables(db)
    .selectFrom('attestations')
    .select(['name', 'version', 'filename', 'sha256', 'document', 'seen_at'])
    .where('ecosystem', '=', ecosystem)
    .where(sql<boolean>`(name, version) in (select * from unnest(${names}::text[], ${versions}::text[]))`)
    .orderBy('filename')
    .execute();
  return (release) =>
    rows
      .filter(({ name, version }) => name === release.name && version === release.version)
      .map(({ seen_at: seenAt, filename, sha256, document }) => ({ filename, sha256, document, seenAt }));
}

/** Of which of these packages attestations of any release were ever seen here. */
export async function findAttested(
  db: Queryable,
  ecosystem: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tables(db)
    .selectFrom('attestations')
    .select('name')
    .distinct()
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', sql<string>`any(${[...names]}::text[])`)
    .execute();
  return new Set(rows.map(({ name }) => name));
}

export async function saveAttestation(db: Queryable, row: OfRelease & AttestationRow): Promise<void> {
  const { seenAt, ...values } = row;
  await tables(db)
    .insertInto('attestations')
    .values({ ...values, seen_at: seenAt })
    .onConflict((conflict) =>
      conflict
        .columns(['ecosystem', 'name', 'version', 'filename', 'sha256'])
        .doUpdateSet({ document: row.document, seen_at: seenAt }),
    )
    .execute();
}

/** Under what something is remembered: the digest of all that it follows from. */
export function rememberedKey(basis: unknown): Digest {
  return `sha256:${createHash('sha256').update(canonicalBytes(basis)).digest('hex')}`;
}

/** What a scanner kept; it parses it. */
export async function findRemembered(db: Queryable, key: Digest): Promise<unknown> {
  const row = await tables(db).selectFrom('remembered').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value;
}

export async function saveRemembered(
  db: Queryable,
  key: Digest,
  kept: { readonly value: JsonValue; readonly at: Date },
): Promise<void> {
  await tables(db)
    .insertInto('remembered')
    .values({ key, value: JSON.stringify(kept.value), kept_at: kept.at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
