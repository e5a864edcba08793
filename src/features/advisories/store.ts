/** Rows of the advisories room: records by id, the packages they speak of, and when each ecosystem was imported. */
import { type ColumnType, sql } from 'kysely';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { type AdvisoryDocument, documentSchema } from './record.ts';

type AdvisoryTables = {
  advisories: {
    id: string;
    modified: Date;
    withdrawn: boolean;
    aliases: string[];
    document: ColumnType<unknown, string, string>;
    imported_at: Date;
  };
  advisory_packages: { ecosystem: string; name: string; advisory: string };
  advisory_imports: { ecosystem: string; source: string; records: number; imported_at: Date };
};
const tables = (db: Queryable) => db.withTables<AdvisoryTables>();

/** Records in one statement: large enough to be quick, small enough for one message. */
const BATCH = 500;

/** Inserts and updates by id and returns the ids that changed. An older record never replaces a newer one. */
export async function saveAdvisories(
  db: Queryable,
  documents: readonly AdvisoryDocument[],
  now: Date,
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (let start = 0; start < documents.length; start += BATCH) {
    const batch = documents.slice(start, start + BATCH);
    const ids = await upsert(db, batch, now);
    changed.push(...ids);
    await savePackages(
      db,
      batch.filter(({ id }) => ids.has(id)),
    );
  }
  // A first import changes what the planner knows by orders of magnitude; the next look-up must not wait for autovacuum.
  if (changed.length >= BATCH) await sql`analyze advisories, advisory_packages`.execute(db);
  return changed;
}

async function upsert(db: Queryable, batch: readonly AdvisoryDocument[], now: Date): Promise<ReadonlySet<string>> {
  const result = await sql<{ id: string }>`
    insert into advisories (id, modified, withdrawn, aliases, document, imported_at)
    select d->>'id', (d->>'modified')::timestamptz, (d->>'withdrawn')::boolean,
      array(select jsonb_array_elements_text(d->'aliases')), d, ${now}
    from jsonb_array_elements(${JSON.stringify(batch)}::jsonb) as d
    on conflict (id) do update set modified = excluded.modified, withdrawn = excluded.withdrawn,
      aliases = excluded.aliases, document = excluded.document, imported_at = excluded.imported_at
    where advisories.modified <= excluded.modified and advisories.document is distinct from excluded.document
    returning id`.execute(db);
  return new Set(result.rows.map(({ id }) => id));
}

async function savePackages(db: Queryable, documents: readonly AdvisoryDocument[]): Promise<void> {
  if (documents.length === 0) return;
  const ids = documents.map(({ id }) => id);
  await tables(db).deleteFrom('advisory_packages').where('advisory', 'in', ids).execute();
  await sql`
    insert into advisory_packages (ecosystem, name, advisory)
    select distinct p->>'ecosystem', p->>'name', d->>'id'
    from jsonb_array_elements(${JSON.stringify(documents)}::jsonb) as d, jsonb_array_elements(d->'packages') as p`.execute(
    db,
  );
}

export interface AdvisoryImport {
  readonly ecosystem: EcosystemId;
  readonly source: string;
  /** Records of the last import that speak of this ecosystem. */
  readonly records: number;
  readonly importedAt: Date;
}

export async function saveImport(db: Queryable, { importedAt, ...row }: AdvisoryImport): Promise<void> {
  const values = { ...row, imported_at: importedAt };
  await tables(db)
    .insertInto('advisory_imports')
    .values(values)
    .onConflict((conflict) => conflict.column('ecosystem').doUpdateSet(values))
    .execute();
}

export async function findImports(db: Queryable): Promise<readonly AdvisoryImport[]> {
  const rows = await tables(db).selectFrom('advisory_imports').selectAll().orderBy('ecosystem').execute();
  return rows.map(({ imported_at, ...row }) => ({ ...row, importedAt: imported_at }));
}

/** The records about a package and every record that their aliases lead to, in either direction. */
export async function findDocuments(
  db: Queryable,
  ecosystem: EcosystemId,
  name: string,
): Promise<readonly AdvisoryDocument[]> {
  const found = new Map<string, AdvisoryDocument>();
  let wanted = (
    await tables(db)
      .selectFrom('advisory_packages')
      .select('advisory')
      .where('ecosystem', '=', ecosystem)
      .where('name', '=', name)
      .execute()
  ).map(({ advisory }) => advisory);
  const asked = new Set<string>();
  while (wanted.length > 0) {
    for (const id of wanted) asked.add(id);
    const { rows } = await sql<{ document: unknown }>`
      select document from advisories where not withdrawn and id = any(${await withAliases(db, wanted)})`.execute(db);
    const documents = rows.map(({ document }) => documentSchema.parse(document));
    for (const document of documents) found.set(document.id, document);
    wanted = [...new Set(documents.flatMap(({ id, aliases }) => [id, ...aliases]))].filter((id) => !asked.has(id));
  }
  return [...found.values()];
}

/** The ids, and those of records that have one of them as an alias. */
async function withAliases(db: Queryable, ids: readonly string[]): Promise<string[]> {
  // One look-up of the index for each: of a whole list the planner thinks that most records have one, and reads them all.
  const { rows } = await sql<{ id: string }>`
    select a.id from unnest(${[...ids]}::text[]) as wanted, advisories a where a.aliases @> array[wanted]`.execute(db);
  return [...new Set([...ids, ...rows.map(({ id }) => id)])];
}

/** Those of the names that some record speaks of. */
export async function findNamed(
  db: Queryable,
  ecosystem: EcosystemId,
  names: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct name from advisory_packages where ecosystem = ${ecosystem} and name = any(${[...names]}) order by name`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}

export async function findPackagesOf(
  db: Queryable,
  ids: readonly string[],
): Promise<readonly { readonly ecosystem: EcosystemId; readonly name: string }[]> {
  const { rows } = await sql<{ ecosystem: string; name: string }>`
    select distinct p.ecosystem, p.name from advisory_packages p
    where p.advisory = any(${[...ids]}) or p.advisory in (
      select a.id from advisories a, advisories c
      where c.id = any(${[...ids]}) and (a.id = any(c.aliases) or c.id = any(a.aliases) or a.aliases && c.aliases))
    order by 1, 2`.execute(db);
  return rows;
}
