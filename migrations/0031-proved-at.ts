/** When the person of a session proved who they are: at the sign-in, or when their identity provider asked them; null: not known. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter table sessions add column proved_at timestamptz`.execute(db);
  await sql`update sessions set proved_at = made_at where method not like 'provider %'`.execute(db);
}
