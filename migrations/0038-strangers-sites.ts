import { type Kysely, sql } from 'kysely';

/** Which IPv6 site a sign-in was begun from (the hash of its /48; of the network where it has none): such tickets are counted by it too. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter table sign_in_tickets add column site text`.execute(db);
}
