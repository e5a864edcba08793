/** Which keys secrets in the database were sealed with: never a key, its name alone. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table sealing_keys (
      key_id text primary key,
      added_at timestamptz not null
    )`.execute(db);
}
