import { type Kysely, sql } from 'kysely';

/** In which roles somebody acted, and by what sign-in; and rows of the ledger by what their facts name. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`alter table ledger add column acting jsonb`.execute(db);
  await sql`create index ledger_facts on ledger using gin (fact jsonb_path_ops)`.execute(db);
}
