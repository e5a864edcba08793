/** Rows of the tags room. */
import { sql } from 'kysely';
import type { WantedTag } from '../../domain/tag.ts';
import type { Queryable } from '../../platform/db/port.ts';

export type TagRow = {
  id: string;
  label: string;
  ecosystem: string;
  name: string;
  version: string | null;
  since: string | null;
  team: string | null;
  reason: string;
  tagged_by: string;
  tagged_at: Date;
  until: Date | null;
  removed_by: string | null;
  removed_reason: string | null;
  removed_at: Date | null;
};

export type RequirementRow = {
  id: string;
  channel: string;
  label: string;
  team: string | null;
  criteria: string;
  required_by: string;
  required_at: Date;
  lifted_by: string | null;
  lifted_reason: string | null;
  lifted_at: Date | null;
};

const tables = (db: Queryable) => db.withTables<{ tags: TagRow; tag_requirements: RequirementRow }>();

export async function nextTagId(db: Queryable): Promise<string> {
  const { rows } = await sql<{ id: string }>`select 'G-' || nextval('tag_ids') as id`.execute(db);
  return rows[0]?.id ?? 'G-0';
}

export async function nextRequirementId(db: Queryable): Promise<string> {
  const { rows } = await sql<{ id: string }>`select 'N-' || nextval('tag_requirement_ids') as id`.execute(db);
  return rows[0]?.id ?? 'N-0';
}

export async function insertTag(db: Queryable, row: TagRow): Promise<void> {
  await tables(db).insertInto('tags').values(row).execute();
}

export async function findTagRow(db: Queryable, id: string, lock = false): Promise<TagRow | undefined> {
  const query = tables(db).selectFrom('tags').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

/** Of one package, those that nobody took off. */
export async function tagRowsOf(db: Queryable, ecosystem: string, name: string): Promise<readonly TagRow[]> {
  return tables(db)
    .selectFrom('tags')
    .selectAll()
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', name)
    .where('removed_at', 'is', null)
    .execute();
}

export interface TagPage {
  /** Those that were taken off too. */
  readonly removed: boolean;
  readonly ecosystems?: readonly string[] | undefined;
  readonly package?: { readonly ecosystem: string; readonly name: string } | undefined;
  readonly tag?: WantedTag | undefined;
  /** When the last one of the page before was put on, and its id. */
  readonly after?: { readonly at: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/** Oldest first. */
export async function tagRowsAfter(db: Queryable, asked: TagPage): Promise<readonly TagRow[]> {
  const { removed, ecosystems, package: about, tag, after, limit } = asked;
  let query = tables(db).selectFrom('tags').selectAll();
  if (!removed) query = query.where('removed_at', 'is', null);
  if (ecosystems !== undefined) query = query.where('ecosystem', 'in', ecosystems);
  if (about !== undefined) query = query.where('ecosystem', '=', about.ecosystem).where('name', '=', about.name);
  if (tag !== undefined) query = query.where('label', '=', tag.label);
  if (tag !== undefined && tag.team !== null) query = query.where('team', '=', tag.team);
  if (after !== undefined) query = query.where(sql<boolean>`(tagged_at, id) > (${after.at}, ${after.id})`);
  return query.orderBy('tagged_at').orderBy('id').limit(limit).execute();
}

/** The tag, if it was on until now. */
export async function removeTagRow(
  db: Queryable,
  id: string,
  removed: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<TagRow | undefined> {
  return tables(db)
    .updateTable('tags')
    .set({ removed_at: removed.at, removed_by: removed.by, removed_reason: removed.reason })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** Whether it is new: a channel asks for a tag once. */
export async function insertRequirement(db: Queryable, row: RequirementRow): Promise<boolean> {
  const result = await tables(db)
    .insertInto('tag_requirements')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** What is asked for now, oldest first. */
export async function requirementRows(db: Queryable, channel?: string): Promise<readonly RequirementRow[]> {
  let query = tables(db).selectFrom('tag_requirements').selectAll().where('lifted_at', 'is', null);
  if (channel !== undefined) query = query.where('channel', '=', channel);
  return query.orderBy('required_at').orderBy('id').execute();
}

export async function findRequirementRow(db: Queryable, id: string, lock = false): Promise<RequirementRow | undefined> {
  const query = tables(db).selectFrom('tag_requirements').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

/** The requirement, if it was in force until now. */
export async function liftRow(
  db: Queryable,
  id: string,
  lifted: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<RequirementRow | undefined> {
  return tables(db)
    .updateTable('tag_requirements')
    .set({ lifted_at: lifted.at, lifted_by: lifted.by, lifted_reason: lifted.reason })
    .where('id', '=', id)
    .where('lifted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}
