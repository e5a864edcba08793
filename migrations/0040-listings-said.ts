import { type Kysely, sql } from 'kysely';

/** Digest of what a listing says, so that one that says the same is not written again; rows from before are written once more. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter table upstream_packages add column said text`.execute(db);
}
