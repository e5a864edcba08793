/** One package for each way in which a release is refused, in a registry of each ecosystem, with the sentence that people are told. */
import type { RefusalState } from '../../src/domain/refusal.ts';
import type { UpstreamAnswer } from '../../src/ecosystems/contract.ts';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../harness/registry.ts';
import { type KitFile, listingOf, type RegistryKit } from '../harness/registry-kits.ts';

/** Channels beside the usual one: one that lets in what is old enough, and one that serves nothing. */
export const OPEN = 'open';
export const SHUT = 'shut';

const OPERATOR = { kind: 'person', name: 'olga', roles: ['operator'], organisation: null } as const;
const MS_PER_DAY = 86_400_000;
/** As the registry's policy in tests has it. */
const COOL_DOWN_DAYS = 7;

export interface Case {
  readonly what: string;
  readonly name: string;
  readonly channel?: string;
  /** A release that is asked for, where others of the package are offered. */
  readonly pin?: string;
  /** Id of what the refusal is about. */
  readonly id?: string;
  /** Where nobody could say whether the package exists. */
  readonly isUnchecked?: true;
  /** The sentence; a client may have named the version, or only the package. */
  readonly sentence: (version: string) => string;
}

/** Every state has a case: one without is a type error. */
export function refusalCases(now: Date): Readonly<Record<RefusalState, readonly Case[]>> {
  const opens = new Date(now.getTime() + (COOL_DOWN_DAYS - 1) * MS_PER_DAY).toISOString().slice(0, 10);
  return {
    'not-requested': [
      {
        ...{ what: 'nobody asked for it', name: 'unasked' },
        sentence: (v) => `NOT REQUESTED: unasked${v}. Ask: pratique request new {eco} unasked`,
      },
      {
        ...{ what: 'a pin, where another release is offered', name: 'current', pin: '2.0.0' },
        sentence: () =>
          'NOT REQUESTED: current 2.0.0. Use current 1.0.0. Ask: pratique request new {eco} current --version 2.0.0',
      },
    ],
    'in-review': [
      {
        ...{ what: 'reviewers have it', name: 'reviewed', id: 'R-1' },
        sentence: (v) => `IN REVIEW: reviewed${v} since 2026-10-01. R-1`,
      },
    ],
    'needs-answer': [
      {
        ...{ what: 'reviewers asked', name: 'questioned', id: 'R-2' },
        sentence: (v) => `WAITING FOR YOUR ANSWER: questioned${v}. pratique request answer R-2`,
      },
    ],
    'in-window': [
      {
        ...{ what: 'data providers may object', name: 'windowed', id: 'R-3' },
        sentence: (v) => `ACCEPTED, opens 2026-12-24 18:00 UTC unless the data provider objects: windowed${v}. R-3`,
      },
    ],
    overturned: [
      {
        ...{ what: 'a data provider objected', name: 'overruled', id: 'R-4' },
        sentence: (v) => `NOT OPENED: overruled${v}, a data provider objected. R-4`,
      },
    ],
    rejected: [
      {
        ...{ what: 'for itself', name: 'spurned', id: 'R-5' },
        sentence: (v) => `REJECTED: spurned${v} licence not allowed. Or answer the concern. R-5`,
      },
    ],
    quarantined: [
      {
        ...{ what: 'itself', name: 'sealed', id: 'Q-1' },
        sentence: (v) => `QUARANTINED since 2026-10-02: sealed${v}. Q-1`,
      },
      {
        ...{ what: 'what it needs, so that it is left out', name: 'hull', id: 'Q-2' },
        sentence: () => 'QUARANTINED since 2026-10-02: keel 1.0.0 needed by hull 1.0.0. Q-2',
      },
      {
        ...{ what: 'what the release needs that brought it', name: 'mast', id: 'Q-2' },
        sentence: () => 'QUARANTINED since 2026-10-02: keel 1.0.0 needed by hull 1.0.0 (which brings mast 1.0.0). Q-2',
      },
    ],
    denied: [
      {
        ...{ what: 'by people here', name: 'barred', id: 'D-1' },
        sentence: (v) => `DENIED: barred${v} is on the denied list. Not open to request. D-1`,
      },
    ],
    'cooling-down': [
      {
        ...{ what: 'it appeared yesterday', name: 'young', channel: OPEN },
        sentence: (v) => `COOLING DOWN: young${v} opens ${opens}.`,
      },
    ],
    'rolled-back': [
      {
        ...{ what: 'the channel went back to a snapshot of before', name: 'returned' },
        sentence: () =>
          'ACCEPTED, but the channel was rolled back to a snapshot without it: returned 1.0.0. Ask an operator.',
      },
    ],
    unknown: [
      {
        ...{ what: 'upstream does not answer', name: 'dark', isUnchecked: true },
        sentence: () => 'COULD NOT CHECK: dark, try again later.',
      },
    ],
    closed: [
      {
        ...{ what: 'the channel serves nothing', name: 'unasked', channel: SHUT },
        sentence: () => `CLOSED: channel ${SHUT} serves no packages.`,
      },
    ],
  };
}

