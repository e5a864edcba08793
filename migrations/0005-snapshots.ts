import { type Kysely, sql } from 'kysely';

/**
 * Published snapshots, one row each, never changed: the current one of a channel is the one with the highest number, so
 * publishing and rolling back are one insert. The listings of what the manifest names are blobs.
 */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table snapshots (
      channel text not null,
      number integer not null check (number > 0),
      manifest text not null,
      content text not null,
      signature text not null,
      key_id text not null,
      public_key text not null,
      rolled_back_to integer,
      published_at timestamptz not null,
      primary key (channel, number)
    )`.execute(db);
  await sql`create index snapshots_by_time on snapshots (channel, published_at)`.execute(db);
}
