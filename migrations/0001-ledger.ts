/** The ledger of facts, its signed heads, what has been delivered to reactions, and what schedules ran. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table ledger (
      sequence bigint primary key,
      at timestamptz not null,
      actor text not null,
      kind text not null,
      fact jsonb not null,
      previous text not null,
      hash text not null
    )`.execute(db);
  await sql`create index ledger_by_kind on ledger (kind, sequence)`.execute(db);
  await sql`create index ledger_by_actor on ledger (actor, sequence)`.execute(db);
  await sql`
    create table ledger_heads (
      sequence bigint primary key,
      hash text not null,
      signed_at timestamptz not null,
      key_id text not null,
      signature text not null
    )`.execute(db);
  await sql`
    create table signing_keys (
      key_id text primary key,
      public_key text not null,
      added_at timestamptz not null
    )`.execute(db);
  await sql`
    create table deliveries (
      sequence bigint not null,
      reaction text not null,
      state text not null default 'due' check (state in ('due', 'running', 'done', 'stuck')),
      attempts integer not null default 0,
      due_at timestamptz not null,
      lease_until timestamptz,
      lease_owner text,
      last_error text,
      done_at timestamptz,
      primary key (sequence, reaction)
    )`.execute(db);
  await sql`create index deliveries_open on deliveries (due_at, sequence) where state in ('due', 'running')`.execute(
    db,
  );
  await sql`create index deliveries_stuck on deliveries (sequence) where state = 'stuck'`.execute(db);
  await sql`create table schedules (name text primary key, last_run_at timestamptz not null)`.execute(db);
}
