import { type Kysely, sql } from 'kysely';

/** Which network a sign-in was begun from (its hash), where nobody has said yet who it is: such tickets are counted by it. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter table sign_in_tickets add column network text`.execute(db);
  await sql`create index sign_in_tickets_by_network on sign_in_tickets (network, expires_at) where network is not null`.execute(
    db,
  );
}
