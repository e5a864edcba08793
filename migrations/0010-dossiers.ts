/** A decision names the dossier that it was made on; those of before have none. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter table decisions add column dossier text`.execute(db);
}
