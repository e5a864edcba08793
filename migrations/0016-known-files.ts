import { type Kysely, sql } from 'kysely';

/** Files that upstream names by another hash than SHA-256 (npm): which stored bytes had it, so that they are fetched once. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table known_files (
      integrity text not null primary key,
      sha256 text not null,
      seen_at timestamptz not null
    )`.execute(db);
}
