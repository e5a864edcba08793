/** Identity tokens of builds that were exchanged: each is taken once. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table exchanged_identities (
      hash text primary key,
      until timestamptz not null
    )`.execute(db);
}
