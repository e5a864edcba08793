import { type Kysely, sql } from 'kysely';

/** What came of trying each set of files: the key is over the files, the machine, and the way they were tried. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table trials (
      key text primary key,
      report jsonb not null,
      tried_at timestamptz not null
    )`.execute(db);
}
