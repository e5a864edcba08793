import { type Kysely, sql } from 'kysely';

/** Letters on their way to the mail server: one per key, whatever is retried. */
export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table outgoing_mail (
      id bigint generated always as identity primary key,
      key text not null unique,
      recipient text not null,
      subject text not null,
      body text not null,
      state text not null check (state in ('due', 'sending', 'handing-over', 'sent', 'stuck')),
      attempts integer not null,
      queued_at timestamptz not null,
      due_at timestamptz not null,
      sent_at timestamptz,
      last_error text
    )`.execute(db);
  await sql`create index outgoing_mail_open on outgoing_mail (due_at) where state <> 'sent'`.execute(db);
}
