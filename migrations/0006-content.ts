import { type Kysely, sql } from 'kysely';

/** What each content scanner made of each distribution: the bytes and the scanner's version decide it, so it is kept for ever. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table content_outcomes (
      sha256 text not null,
      ecosystem text not null,
      filename text not null,
      name text not null,
      release_version text not null,
      scanner text not null,
      version integer not null,
      outcome jsonb not null,
      inspected_at timestamptz not null,
      primary key (sha256, scanner, version, ecosystem, filename, name, release_version)
    )`.execute(db);
}
