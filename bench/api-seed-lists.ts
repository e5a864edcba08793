/** What stands around the requests of a busy installation: snapshots, stops, notices, tags, tokens, bundles, letters and what clients tried. */
import { type Kysely, sql } from 'kysely';
import { canonicalBytes } from '../src/domain/canonical-json.ts';
import type { Digest } from '../src/domain/digest.ts';
import { shardOf } from '../src/features/snapshots/shelf.ts';
import type { Blobs } from '../src/platform/blobs/port.ts';
import type { NoTables } from '../src/platform/db/port.ts';

/** Releases that the expanded list holds: half were accepted, the others are what these need. */
export const RELEASES = 10_000;
/** A snapshot a day, for a year. */
export const SNAPSHOTS = 365;
export const DENIALS = 3000;
/** In force; as many again were released. */
export const QUARANTINES = 2000;
/** In each inbox. */
export const NOTICES = 500;

/** By everybody; every other one is closed. */
const REPORTS = 3000;
/** On releases by everybody; every other one was taken off. */
const TAGS = 6000;
/** Of a hundred packages. */
const ADVISORIES = 20_000;

interface Place {
  readonly db: Kysely<NoTables>;
  readonly blobs: Blobs;
}

/** Fills an installation whose people and requests are there; every row is one that the rooms could have written. */
export async function seedLists({ db, blobs }: Place): Promise<void> {
  await seedSnapshots({ db, blobs });
  for (const statement of STATEMENTS) await statement.execute(db);
  await sql`analyze`.execute(db);
}

/** One content, published again and again: what a page of it costs does not depend on what the days differ in. */
async function seedSnapshots({ db, blobs }: Place): Promise<void> {
  const shards = new Map<string, Record<string, unknown>>();
  for (let number = 1; number <= RELEASES; number += 1) {
    const name = `package-${number}`;
    const isRoot = number % 2 === 1;
    const purls = isRoot ? [`pkg:pypi/${name}@1.0`] : [`pkg:pypi/package-${number - 1}@1.0`, `pkg:pypi/${name}@1.0`];
    const id = shardOf(name);
    shards.set(id, { ...shards.get(id), [name]: storedPackage(name, isRoot ? 'accepted' : 'dependency', purls) });
  }
  const stored: Record<string, Digest> = {};
  for (const [id, shard] of shards) stored[id] = (await blobs.put(canonicalBytes(shard))).digest;
  const basis = (await blobs.put(canonicalBytes({}))).digest;
  const content = { pypi: { shards: stored, root: [], basis, leftOut: [] } };
  const about = { schema: 'pratique.snapshot/1', channel: 'tier3', number: SNAPSHOTS, rolledBackTo: null };
  const manifest = { ...about, publishedAt: '2026-06-01T00:00:00.000Z', content };
  const { digest } = await blobs.put(canonicalBytes(manifest));
  await sql`
    insert into snapshots (channel, number, manifest, content, signature, key_id, public_key, rolled_back_to, published_at)
    select channel, n, ${digest}, content, signature, key_id, public_key, null, timestamptz '2026-01-01' + n * interval '1 day'
    from snapshots, generate_series(2, ${SNAPSHOTS}) n where channel = 'tier3' and number = 1`.execute(db);
}

function storedPackage(name: string, state: string, why: readonly string[]) {
  const forms = [{ encoding: 'identity', digest: `sha256:${'0'.repeat(64)}`, size: 1000 }];
  const file = {
    filename: `${name}-1.0-py3-none-any.whl`,
    version: '1.0',
    sha256: `sha256:${'0'.repeat(64)}`,
    size: 10_000,
  };
  return {
    documents: [{ key: `simple/${name}/`, contentType: 'text/html', forms }],
    files: [{ ...file, metadata: null }],
    releases: [{ version: '1.0', state, why, targets: ['linux-x64-py312'], needs: [] }],
    refused: [],
  };
}

