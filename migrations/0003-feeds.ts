import { type Kysely, sql } from 'kysely';

/** Advisories by id and by package, and the feeds an operator imports. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table advisories (
      id text primary key,
      modified timestamptz not null,
      withdrawn boolean not null,
      aliases text[] not null,
      document jsonb not null,
      imported_at timestamptz not null
    )`.execute(db);
  await sql`create index advisories_by_alias on advisories using gin (aliases)`.execute(db);
  await sql`
    create table advisory_packages (
      ecosystem text not null,
      name text not null,
      advisory text not null references advisories (id) on delete cascade,
      primary key (ecosystem, name, advisory)
    )`.execute(db);
  await sql`create index advisory_packages_by_advisory on advisory_packages (advisory)`.execute(db);
  await sql`
    create table advisory_imports (
      ecosystem text primary key,
      source text not null,
      records integer not null,
      imported_at timestamptz not null
    )`.execute(db);
  await sql`
    create table feeds (
      kind text not null,
      ecosystem text not null,
      source text not null,
      records integer not null,
      imported_at timestamptz not null,
      primary key (kind, ecosystem)
    )`.execute(db);
  await sql`
    create table popular_names (
      ecosystem text not null,
      name text not null,
      rank integer not null,
      downloads bigint,
      primary key (ecosystem, name)
    )`.execute(db);
  await sql`create index popular_names_by_rank on popular_names (ecosystem, rank)`.execute(db);
}
