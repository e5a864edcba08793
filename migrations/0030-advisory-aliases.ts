import { type Kysely, sql } from 'kysely';

/** Aliases are looked up while people wait: new ones go into the index at once, instead of onto a list that every look-up reads. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter index advisories_by_alias set (fastupdate = off)`.execute(db);
  await sql`select gin_clean_pending_list('advisories_by_alias')`.execute(db);
}
