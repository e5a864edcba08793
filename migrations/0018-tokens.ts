/** Roles in single channels, and API tokens: a token is stored as its hash alone. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "alter table people add column channel_roles jsonb not null default '[]'",
  'create sequence token_ids',
  `create table tokens (
    id text primary key,
    person text not null references people (name),
    label text not null,
    hash text not null unique,
    channels text[],
    ecosystems text[],
    actions text[],
    strength text not null check (strength in ('single', 'multi', 'phishing-resistant')),
    strong_until timestamptz not null,
    publisher text,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_on date,
    revoked_at timestamptz,
    revoked_by text,
    revoked_for text check (revoked_for in ('revoked', 'leaked'))
  )`,
  'create index tokens_by_person on tokens (person, made_at)',
];
