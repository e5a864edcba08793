import { type Kysely, sql } from 'kysely';

/** What is cleared is asked about again: when that was last tried, whatever came of it. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter table upstream_packages add column asked_at timestamptz`.execute(db);
}
