import { type Kysely, sql } from 'kysely';

/** Answers to calls with an `Idempotency-Key`; `status` is null while the call is being done. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table idempotent_answers (
      caller text not null,
      key text not null,
      digest text not null,
      status integer,
      headers jsonb not null,
      body text not null,
      begun_at timestamptz not null,
      primary key (caller, key)
    )`.execute(db);
  await sql`create index idempotent_answers_by_age on idempotent_answers (begun_at)`.execute(db);
}
