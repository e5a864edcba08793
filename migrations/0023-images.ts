import { type Kysely, sql } from 'kysely';

/** Images: what the desktop image of a month holds, one row each, never changed; the listings are blobs. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table images (
      channel text not null,
      id text not null,
      number bigint generated always as identity,
      snapshot integer not null,
      manifest text not null,
      signature text not null,
      key_id text not null,
      public_key text not null,
      built_by text not null,
      built_at timestamptz not null,
      primary key (channel, id)
    )`.execute(db);
}
