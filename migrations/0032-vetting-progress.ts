import { type Kysely, sql } from 'kysely';

/** How far the vetting of a request is, for whoever waits: the row goes when the vetting ends. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table vetting_progress (
      request text primary key,
      step text not null,
      done integer not null,
      total integer not null,
      at timestamptz not null
    )`.execute(db);
}
