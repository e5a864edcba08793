import { type Kysely, sql } from 'kysely';

/** What people report about packages, and what came of it. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`create sequence report_ids`.execute(db);
  await sql`
    create table reports (
      id text primary key,
      ecosystem text not null,
      name text not null,
      version text,
      reason text not null,
      reported_by text not null,
      reported_at timestamptz not null,
      closed_by text,
      closed_reason text,
      closed_at timestamptz
    )`.execute(db);
  await sql`create index reports_by_age on reports (reported_at, id)`.execute(db);
}
