import { type Kysely, sql } from 'kysely';

/** Evidence sets by request, examinations by digest, and upstream's listings as last read. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table evidence_sets (
      digest text primary key,
      channel text not null,
      ecosystem text not null,
      name text not null,
      version text,
      extras text[] not null,
      request text,
      root text not null,
      verdict text not null,
      collected_at timestamptz not null
    )`.execute(db);
  await sql`create index evidence_sets_by_request on evidence_sets (request, collected_at desc)`.execute(db);
  await sql`create index evidence_sets_by_package on evidence_sets (channel, ecosystem, name, collected_at desc)`.execute(
    db,
  );
  await sql`
    create table examinations (
      sha256 text not null,
      ecosystem text not null,
      filename text not null,
      name text not null,
      version text not null,
      examiner integer not null,
      result jsonb not null,
      examined_at timestamptz not null,
      primary key (sha256, ecosystem, filename, name, version, examiner)
    )`.execute(db);
  await sql`
    create table upstream_packages (
      ecosystem text not null,
      name text not null,
      document jsonb not null,
      read_at timestamptz not null,
      primary key (ecosystem, name)
    )`.execute(db);
}
