import { type Kysely, sql } from 'kysely';

/** The keys that registries sign releases with, as they were last read: clients ask for them, snapshots hold them. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table registry_keys (
      ecosystem text not null primary key,
      document text not null,
      read_at timestamptz not null
    )`.execute(db);
}
