import { type Kysely, sql } from 'kysely';

/** What people say of releases for their teams, and which of it channels ask for. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`create sequence tag_ids`.execute(db);
  await sql`
    create table tags (
      id text primary key,
      label text not null,
      ecosystem text not null,
      name text not null,
      version text,
      since text,
      team text,
      reason text not null,
      tagged_by text not null,
      tagged_at timestamptz not null,
      until timestamptz,
      removed_by text,
      removed_reason text,
      removed_at timestamptz
    )`.execute(db);
  await sql`create index tags_by_package on tags (ecosystem, name) where removed_at is null`.execute(db);
  await sql`create index tags_by_age on tags (tagged_at, id)`.execute(db);
  await sql`create sequence tag_requirement_ids`.execute(db);
  await sql`
    create table tag_requirements (
      id text primary key,
      channel text not null references channels,
      label text not null,
      team text,
      criteria text not null,
      required_by text not null,
      required_at timestamptz not null,
      lifted_by text,
      lifted_reason text,
      lifted_at timestamptz
    )`.execute(db);
  await sql`create unique index tag_requirements_once on tag_requirements (channel, label, coalesce(team, ''))
    where lifted_at is null`.execute(db);
}
