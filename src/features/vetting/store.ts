/** Rows of the vetting room: evidence sets, examinations, what is known of files. */
import { type ColumnType, sql } from 'kysely';
import type { Digest } from '../../domain/digest.ts';
import type { EvidenceSet, ScanOutcome } from '../../domain/evidence.ts';
import type { Examination } from '../../domain/examination.ts';
import type { TrialReport } from '../../domain/trial.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { scanOutcomeSchema } from './evidence-schema.ts';
import { type NamedFile, rowsOf, tableOf } from './named-files.ts';
import { trialReportSchema } from './trial-report.ts';

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
  known_files: { integrity: string; sha256: Digest; seen_at: Date };
  content_outcomes: {
    sha256: Digest;
    ecosystem: string;
    filename: string;
    name: string;
    release_version: string;
    scanner: string;
    version: number;
    outcome: ColumnType<unknown, string, string>;
    inspected_at: Date;
  };
  trials: {
    key: string;
    report: ColumnType<unknown, string, never>;
    tried_at: Date;
  };
  registry_keys: { ecosystem: string; document: Digest; read_at: Date };
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

/** The newest evidence of a channel about a tree with this root (a purl), whoever asked for it. */
export async function newestEvidenceAbout(
  db: Queryable,
  about: { readonly channel: string; readonly ecosystem: string; readonly name: string; readonly root: string },
): Promise<Digest | undefined> {
  const row = await tables(db)
    .selectFrom('evidence_sets')
    .select('digest')
    .where('channel', '=', about.channel)
    .where('ecosystem', '=', about.ecosystem)
    .where('name', '=', about.name)
    .where('root', '=', about.root)
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

/** The same about all files with these digests, under whatever names. */
export async function findExaminationsOf(
  db: Queryable,
  digests: readonly Digest[],
  { ecosystem, examiner }: { readonly ecosystem: string; readonly examiner: number },
): Promise<readonly { readonly key: ExaminationKey; readonly result: unknown }[]> {
  const rows = await tables(db)
    .selectFrom('examinations')
    .select(['sha256', 'filename', 'name', 'version', 'result'])
    .where('sha256', '=', sql<Digest>`any(${[...digests]}::text[])`)
    .where('ecosystem', '=', ecosystem)
    .where('examiner', '=', examiner)
    .execute();
  return rows.map(({ result, ...key }) => ({ key: { ...key, ecosystem, examiner }, result }));
}

/** The digest of the bytes that once had an integrity (`sha512-...`), where they were fetched before. */
export async function findKnownFile(db: Queryable, integrity: string): Promise<Digest | undefined> {
  const row = await tables(db)
    .selectFrom('known_files')
    .select('sha256')
    .where('integrity', '=', integrity)
    .executeTakeFirst();
  return row?.sha256;
}

type SeenKey = NamedFile & Pick<ExaminationKey, 'sha256'>;

/** Other bytes that were examined under the same file name and release, with the time of the first examination; of several files. */
export async function findSeenFiles(
  db: Queryable,
  ecosystem: string,
  files: readonly SeenKey[],
): Promise<(file: SeenKey) => readonly { readonly sha256: Digest; readonly at: Date }[]> {
  const { rows } = await sql<SeenKey & { at: Date }>`
    select asked.name, asked.version, asked.filename, seen.sha256, seen.at
    from ${tableOf(files)} asked
    cross join lateral (
      select sha256, min(examined_at) as at from examinations
      where ecosystem = ${ecosystem} and examinations.name = asked.name and examinations.version = asked.version
        and examinations.filename = asked.filename
      group by sha256) seen
    order by seen.at`.execute(db);
  return (file) =>
    rowsOf(rows, file)
      .filter(({ sha256 }) => sha256 !== file.sha256)
      .map(({ sha256, at }) => ({ sha256, at }));
}

export async function saveKnownFile(db: Queryable, integrity: string, sha256: Digest, at: Date): Promise<void> {
  await tables(db)
    .insertInto('known_files')
    .values({ integrity, sha256, seen_at: at })
    .onConflict((conflict) => conflict.column('integrity').doNothing())
    .execute();
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

/** Which distribution was inspected, as what: scanners are told name, version and file name beside the bytes. */
export interface ContentKey {
  readonly sha256: Digest;
  readonly ecosystem: string;
  readonly filename: string;
  readonly name: string;
  readonly releaseVersion: string;
}

/** What one version of one content scanner made of it; never a failure. */
export interface ContentOutcomeRow {
  readonly scanner: string;
  readonly version: number;
  readonly outcome: ScanOutcome;
}

/** Outcomes of all scanners and versions that were kept; a row of a form that is no longer known is left out. */
export async function findContentOutcomes(db: Queryable, key: ContentKey): Promise<readonly ContentOutcomeRow[]> {
  const rows = await tables(db)
    .selectFrom('content_outcomes')
    .select(['scanner', 'version', 'outcome'])
    .where('sha256', '=', key.sha256)
    .where('ecosystem', '=', key.ecosystem)
    .where('filename', '=', key.filename)
    .where('name', '=', key.name)
    .where('release_version', '=', key.releaseVersion)
    .execute();
  return rows.flatMap(readOutcome);
}

/** The same about all files with these digests, under whatever names. */
export async function findContentOutcomesOf(
  db: Queryable,
  digests: readonly Digest[],
  ecosystem: string,
): Promise<readonly { readonly key: ContentKey; readonly row: ContentOutcomeRow }[]> {
  const rows = await tables(db)
    .selectFrom('content_outcomes')
    .select(['sha256', 'filename', 'name', 'release_version', 'scanner', 'version', 'outcome'])
    .where('sha256', '=', sql<Digest>`any(${[...digests]}::text[])`)
    .where('ecosystem', '=', ecosystem)
    .execute();
  return rows.flatMap(({ sha256, filename, name, release_version: releaseVersion, ...row }) =>
    readOutcome(row).map((read) => ({ key: { sha256, ecosystem, filename, name, releaseVersion }, row: read })),
  );
}

function readOutcome(row: { scanner: string; version: number; outcome: unknown }): readonly ContentOutcomeRow[] {
  const parsed = scanOutcomeSchema.safeParse(row.outcome);
  return parsed.success ? [{ ...row, outcome: parsed.data }] : [];
}

export async function saveContentOutcomes(
  db: Queryable,
  key: ContentKey,
  kept: { readonly rows: readonly ContentOutcomeRow[]; readonly at: Date },
): Promise<void> {
  const { sha256, ecosystem, filename, name, releaseVersion } = key;
  const rows = kept.rows.map(({ scanner, version, outcome }) => ({
    ...{ sha256, ecosystem, filename, name, release_version: releaseVersion, scanner, version },
    ...{ outcome: JSON.stringify(outcome), inspected_at: kept.at },
  }));
  await tables(db)
    .insertInto('content_outcomes')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What came of a trial of the same files in the same way; a report of a form that is no longer known is none. */
export async function findTrial(db: Queryable, key: string): Promise<TrialReport | undefined> {
  const row = await tables(db).selectFrom('trials').select('report').where('key', '=', key).executeTakeFirst();
  return trialReportSchema.safeParse(row?.report).data;
}

export async function saveTrial(
  db: Queryable,
  { key, report, at }: { readonly key: string; readonly report: TrialReport; readonly at: Date },
): Promise<void> {
  await tables(db)
    .insertInto('trials')
    .values({ key, report: JSON.stringify(report), tried_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Digest of the keys that upstream signs releases with, as they were last read. */
export async function findSigningKeys(db: Queryable, ecosystem: string): Promise<Digest | undefined> {
  const row = await tables(db)
    .selectFrom('registry_keys')
    .select('document')
    .where('ecosystem', '=', ecosystem)
    .executeTakeFirst();
  return row?.document;
}

export async function saveSigningKeys(db: Queryable, ecosystem: string, document: Digest, at: Date): Promise<void> {
  await tables(db)
    .insertInto('registry_keys')
    .values({ ecosystem, document, read_at: at })
    .onConflict((conflict) => conflict.column('ecosystem').doUpdateSet({ document, read_at: at }))
    .execute();
}
