/** Who people prove to be: mail addresses, passwords, second factors, passkeys, sessions, and how often somebody tried. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'alter table people add column disabled_at timestamptz',
  `create table mail_addresses (
    person text primary key references people (name),
    address text not null,
    confirmed_at timestamptz,
    abandoned_at timestamptz
  )`,
  `create table passwords (
    person text primary key references people (name),
    hash text not null,
    set_at timestamptz not null
  )`,
  `create table authenticator_apps (
    person text primary key references people (name),
    secret text not null,
    confirmed_at timestamptz,
    last_step bigint not null
  )`,
  `create table recovery_codes (
    hash text primary key,
    person text not null references people (name),
    used_at timestamptz
  )`,
  'create index recovery_codes_by_person on recovery_codes (person)',
  `create table passkeys (
    id text primary key,
    person text not null references people (name),
    label text not null,
    public_key bytea not null,
    counter bigint not null,
    transports text[] not null,
    backed_up boolean not null,
    added_at timestamptz not null,
    last_used_at timestamptz
  )`,
  'create index passkeys_by_person on passkeys (person)',
  `create table identities (
    issuer text not null,
    subject text not null,
    person text not null references people (name),
    linked_at timestamptz not null,
    primary key (issuer, subject)
  )`,
  'create sequence session_ids',
  `create table sessions (
    id text primary key,
    hash text not null unique,
    person text not null references people (name),
    method text not null,
    strength text not null check (strength in ('single', 'multi', 'phishing-resistant')),
    device text not null,
    address text not null,
    made_at timestamptz not null,
    used_at timestamptz not null,
    idle_seconds integer not null,
    ends_at timestamptz not null,
    ended_at timestamptz
  )`,
  'create index sessions_by_person on sessions (person, made_at)',
  `create table sign_in_tickets (
    hash text primary key,
    kind text not null,
    person text references people (name),
    data jsonb not null,
    expires_at timestamptz not null
  )`,
  'create index sign_in_tickets_by_person on sign_in_tickets (person, kind)',
  `create table sign_in_attempts (
    key text primary key,
    failures integer not null,
    last_at timestamptz not null,
    next_at timestamptz not null
  )`,
  'create table breached_passwords (print bytea primary key)',
  'create index sign_in_attempts_by_age on sign_in_attempts (last_at)',
];
