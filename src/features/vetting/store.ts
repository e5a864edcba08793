/** Rows of the vetting room: evidence sets, examinations, upstream's listings. */
import { type ColumnType, sql } from 'kysely';
import type { Digest } from '../../domain/digest.ts';
import type { UpstreamPackage } from '../../domain/distribution.ts';
import type { EvidenceSet } from '../../domain/evidence.ts';
import type { Examination } from '../../domain/examination.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { upstreamPackageSchema } from './schema.ts';

type VettingTables = {
  evidence_sets: {
    digest: Digest;
    channel: string;
    ecosystem: string;
    name: string;
    version: string | null;
    extras: string[];
    request: string | null;
    root: string;
    verdict: string;
    collected_at: Date;
  };
  examinations: {
    sha256: Digest;
    ecosystem: string;
    filename: string;
    name: string;
    version: string;
    examiner: number;
    result: ColumnType<unknown, string, string>;
    examined_at: Date;
  };
  upstream_packages: {
    ecosystem: string;
    name: string;
    document: ColumnType<unknown, string, string>;
    read_at: Date;
  };
};

const tables = (db: Queryable) => db.withTables<VettingTables>();

/** Which archive, read as what: the same bytes may be right under one name and wrong under another. */
export interface ExaminationKey {
  readonly sha256: Digest;
  readonly ecosystem: string;
  readonly filename: string;
  readonly name: string;
  readonly version: string;
  /** Version of the examining code; raise it and files are read again. */
  readonly examiner: number;
}

export async function insertEvidenceSet(
  db: Queryable,
  digest: Digest,
  set: EvidenceSet,
  request: string | null,
): Promise<void> {
  await tables(db)
    .insertInto('evidence_sets')
    .values({
      digest,
      channel: set.channel,
      ecosystem: set.ecosystem,
      name: set.asked.name,
      version: set.asked.version,
      extras: [...set.asked.extras],
      request,
      root: set.root,
      verdict: set.verdict.outcome,
      collected_at: new Date(set.collectedAt),
    })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}

/** Digest of the newest evidence set collected for a request. */
export async function newestEvidenceOf(db: Queryable, request: string): Promise<Digest | undefined> {
  const row = await tables(db)
    .selectFrom('evidence_sets')
    .select('digest')
    .where('request', '=', request)
    .orderBy('collected_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.digest;
}

/** A stored examination; the caller parses it, since an older release of the product may have written it. */
export async function findExamination(db: Queryable, key: ExaminationKey): Promise<unknown> {
  const row = await tables(db)
    .selectFrom('examinations')
    .select('result')
    .where('sha256', '=', key.sha256)
    .where('ecosystem', '=', key.ecosystem)
    .where('filename', '=', key.filename)
    .where('name', '=', key.name)
    .where('version', '=', key.version)
    .where('examiner', '=', key.examiner)
    .executeTakeFirst();
  return row?.result;
}

export async function saveExamination(
  db: Queryable,
  key: ExaminationKey,
  result: Examination,
  at: Date,
): Promise<void> {
  await tables(db)
    .insertInto('examinations')
    .values({ ...key, result: JSON.stringify(result), examined_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function saveUpstreamPackage(db: Queryable, listing: UpstreamPackage): Promise<void> {
  const document = JSON.stringify(listing);
  await tables(db)
    .insertInto('upstream_packages')
    .values({ ecosystem: listing.ecosystem, name: listing.name, document, read_at: new Date(listing.readAt) })
    .onConflict((conflict) =>
      conflict
        .columns(['ecosystem', 'name'])
        .doUpdateSet({ document, read_at: new Date(listing.readAt) })
        .where(sql<boolean>`upstream_packages.read_at < excluded.read_at`),
    )
    .execute();
}

export async function findUpstreamPackage(
  db: Queryable,
  ecosystem: string,
  name: string,
): Promise<UpstreamPackage | undefined> {
  const row = await tables(db)
    .selectFrom('upstream_packages')
    .select('document')
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', name)
    .executeTakeFirst();
  const parsed = upstreamPackageSchema.safeParse(row?.document);
  return parsed.success ? parsed.data : undefined;
}
