/** People, channels, requests, decisions, objection windows, lists, denials and quarantines. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  for (const statement of [...PEOPLE, ...REQUESTS, ...DECISIONS, ...LISTS]) await sql.raw(statement).execute(db);
}

const PEOPLE = [
  `create table people (
    name text primary key,
    organisation text,
    roles text[] not null,
    added_at timestamptz not null
  )`,
  `create table operator_codes (
    hash text primary key,
    made_at timestamptz not null,
    claimed_by text,
    claimed_at timestamptz
  )`,
  `create table channels (
    name text primary key,
    tier integer not null check (tier between 0 and 4),
    mode text not null check (mode in ('open', 'cleared', 'closed')),
    providers text[] not null,
    window_seconds integer check (window_seconds > 0),
    timezone text not null,
    targets jsonb not null,
    created_at timestamptz not null
  )`,
];

const REQUESTS = [
  'create sequence request_ids',
  `create table requests (
    id text primary key,
    number bigint not null unique,
    channel text not null references channels (name),
    ecosystem text not null,
    name text not null,
    version text,
    extras text[] not null,
    state text not null,
    filed_by text not null,
    filed_at timestamptz not null,
    moved_at timestamptz not null,
    evidence text,
    verdict text,
    failure text,
    answers_request text references requests (id),
    answers_concern text
  )`,
  `create unique index requests_open on requests (channel, ecosystem, name, coalesce(version, ''), extras)
    where state in ('submitted', 'in-review', 'needs-answer', 'in-window', 'failed')`,
  'create index requests_by_package on requests (channel, ecosystem, name, number)',
  'create index requests_by_state on requests (channel, state, number)',
  `create table requesters (
    request text not null references requests (id),
    person text not null,
    q1 text not null,
    q2 text not null,
    q3 text not null,
    joined_at timestamptz not null,
    withdrawn_at timestamptz,
    primary key (request, person)
  )`,
  'create index requesters_by_person on requesters (person)',
  `create table request_messages (
    id bigint generated always as identity primary key,
    request text not null references requests (id),
    at timestamptz not null,
    person text not null,
    kind text not null check (kind in ('question', 'answer')),
    text text not null,
    decision text unique
  )`,
  'create index request_messages_by_request on request_messages (request, id)',
];

const DECISIONS = [
  'create sequence decision_ids',
  `create table decisions (
    id text primary key,
    number bigint not null unique,
    request text,
    channel text not null,
    ecosystem text not null,
    name text not null,
    version text,
    extras text[] not null,
    outcome text not null check (outcome in ('accepted', 'rejected', 'denied', 'asked')),
    list text check (list in ('core', 'extra')),
    evidence text,
    policy text,
    verdict text,
    decided_by text not null,
    decided_at timestamptz not null,
    reason text not null,
    concern text,
    criterion integer check (criterion between 1 and 5),
    note text,
    until timestamptz,
    expired_at timestamptz
  )`,
  `create unique index decisions_final on decisions (request)
    where request is not null and outcome in ('accepted', 'rejected', 'denied')`,
  `create unique index decisions_first_use on decisions (channel, evidence) where request is null`,
  'create index decisions_by_request on decisions (request, number)',
  'create index decisions_expiring on decisions (until) where until is not null and expired_at is null',
  `create table first_uses (
    channel text not null,
    ecosystem text not null,
    name text not null,
    evidence text not null,
    verdict text not null,
    seen_at timestamptz not null,
    primary key (channel, ecosystem, name)
  )`,
  'create sequence window_ids',
  `create table objection_windows (
    id text primary key,
    decision text not null unique references decisions (id),
    channel text not null,
    providers text[] not null,
    state text not null check (state in ('waiting-for-provider', 'running', 'questioned', 'settled', 'overturned')),
    opened_at timestamptz not null,
    closes_at timestamptz,
    remaining_ms bigint,
    ended_at timestamptz
  )`,
  "create index objection_windows_open on objection_windows (closes_at) where state = 'running'",
  `create table objections (
    id bigint generated always as identity primary key,
    objection_window text not null references objection_windows (id),
    kind text not null check (kind in ('question', 'answer', 'none', 'overturn')),
    person text not null,
    organisation text,
    text text not null,
    at timestamptz not null
  )`,
  'create index objections_by_window on objections (objection_window, id)',
];

const LISTS = [
  'create sequence entry_ids',
  `create table list_entries (
    id text primary key,
    channel text not null,
    ecosystem text not null,
    list text not null check (list in ('core', 'extra')),
    name text not null,
    version text not null,
    extras text[] not null,
    evidence text not null,
    decision text not null,
    added_at timestamptz not null,
    removed_at timestamptz,
    removed_by text,
    removed_reason text
  )`,
  'create unique index list_entries_decision on list_entries (decision)',
  'create index list_entries_current on list_entries (channel, ecosystem, name) where removed_at is null',
  'create sequence denial_ids',
  `create table denials (
    id text primary key,
    channel text,
    ecosystem text not null,
    name text not null,
    versions text,
    reason text not null,
    created_by text not null,
    created_at timestamptz not null,
    lifted_by text,
    lifted_reason text,
    lifted_at timestamptz
  )`,
  'create index denials_current on denials (ecosystem, name) where lifted_at is null',
  'create sequence quarantine_ids',
  `create table quarantines (
    id text primary key,
    ecosystem text not null,
    name text not null,
    versions text,
    reason text not null,
    advisory text,
    started_by text not null,
    started_at timestamptz not null,
    ended_by text,
    ended_reason text,
    ended_at timestamptz
  )`,
  'create index quarantines_current on quarantines (ecosystem, name) where ended_at is null',
];
