/** Rows of the index of source code: contents once, where they stand, and the fragments that find them again. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { CodeMatch, CopiesAnswer, PrintedCode } from '../../domain/copied-code.ts';
import type { Digest } from '../../domain/digest.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/port.ts';
import type { ContentKey } from './store.ts';

/** Contents in which a fragment may stand; what stands in more is boilerplate, and is neither kept nor compared. */
const MOST_PER_PRINT = 50;
/** Packages in which a whole file may stand; what stands in more is carried along by everybody. */
const MOST_PACKAGES = 10;
/** Prints that a fragment shares at least: some 200 lines on average, and never fewer than 30. */
const FEWEST_SHARED = 4;
/** Matches that are listed. */
const MOST_MATCHES = 500;

/** Which distribution, as what, printed by which version of the printer. */
export interface CodeKey extends ContentKey {
  readonly printer: number;
}

interface CodeRow {
  readonly code: PrintedCode;
  /** SPDX ids of the release; empty where they are not known. */
  readonly licences: readonly string[];
  readonly at: Date;
}

const distributionSchema = z.object({ files: z.number(), left_out: z.number(), licences: z.array(z.string()) });

/** A distribution that the index holds; it does not tell file names apart. */
type Indexed = Omit<CodeKey, 'filename'> & z.infer<typeof distributionSchema>;

/** Whether the index holds the distribution whole. */
export async function isCodeIndexed(db: Queryable, key: CodeKey): Promise<boolean> {
  return (await findOwn(db, [key]))(key) !== undefined;
}

/** Which of the distributions with these digests the index holds whole. */
export async function findIndexed(
  db: Queryable,
  digests: readonly Digest[],
  { ecosystem, printer }: { readonly ecosystem: string; readonly printer: number },
): Promise<readonly Indexed[]> {
  const { rows } = await sql<{ sha256: Digest; name: string; release_version: string }>`
    select sha256, name, release_version, files, left_out, licences from code_distributions
    where sha256 = any(${[...digests]}::text[]) and ecosystem = ${ecosystem} and printer = ${printer}`.execute(db);
  return rows.map((row) => ({
    ...{ sha256: row.sha256, ecosystem, name: row.name, releaseVersion: row.release_version, printer },
    ...distributionSchema.parse(row),
  }));
}

/** The same about several distributions of one ecosystem and one printer, each with what is kept of it. */
export async function findOwn(db: Queryable, keys: readonly CodeKey[]): Promise<(key: CodeKey) => Indexed | undefined> {
  const [first] = keys;
  const rows = first === undefined ? [] : await findIndexed(db, [...new Set(keys.map(({ sha256 }) => sha256))], first);
  return ({ sha256, name, releaseVersion }) =>
    rows.find((row) => row.sha256 === sha256 && row.name === name && row.releaseVersion === releaseVersion);
}

/** Adds a distribution, whole or not at all. */
export async function saveCode(db: Database, key: CodeKey, row: CodeRow): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const ids = await saveContents(transaction, row.code);
    await savePlaces(transaction, key, row.code, ids);
    await sql`
      insert into code_distributions (sha256, ecosystem, name, release_version, printer, licences, files, left_out, indexed_at)
      values (${key.sha256}, ${key.ecosystem}, ${key.name}, ${key.releaseVersion}, ${key.printer},
        ${[...row.licences]}::text[], ${row.code.files.length}, ${row.code.leftOut}, ${row.at})
      on conflict do nothing`.execute(transaction);
  });
}

/** How many prints there are, by PostgreSQL's own statistics; below 0 where it has none yet. */
export async function estimatedPrints(db: Queryable): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select reltuples::float8 as size from pg_class where oid = to_regclass('code_prints')`.execute(db);
  return rows[0]?.size ?? -1;
}

/** Takes PostgreSQL's statistics of the index anew. */
export async function renewStatistics(db: Queryable): Promise<void> {
  await sql`analyze code_contents, code_places, code_prints`.execute(db);
}

/** Ids of the contents by digest; the prints of those that are new are kept with them. */
async function saveContents(db: Transaction, { files }: PrintedCode): Promise<ReadonlyMap<string, string>> {
  const printsOf = new Map<string, readonly number[]>(files.map(({ digest, prints }) => [digest, prints]));
  // In one order everywhere: two vettings that add the same files wait for each other and never in a circle.
  const digests = [...printsOf.keys()].toSorted();
  const counts = digests.map((digest) => printsOf.get(digest)?.length ?? 0);
  const added = await sql<{ id: string; digest: string }>`
    insert into code_contents (digest, prints)
    select * from unnest(${digests}::text[], ${counts}::integer[]) order by 1
    on conflict do nothing returning id, digest`.execute(db);
  const prints = added.rows.flatMap(({ digest }) => printsOf.get(digest) ?? []);
  const contents = added.rows.flatMap(({ id, digest }) => (printsOf.get(digest) ?? []).map(() => id));
  await sql`
    insert into code_prints (print, content)
    select new.print, new.content
    from unnest(${numberList(prints)}::bigint[], ${numberList(contents)}::bigint[]) as new (print, content)
    where (select count(*) from (select from code_prints old where old.print = new.print limit ${MOST_PER_PRINT + 1}) few)
      <= ${MOST_PER_PRINT}
    on conflict do nothing`.execute(db);
  const all = await sql<{ id: string; digest: string }>`
    select id, digest from code_contents where digest = any(${digests}::text[])`.execute(db);
  return new Map(all.rows.map(({ id, digest }) => [digest, id]));
}

/** PostgreSQL's text form of a list. The driver would write each of a hundred thousand numbers as if it could be any text. */
function numberList(numbers: readonly (number | string)[]): string {
  return `{${numbers.join(',')}}`;
}

async function savePlaces(
  db: Transaction,
  { sha256, ecosystem, name, releaseVersion }: CodeKey,
  { files }: PrintedCode,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const paths = files.map(({ path }) => path);
  const contents = files.map(({ digest }) => ids.get(digest) ?? null);
  // PostgreSQL has no lists of lists of different lengths: one JSON text for each file.
  const licences = files.map((file) => JSON.stringify(file.licences));
  await sql`
    insert into code_places (sha256, ecosystem, name, release_version, path, content, licences)
    select ${sha256}, ${ecosystem}, ${name}, ${releaseVersion}, file.path, file.content,
      array(select jsonb_array_elements_text(file.licences::jsonb))
    from unnest(${paths}::text[], ${contents}::bigint[], ${licences}::text[]) as file (path, content, licences)
    on conflict do nothing`.execute(db);
}

const matchSchema = z.object({
  extent: z.enum(['file', 'fragment']),
  path: z.string(),
  licences: z.array(z.string()),
  part: z.number(),
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  other_path: z.string(),
  other_licences: z.array(z.string()),
});

/** Packages whose code the index holds. */
export async function countPackages(db: Queryable): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from (select distinct ecosystem, name from code_distributions) every`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Where else the code of a distribution stands, among so many packages. `unreadable` where the index does not hold it. */
export async function findCopies(
  db: Queryable,
  key: CodeKey,
  { own, packages }: { readonly own: Indexed | undefined; readonly packages: number },
): Promise<CopiesAnswer> {
  if (own === undefined) {
    const reason = 'The index of source code does not hold this file: it could not be read, or the index is full';
    return { status: 'unreadable', reason };
  }
  const rows = [...(await wholeFiles(db, key)).rows, ...(await fragments(db, key)).rows];
  const matches = rows.map((row) => asMatch(matchSchema.parse(row), own.licences));
  return {
    status: 'ready',
    matches: matches.slice(0, MOST_MATCHES),
    cut: matches.length > MOST_MATCHES,
    packages,
    files: own.files,
    leftOut: own.left_out,
  };
}

