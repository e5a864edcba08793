/** Who asks may say for which project, and where to reach them. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter table requesters add column project text, add column contact text`.execute(db);
}
