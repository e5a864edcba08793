import { type Kysely, sql } from 'kysely';

/** Trees that were resolved, each with what it was resolved from: held against upstream before one is used again. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table kept_trees (
      key text primary key,
      document jsonb not null,
      resolved_at timestamptz not null
    )`.execute(db);
  await sql`create index kept_trees_by_age on kept_trees (resolved_at)`.execute(db);
}
