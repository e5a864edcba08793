import { type Kysely, sql } from 'kysely';

/** Whether a file of the same name and version was seen with other bytes is asked for every file of every vetting. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`create index examinations_by_name on examinations (ecosystem, name, version, filename)`.execute(db);
}
