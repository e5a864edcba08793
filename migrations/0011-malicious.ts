import { type Kysely, sql } from 'kysely';

/** Lists of malicious files and packages, YARA rules, and what was found of them inside distributions. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table malicious_files (
      sha256 text primary key,
      note text not null
    )`.execute(db);
  await sql`
    create table malicious_packages (
      ecosystem text not null,
      name text not null,
      version text not null,
      note text not null,
      primary key (ecosystem, name, version)
    )`.execute(db);
  await sql`
    create table yara_rules (
      place integer primary key,
      name text not null,
      text text not null
    )`.execute(db);
  // The bytes decide which files a distribution holds; the rules, too, decide which of them match.
  await sql`
    create table distribution_members (
      sha256 text not null,
      ecosystem text not null,
      filename text not null,
      members jsonb not null,
      primary key (sha256, ecosystem, filename)
    )`.execute(db);
  await sql`
    create table rule_matches (
      sha256 text not null,
      ecosystem text not null,
      filename text not null,
      rules text not null,
      matcher integer not null,
      matches jsonb not null,
      matched_at timestamptz not null,
      primary key (sha256, ecosystem, filename, rules, matcher)
    )`.execute(db);
}
