/** A busy installation: people, requests with what was said and decided, windows, entries and a ledger, written as rows. */
import { type Kysely, sql } from 'kysely';
import type { Fact } from '../src/domain/fact.ts';
import type { NoTables } from '../src/platform/db/port.ts';
import { GENESIS, rowHash } from '../src/platform/ledger/rows.ts';

export const PEOPLE = 200;
export const REQUESTS = 10_000;
export const FACTS = 100_000;
/** Of ten requests, two wait for a reviewer, one for an answer, and one is in its window; the others have ended. */
const STATES = [
  'in-review',
  'in-review',
  'needs-answer',
  'in-window',
  'accepted',
  'accepted',
  'accepted',
  'accepted',
  'rejected',
  'withdrawn',
];
const LEDGER_BATCH = 2000;
const START = Date.parse('2026-01-01T00:00:00Z');

/** Fills an empty installation; every row is one that the rooms could have written. */
export async function seed(db: Kysely<NoTables>): Promise<void> {
  await sql`
    insert into people (name, organisation, roles, added_at)
    select 'person-' || n, null, array['researcher'], now() from generate_series(1, ${PEOPLE}) n`.execute(db);
  await sql`
    insert into requests (id, number, channel, ecosystem, name, version, extras, state, filed_by, filed_at, moved_at)
    select 'R-' || n, n, case when n % 3 = 0 then 'tier2' else 'tier3' end, case when n % 5 = 0 then 'npm' else 'pypi' end,
      'package-' || n, '1.0', array[]::text[], (${STATES}::text[])[1 + n % 10], 'person-' || (1 + n % ${PEOPLE}), t, t
    from generate_series(1, ${REQUESTS}) n, lateral (select timestamptz '2026-01-01' + n * interval '1 minute' as t) at`.execute(
    db,
  );
  await sql`
    insert into requesters (request, person, q1, q2, q3, joined_at)
    select 'R-' || n, 'person-' || (1 + (n + m * 7) % ${PEOPLE}), repeat('Why. ', 40), repeat('Yes. ', 40), 'unknown', now()
    from generate_series(1, ${REQUESTS}) n, generate_series(0, n % 3) m`.execute(db);
  await sql`
    insert into decisions (id, number, request, channel, ecosystem, name, version, extras, outcome, list, decided_by, decided_at, reason)
    select 'A-' || number, number, id, channel, ecosystem, name, version, extras,
      case when state = 'rejected' then 'rejected' else 'accepted' end, case when state = 'rejected' then null else 'extra' end,
      'vera', moved_at, repeat('Because. ', 30)
    from requests where state in ('in-window', 'accepted', 'rejected')`.execute(db);
  await sql`
    insert into objection_windows (id, decision, channel, providers, state, opened_at, closes_at, ended_at)
    select 'W-' || d.number, d.id, d.channel, array['Trust'], case when r.state = 'in-window' then 'running' else 'settled' end,
      d.decided_at, case when r.state = 'in-window' then now() + interval '3 days' end, case when r.state = 'in-window' then null else now() end
    from decisions d join requests r on r.id = d.request where d.outcome = 'accepted'`.execute(db);
  await sql`
    insert into objection_clocks (objection_window, provider, state, closes_at)
    select id, 'Trust', case when state = 'running' then 'running' else 'passed' end, closes_at from objection_windows`.execute(
    db,
  );
  await sql`
    insert into list_entries (id, channel, ecosystem, list, name, version, extras, evidence, decision, added_at)
    select 'L-' || number, channel, ecosystem, 'extra', name, '1.0', extras, '', id, decided_at from decisions where outcome = 'accepted'`.execute(
    db,
  );
  await seedLedger(db);
  await sql`analyze`.execute(db);
}

/** A real chain: as many rows as are asked for, with what was there before. */
async function seedLedger(db: Kysely<NoTables>): Promise<void> {
  const last = await sql<{
    sequence: number;
    hash: string;
  }>`select sequence, hash from ledger order by sequence desc limit 1`.execute(db);
  let { sequence, hash: previous } = last.rows[0] ?? { sequence: 0, hash: GENESIS };
  while (sequence < FACTS) {
    const rows: unknown[] = [];
    for (let at = 0; at < LEDGER_BATCH && sequence < FACTS; at += 1) {
      sequence += 1;
      const number = 1 + (sequence % REQUESTS);
      const fact: Fact = {
        kind: sequence % 4 === 0 ? 'request-answered' : 'request-joined',
        request: `R-${number}`,
        channel: 'tier3',
      };
      const row = {
        sequence,
        at: new Date(START + sequence * 1000).toISOString(),
        actor: `person-${1 + (sequence % PEOPLE)}`,
        fact,
        previous,
      };
      const hash = rowHash(row);
      rows.push({ ...row, kind: fact.kind, hash });
      previous = hash;
    }
    await sql`
      insert into ledger (sequence, at, actor, kind, fact, previous, hash)
      select sequence, at, actor, kind, fact, previous, hash from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as t (sequence bigint, at timestamptz, actor text, kind text, fact jsonb, previous text, hash text)`.execute(
      db,
    );
  }
}
