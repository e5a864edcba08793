/** Two approvals, undoing, reminders, a clock for each data provider, and how the people of a channel work. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'alter table channels add column practice jsonb',
  `alter table decisions
    add column undo_until timestamptz,
    add column undone_at timestamptz,
    add column approved_with text,
    add column review_again_at timestamptz,
    add column reminded_at timestamptz,
    drop constraint decisions_outcome_check,
    add constraint decisions_outcome_check check (outcome in ('accepted', 'rejected', 'denied', 'asked', 'approved'))`,
  'drop index decisions_final',
  `create unique index decisions_final on decisions (request)
    where request is not null and undone_at is null and outcome in ('accepted', 'rejected', 'denied')`,
  'create index decisions_by_package on decisions (channel, ecosystem, name, number)',
  `create index decisions_to_remind on decisions (number)
    where until is not null or review_again_at is not null`,
  `create table evidence_seen (
    request text not null references requests (id),
    person text not null,
    evidence text not null,
    seen_at timestamptz not null,
    primary key (request, person)
  )`,
  `alter table objection_windows
    add column working_days boolean not null default false,
    drop constraint objection_windows_state_check,
    add constraint objection_windows_state_check
      check (state in ('waiting-for-provider', 'running', 'questioned', 'settled', 'overturned', 'undone'))`,
  'create index objection_windows_by_state on objection_windows (state, opened_at, id)',
  `create table objection_clocks (
    objection_window text not null references objection_windows (id),
    provider text not null,
    state text not null check (state in ('running', 'questioned', 'agreed', 'passed', 'overturned', 'undone')),
    closes_at timestamptz,
    remaining_ms bigint,
    ended_at timestamptz,
    primary key (objection_window, provider)
  )`,
  "create index objection_clocks_running on objection_clocks (closes_at) where state in ('running', 'agreed')",
  // Until now all providers of a window shared one clock.
  `insert into objection_clocks (objection_window, provider, state, closes_at, remaining_ms)
    select id, unnest(providers), state, closes_at, remaining_ms from objection_windows where state in ('running', 'questioned')`,
];
