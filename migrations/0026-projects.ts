/** Bundles of requests, drafts, and how often installs were refused. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'create sequence bundle_ids',
  `create table bundles (
    id text primary key,
    number bigint not null unique,
    channel text not null references channels (name),
    title text not null,
    filed_by text not null,
    filed_at timestamptz not null,
    packages integer not null,
    available integer not null
  )`,
  `create table bundle_requests (
    bundle text not null references bundles (id),
    request text not null references requests (id),
    primary key (bundle, request)
  )`,
  'create index bundle_requests_by_request on bundle_requests (request)',
  'create sequence draft_ids',
  `create table request_drafts (
    id text primary key,
    person text not null,
    channel text not null references channels (name),
    ecosystem text not null,
    name text not null,
    version text,
    q1 text,
    q2 text,
    q3 text,
    project text,
    contact text,
    saved_at timestamptz not null
  )`,
  'create index request_drafts_by_person on request_drafts (person, id)',
  `create table refused_installs (
    channel text not null,
    day date not null,
    ecosystem text not null,
    name text not null,
    version text not null,
    count integer not null,
    primary key (channel, day, ecosystem, name, version)
  )`,
];
