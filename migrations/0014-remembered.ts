/** What scanners found out from input that is named by its digest: slow, pure, and the same for ever. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table remembered (
      key text primary key,
      value jsonb not null,
      kept_at timestamptz not null
    )`.execute(db);
}
