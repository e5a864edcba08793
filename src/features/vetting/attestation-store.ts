/** Rows about attestations: what upstream published, and what verifying it came to. */
import type { ColumnType } from 'kysely';
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

export async function findAttestations(db: Queryable, release: OfRelease): Promise<readonly AttestationRow[]> {
  const { ecosystem, name, version } = release;
  const rows = await tables(db)
    .selectFrom('attestations')
    .select(['filename', 'sha256', 'document', 'seen_at'])
    .where((where) => where.and({ ecosystem, name, version }))
    .orderBy('filename')
    .execute();
  return rows.map(({ seen_at, ...row }) => ({ ...row, seenAt: seen_at }));
}

/** Whether attestations of any release of a package were ever seen here. */
export async function hasAttestations(db: Queryable, ecosystem: string, name: string): Promise<boolean> {
  const row = await tables(db)
    .selectFrom('attestations')
    .select('version')
    .where((where) => where.and({ ecosystem, name }))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
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
