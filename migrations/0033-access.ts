import { type Kysely, sql } from 'kysely';

/** The ways in which a channel may be installed from; null for everybody, as until now. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter table channels add column access jsonb check (access is null or jsonb_array_length(access) > 0)`.execute(
    db,
  );
}