/** `current` is offered; `hull` was, with what it needs and brings. */
const TREE = [
  { name: 'hull', version: '1.0.0', requires: ['keel', 'mast'] },
  { name: 'keel', version: '1.0.0' },
  { name: 'mast', version: '1.0.0' },
] as const;
const NAMES = [
  'unasked',
  'reviewed',
  'questioned',
  'windowed',
  'overruled',
  'spurned',
  'sealed',
  'barred',
  'young',
  'returned',
];
const REQUESTS = [
  ['R-1', 'reviewed', 'in-review'],
  ['R-2', 'questioned', 'needs-answer'],
  ['R-3', 'windowed', 'in-window'],
  ['R-4', 'overruled', 'overturned'],
  ['R-5', 'spurned', 'rejected'],
] as const;

/** A registry in which all of that is so. */
export async function openRefusals(kit: RegistryKit): Promise<TestRegistry> {
  const { ecosystem } = kit;
  const files = new Map<string, readonly (KitFile & { readonly version: string })[]>();
  const releases = [...TREE, ...NAMES.map((name) => ({ name, version: '1.0.0' }))];
  for (const release of releases) files.set(release.name, [{ ...(await kit.make(release)), version: '1.0.0' }]);
  const both = ['1.0.0', '2.0.0'].map(async (version) => ({
    ...(await kit.make({ name: 'current', version })),
    version,
  }));
  files.set('current', await Promise.all(both));
  let yesterday = '';
  const upstream = (name: string): UpstreamAnswer =>
    name === 'dark'
      ? { status: 'unreadable', reason: 'it is dark' }
      : listingOf(ecosystem, name, files.get(name) ?? [], ...(name === 'young' ? [yesterday] : []));
  const registry = await openTestRegistry(upstream, {
    kit,
    told: {
      closingTimes: async () => new Map([['R-3', '2026-12-24T18:00:00Z']]),
      publicReason: async (request) => (request === 'R-5' ? { reason: 'licence' } : undefined),
      upstreamNames: async () =>
        [...files].map(([name, [first]]) => ({
          ...{ name, version: first?.version ?? '' },
          appearedAt: name === 'young' ? yesterday : '2025-01-01T00:00:00Z',
        })),
    },
  });
  yesterday = new Date(registry.clock.now().getTime() - MS_PER_DAY).toISOString();
  await furnish(registry, kit);
  return registry;
}

async function furnish(registry: TestRegistry, { ecosystem, target }: RegistryKit): Promise<void> {
  const { pool, snapshots } = registry;
  const publish = () => snapshots.publish({ channel: CHANNEL, ecosystem: ecosystem.id, names: [] });
  for (const [name, mode] of [
    [OPEN, 'open'],
    [SHUT, 'closed'],
  ]) {
    const targets = JSON.stringify([target]);
    await pool.query(`insert into channels values ($1, 3, $2, '{}', null, 'UTC', $3, now())`, [name, mode, targets]);
    await snapshots.init(name ?? '');
  }
  await registry.accept(TREE);
  await registry.accept([{ name: 'current', version: '1.0.0' }]);
  await publish();
  for (const [id, name] of [
    ['Q-1', 'sealed'],
    ['Q-2', 'keel'],
  ])
    await pool.query(
      `insert into quarantines (id, ecosystem, name, versions, reason, started_by, started_at)
       values ($1, $2, $3, null, 'x', 'p', '2026-10-02T08:00:00Z')`,
      [id, ecosystem.id, name],
    );
  await pool.query(
    `insert into denials (id, ecosystem, name, reason, created_by, created_at) values ('D-1', $1, 'barred', 'x', 'p', now())`,
    [ecosystem.id],
  );
  for (const [at, [id, name, state]] of REQUESTS.entries())
    await pool.query(
      `insert into requests (id, number, channel, ecosystem, name, version, extras, state, filed_by, filed_at, moved_at)
       values ($1, $2, $3, $4, $5, null, '{}', $6, 'p', '2026-10-01T08:00:00Z', now())`,
      [id, at + 1, CHANNEL, ecosystem.id, name, state],
    );
  await registry.touch();
  await publish();
  const before = (await pool.query(`select max(number) as number from snapshots where channel = $1`, [CHANNEL]))
    .rows[0];
  await registry.accept([{ name: 'returned', version: '1.0.0' }]);
  await publish();
  await snapshots.rollback(CHANNEL, before?.number, OPERATOR);
  await registry.touch();
}