/** What a file states itself counts before what its release declares. */
function asMatch(row: z.infer<typeof matchSchema>, own: readonly string[]): CodeMatch {
  const { extent, path, part, ecosystem, name, version } = row;
  return {
    ...{ extent, path, part, licences: row.licences.length > 0 ? row.licences : own },
    other: { ecosystem, name, version, path: row.other_path, licences: row.other_licences },
  };
}

/** Licences of a place: its own, else those of its release. */
const OTHER_LICENCES = sql`
  case when cardinality(other.licences) > 0 then other.licences else coalesce((
    select release.licences from code_distributions release
    where (release.sha256, release.ecosystem, release.name, release.release_version)
      = (other.sha256, other.ecosystem, other.name, other.release_version)
    order by release.printer desc limit 1), '{}') end`;

function ofDistribution({ sha256, ecosystem, name, releaseVersion }: CodeKey) {
  return sql`(mine.sha256, mine.ecosystem, mine.name, mine.release_version)
    = (${sha256}, ${ecosystem}, ${name}, ${releaseVersion})`;
}

function wholeFiles(db: Queryable, key: CodeKey) {
  return sql`
    select distinct on (mine.path, other.ecosystem, other.name)
      'file' as extent, mine.path, mine.licences, 1::float8 as part, other.ecosystem, other.name,
      other.release_version as version, other.path as other_path, ${OTHER_LICENCES} as other_licences
    from code_places mine
    join code_places other on other.content = mine.content
      and (other.ecosystem, other.name) <> (mine.ecosystem, mine.name)
    where ${ofDistribution(key)}
      and (select count(distinct (every.ecosystem, every.name)) from code_places every where every.content = mine.content)
        <= ${MOST_PACKAGES}
    order by mine.path, other.ecosystem, other.name, other.release_version desc, other.path
    limit ${MOST_MATCHES + 1}`.execute(db);
}

/** Each step is taken once and kept: folded into each other they would be taken again for every place. */
function fragments(db: Queryable, key: CodeKey) {
  return sql`
    with mine as materialized (
      select mine.content, mine.path, mine.licences from code_places mine where ${ofDistribution(key)}),
    own as materialized (select distinct content from mine),
    postings as materialized (
      select print.content as own, found.content as found,
        count(*) over (partition by print.print, print.content) as contents
      from own
      join code_prints print on print.content = own.content
      join code_prints found on found.print = print.print),
    shared as materialized (
      select own, found, count(*) as prints from postings
      where contents <= ${MOST_PER_PRINT} and found not in (select content from own)
      group by own, found having count(*) >= ${FEWEST_SHARED}),
    elsewhere as materialized (
      select shared.* from shared where not exists (
        select from code_places same where same.content = shared.found
          and (same.ecosystem, same.name) = (${key.ecosystem}, ${key.name})))
    select distinct on (mine.path, other.ecosystem, other.name)
      'fragment' as extent, mine.path, mine.licences,
      least(1, elsewhere.prints::float8 / greatest(1, whole.prints)) as part,
      other.ecosystem, other.name, other.release_version as version, other.path as other_path,
      ${OTHER_LICENCES} as other_licences
    from elsewhere
    join code_contents whole on whole.id = elsewhere.own
    join mine on mine.content = elsewhere.own
    join code_places other on other.content = elsewhere.found
    where not exists (select from code_places same where same.content = elsewhere.own
      and (same.ecosystem, same.name) = (other.ecosystem, other.name))
    order by mine.path, other.ecosystem, other.name, elsewhere.prints desc, other.release_version desc, other.path
    limit ${MOST_MATCHES + 1}`.execute(db);
}
