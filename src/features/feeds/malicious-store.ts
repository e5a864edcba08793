/** Rows of the lists of malicious files and packages, and of the YARA rules. */

import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { RuleSource, RuleSources } from '../../domain/malicious.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { MaliciousList } from './malicious.ts';

type MaliciousTables = {
  malicious_files: { sha256: string; note: string };
  malicious_packages: { ecosystem: string; name: string; version: string; note: string };
  yara_rules: { place: number; name: string; text: string };
};
const tables = (db: Queryable) => db.withTables<MaliciousTables>();

/** Rows in one statement. */
const BATCH = 10_000;

/** The new list takes the place of the old one. */
export async function replaceMalicious(db: Queryable, { files, packages }: MaliciousList): Promise<void> {
  await tables(db).deleteFrom('malicious_files').execute();
  await tables(db).deleteFrom('malicious_packages').execute();
  for (let start = 0; start < files.length; start += BATCH)
    await sql`
      insert into malicious_files (sha256, note)
      select r.sha256, r.note
      from jsonb_to_recordset(${JSON.stringify(files.slice(start, start + BATCH))}::jsonb) as r(sha256 text, note text)`.execute(
      db,
    );
  for (let start = 0; start < packages.length; start += BATCH)
    await sql`
      insert into malicious_packages (ecosystem, name, version, note)
      select r.ecosystem, r.name, r.version, r.note
      from jsonb_to_recordset(${JSON.stringify(packages.slice(start, start + BATCH))}::jsonb)
        as r(ecosystem text, name text, version text, note text)`.execute(db);
}

/** What the list says of a package: of all versions (version empty), and of single ones. */
export async function findListedPackages(
  db: Queryable,
  ecosystem: string,
  name: string,
): Promise<readonly { readonly version: string; readonly note: string }[]> {
  return tables(db)
    .selectFrom('malicious_packages')
    .select(['version', 'note'])
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', name)
    .orderBy('version')
    .execute();
}

/** Those of some digests that are on the list. */
export async function findListedFiles(
  db: Queryable,
  digests: readonly Digest[],
): Promise<readonly { readonly sha256: Digest; readonly note: string }[]> {
  const found: { sha256: Digest; note: string }[] = [];
  for (let start = 0; start < digests.length; start += BATCH) {
    const rows = await tables(db)
      .selectFrom('malicious_files')
      .selectAll()
      .where('sha256', 'in', digests.slice(start, start + BATCH))
      .orderBy('sha256')
      .execute();
    for (const { sha256, note } of rows) if (isDigest(sha256)) found.push({ sha256, note });
  }
  return found;
}

/** Whether the list names files at all: then what is inside distributions is worth naming. */
export async function namesFiles(db: Queryable): Promise<boolean> {
  return (await tables(db).selectFrom('malicious_files').select('sha256').limit(1).executeTakeFirst()) !== undefined;
}

/** The new rules take the place of the old ones. */
export async function replaceRules(db: Queryable, sources: readonly RuleSource[]): Promise<void> {
  await tables(db).deleteFrom('yara_rules').execute();
  for (const [place, { name, text }] of sources.entries())
    await tables(db).insertInto('yara_rules').values({ place, name, text }).execute();
}

export async function findRules(db: Queryable): Promise<RuleSources> {
  const sources = await tables(db).selectFrom('yara_rules').select(['name', 'text']).orderBy('place').execute();
  const hash = createHash('sha256').update(canonicalBytes(sources)).digest('hex');
  return { digest: `sha256:${hash}`, sources };
}
