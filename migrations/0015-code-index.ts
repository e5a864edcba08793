import { type Kysely, sql } from 'kysely';

/**
 * Source code of everything vetted, by its prints: contents once, where they stand, and the fragments that find them
 * again. `code_distributions` says which distributions are in it whole.
 */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table code_distributions (
      sha256 text not null,
      ecosystem text not null,
      name text not null,
      release_version text not null,
      printer integer not null,
      licences text[] not null,
      files integer not null,
      left_out integer not null,
      indexed_at timestamptz not null,
      primary key (sha256, ecosystem, name, release_version, printer)
    )`.execute(db);
  await sql`
    create table code_contents (
      id bigint generated always as identity primary key,
      digest text not null unique,
      prints integer not null
    )`.execute(db);
  await sql`
    create table code_places (
      sha256 text not null,
      ecosystem text not null,
      name text not null,
      release_version text not null,
      path text not null,
      content bigint not null references code_contents (id),
      licences text[] not null,
      primary key (sha256, ecosystem, name, release_version, path)
    )`.execute(db);
  await sql`create index code_places_by_content on code_places (content)`.execute(db);
  await sql`
    create table code_prints (
      print bigint not null,
      content bigint not null references code_contents (id),
      primary key (print, content)
    )`.execute(db);
  await sql`create index code_prints_by_content on code_prints (content)`.execute(db);
}
