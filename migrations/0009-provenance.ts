/** Attestations as they were last seen beside files, and whom the operator believes about them. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table attestations (
      ecosystem text not null,
      name text not null,
      version text not null,
      filename text not null,
      sha256 text not null,
      document text not null,
      seen_at timestamptz not null,
      primary key (ecosystem, name, version, filename, sha256)
    )`.execute(db);
  await sql`
    create table trust_roots (
      position integer primary key,
      root text not null,
      keys jsonb not null
    )`.execute(db);
}
