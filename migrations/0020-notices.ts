import { type Kysely, sql } from 'kysely';

/** What people are told: one notice per fact and person, kept in the inbox; and what webhooks are told, one call per fact. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table notices (
      id bigint generated always as identity primary key,
      sequence bigint not null,
      person text not null,
      kind text not null,
      channel text,
      subject text not null,
      lines text[] not null,
      about text,
      at timestamptz not null,
      timing text not null check (timing in ('now', 'daily', 'weekly', 'inbox')),
      read_at timestamptz,
      digested_at timestamptz,
      unique (sequence, person)
    )`.execute(db);
  await sql`create index notices_by_person on notices (person, sequence desc)`.execute(db);
  await sql`create index notices_unread on notices (person) where read_at is null`.execute(db);
  await sql`
    create index notices_for_digests on notices (timing, person, id)
    where timing in ('daily', 'weekly') and digested_at is null`.execute(db);
  await sql`
    create table notice_settings (
      person text primary key,
      mail text not null check (mail in ('as-it-happens', 'daily', 'none'))
    )`.execute(db);
  await sql`
    create table notice_digests (
      period text not null check (period in ('daily', 'weekly')),
      day date not null,
      primary key (period, day)
    )`.execute(db);
  await sql`
    create table webhook_calls (
      id bigint generated always as identity primary key,
      sequence bigint not null,
      hook text not null,
      body text not null,
      state text not null check (state in ('due', 'done', 'stuck')),
      attempts integer not null,
      due_at timestamptz not null,
      ended_at timestamptz,
      last_error text,
      unique (sequence, hook)
    )`.execute(db);
  await sql`create index webhook_calls_due on webhook_calls (due_at) where state = 'due'`.execute(db);
  await sql`
    create table awaited_releases (
      request text primary key,
      channel text not null,
      since timestamptz not null
    )`.execute(db);
  await sql`create index awaited_releases_by_channel on awaited_releases (channel)`.execute(db);
}