const STATEMENTS = [
  sql`
    insert into reports (id, ecosystem, name, version, reason, reported_by, reported_at, closed_by, closed_reason, closed_at)
    select 'P-' || n, 'pypi', 'package-' || n, '1.0', repeat('Odd. ', 20), 'person-' || (1 + n % 200), t,
      case when n % 2 = 0 then 'vera' end, case when n % 2 = 0 then 'Looked at.' end, case when n % 2 = 0 then t end
    from generate_series(1, ${REPORTS}) n, lateral (select timestamptz '2026-01-01' + n * interval '1 hour' as t) at`,
  sql`
    insert into denials (id, channel, ecosystem, name, versions, reason, created_by, created_at, lifted_by, lifted_reason, lifted_at)
    select 'D-' || n, case when n % 3 = 0 then null else 'tier3' end, case when n % 5 = 0 then 'npm' else 'pypi' end, 'denied-' || n,
      case when n % 2 = 0 then '<2' end, repeat('Because. ', 20), 'vera', timestamptz '2026-01-01' + n * interval '1 minute',
      case when n > ${DENIALS} then 'vera' end, case when n > ${DENIALS} then 'Mended.' end, case when n > ${DENIALS} then now() end
    from generate_series(1, ${DENIALS * 1.2}::int) n`,
  sql`
    insert into quarantines (id, ecosystem, name, versions, reason, advisory, started_by, started_at, ended_by, ended_reason, ended_at)
    select 'Q-' || n, case when n % 5 = 0 then 'npm' else 'pypi' end, 'stopped-' || n, '1.0', repeat('Because. ', 20), 'ADV-' || n, 'vera',
      timestamptz '2026-01-01' + n * interval '1 minute', case when n % 2 = 0 then 'vera' end,
      case when n % 2 = 0 then 'Looked at.' end, case when n % 2 = 0 then now() end
    from generate_series(1, ${QUARANTINES * 2}::int) n`,
  sql`
    insert into notices (sequence, person, kind, channel, subject, lines, about, at, timing, read_at)
    select n * 200 + p, 'person-' || p, 'decision-made', 'tier3', 'R-' || n || ' was accepted', array[repeat('It was. ', 20), 'See it.'], 'R-' || n,
      timestamptz '2026-01-01' + n * interval '1 hour', 'inbox', case when n % 4 > 0 then now() end
    from generate_series(1, 200) p, generate_series(1, ${NOTICES}) n`,
  sql`
    insert into tokens (id, person, label, hash, strength, strong_until, made_at, expires_at)
    select 'T-' || n, 'person-' || (1 + n % 200), 'build', 'hash-' || n, 'single', now(), timestamptz '2026-01-01' + n * interval '1 minute', now() + interval '30 days'
    from generate_series(10001, 11000) n`,
  sql`
    insert into bundles (id, number, channel, title, filed_by, filed_at, packages, available)
    select 'B-' || n, n, case when n % 3 = 0 then 'tier2' else 'tier3' end, 'requirements.txt', 'person-' || (1 + n % 200), now(), 40, 20
    from generate_series(1, 1000) n`,
  sql`
    insert into bundle_requests (bundle, request)
    select 'B-' || n, 'R-' || (1 + (n * 10 + m) % 10000) from generate_series(1, 1000) n, generate_series(1, 20) m`,
  sql`
    insert into request_drafts (id, person, channel, ecosystem, name, saved_at)
    select 'T-' || n, 'person-' || (1 + n % 200), 'tier3', 'pypi', 'draft-' || n, now() from generate_series(1, 4000) n`,
  sql`
    insert into refused_installs (channel, day, ecosystem, name, version, count)
    select 'tier3', current_date - d, 'pypi', 'tried-' || n, '1.0', n from generate_series(1, 500) n, generate_series(0, 59) d`,
  sql`
    insert into first_uses (channel, ecosystem, name, evidence, verdict, seen_at)
    select 'tier2', 'pypi', 'first-' || n, 'none', 'review', timestamptz '2026-01-01' + n * interval '1 minute' from generate_series(1, 2000) n`,
  sql`
    insert into images (channel, id, snapshot, manifest, signature, key_id, public_key, built_by, built_at)
    select 'tier3', '20' || y || '-' || lpad(m::text, 2, '0'), 1, 'none', '', '', '', 'system', make_timestamptz(2000 + y, m, 1, 0, 0, 0)
    from generate_series(22, 26) y, generate_series(1, 12) m`,
  sql`
    insert into tags (id, label, ecosystem, name, version, since, team, reason, tagged_by, tagged_at, removed_by, removed_reason, removed_at)
    select 'G-' || n, 'code-reviewed', 'pypi', 'package-' || (1 + n / 2 % 1000), '1.0', null, 'Trust', repeat('Read. ', 20), 'person-' || (1 + n % 200), t,
      case when n % 2 = 0 then 'vera' end, case when n % 2 = 0 then 'Looked at.' end, case when n % 2 = 0 then t end
    from generate_series(1, ${TAGS}) n, lateral (select timestamptz '2026-01-01' + n * interval '1 hour' as t) at`,
  sql`
    insert into tag_requirements (id, channel, label, team, criteria, required_by, required_at, lifted_by, lifted_reason, lifted_at)
    select 'N-' || n, 'tier3', 'reviewed-' || n, 'Trust', repeat('Somebody read it. ', 20), 'vera', t, case when n % 2 = 0 then 'vera' end,
      case when n % 2 = 0 then 'No more.' end, case when n % 2 = 0 then t end
    from generate_series(1, 40) n, lateral (select timestamptz '2026-01-01' + n * interval '1 hour' as t) at`,
  sql`
    insert into advisories (id, modified, withdrawn, aliases, document, imported_at)
    select 'ADV-' || n, now(), false, array['ALIAS-' || n], jsonb_build_object('id', 'ADV-' || n, 'aliases', jsonb_build_array('ALIAS-' || n),
      'published', null, 'modified', '2026-01-01T00:00:00.000Z', 'withdrawn', false, 'summary', repeat('A fault. ', 10), 'malicious', false,
      'word', null, 'severity', jsonb_build_array(), 'packages', jsonb_build_array(jsonb_build_object('ecosystem', 'pypi',
        'name', 'package-' || (1 + n % 100), 'severity', jsonb_build_array(), 'ranges', jsonb_build_array(), 'versions', jsonb_build_array('1.0')))), now()
    from generate_series(1, ${ADVISORIES}::int) n`,
  sql`insert into advisory_packages (ecosystem, name, advisory) select 'pypi', 'package-' || (1 + n % 100), 'ADV-' || n from generate_series(1, ${ADVISORIES}::int) n`,
  sql`
    insert into outgoing_mail (key, recipient, subject, body, state, attempts, queued_at, due_at)
    select 'key-' || n, 'person@mail.example', 'A decision', 'It was made.', case when n % 3 = 0 then 'stuck' else 'sent' end, 1, now(), now()
    from generate_series(1, 3000) n`,
];
