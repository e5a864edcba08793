/** Lists and queues of the API with 200 people, 10,000 requests and 100,000 facts: what a person waits for, over HTTP. */
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { allOperations } from '../src/surfaces/api/index.ts';
import setup from '../test/harness/cluster.ts';
import { type Caller, openTestHome, type TestHome, tokenOf } from '../test/harness/home.ts';
import { FACTS, PEOPLE, REQUESTS, seed } from './api-seed.ts';
import { seedLists } from './api-seed-lists.ts';
import { type Figure, spread } from './figure.ts';

const CALLS = 60;
/** The first calls read code and fill caches: a person waits for them once. */
const WARM_UP = 5;
const GOAL = 'median at most 50 ms';

const listed = z.looseObject({ results: z.array(z.unknown()).optional() });
type Who = 'researcher' | 'reviewer' | 'provider' | 'auditor' | 'operator';
/** One of those who were seeded. */
const RESEARCHER = { kind: 'person', name: 'person-7', roles: ['researcher'], organisation: null } as const;
/** A cursor that stands behind a row with this key. */
const after = (key: unknown) => `cursor=${Buffer.from(JSON.stringify(key)).toString('base64url')}`;
const all = 'limit=200';
const QUESTIONS: readonly (readonly [string, Who, string])[] = [
  ['the review queue', 'reviewer', '/review'],
  ['the review queue, its last page', 'reviewer', `/review?${all}&${after(9000)}`],
  ['first uses', 'reviewer', `/review/first-uses?${all}`],
  ['requests', 'researcher', '/requests'],
  ['200 requests', 'researcher', `/requests?${all}`],
  ['requests, a late page', 'researcher', `/requests?${all}&${after(9000)}`],
  ['my requests', 'researcher', `/requests?mine=true&${all}`],
  ['requests in a state and a channel', 'reviewer', `/requests?channel=tier3&state=needs-answer&${all}`],
  ['requests for a package', 'researcher', '/requests?name=package-77'],
  ['one request with its details', 'reviewer', '/requests/R-5000'],
  ['decisions of one request', 'reviewer', '/requests/R-5004/decisions'],
  ['decisions', 'researcher', `/decisions?${all}`],
  ['decisions, rejected', 'reviewer', `/decisions?outcome=rejected&${all}`],
  ['open objection windows', 'provider', `/objections?state=running&${all}`],
  ['objection windows, a late page', 'provider', `/objections?${all}&${after(['2026-01-06T00:00:00.000Z', 'W-1'])}`],
  ['entries of extra', 'researcher', `/lists/tier3/extra?${all}`],
  ['entries of extra, a late page', 'researcher', `/lists/tier3/extra?${all}&${after(['pypi', 'package-8', 'L-1'])}`],
  ['the expanded list', 'researcher', `/lists/tier3/expanded?${all}`],
  [
    'the expanded list, a late page',
    'researcher',
    `/lists/tier3/expanded?${all}&${after(['pypi', 'package-8', '1.0'])}`,
  ],
  ['the expanded list, one package', 'researcher', '/lists/tier3/expanded?ecosystem=pypi&name=package-77'],
  ['the denied list', 'researcher', `/lists/tier3/denied?${all}`],
  [
    'the denied list, a late page',
    'researcher',
    `/lists/tier3/denied?${all}&${after(['2026-01-02T23:00:00.000Z', 'D-2820'])}`,
  ],
  ['what came onto extra and went off it', 'researcher', `/lists/tier3/extra/history?${all}`],
  ['what was denied and is not any more', 'researcher', `/lists/tier3/denied/history?${all}`],
  ['a package', 'researcher', '/packages/pypi/package-77'],
  ['advisories about a package', 'researcher', `/advisories/pypi/package-77?${all}`],
  ['quarantines', 'reviewer', `/quarantines?${all}`],
  ['quarantines, those of the past too', 'reviewer', `/quarantines?ended=true&${all}`],
  ['channels', 'researcher', '/channels'],
  ['snapshots', 'researcher', `/snapshots/tier3?${all}`],
  ['images', 'researcher', `/images/tier3?${all}`],
  ['the inbox', 'researcher', `/notices?${all}`],
  ['the inbox, unread', 'researcher', `/notices?unread=true&${all}`],
  ['the inbox, a late page', 'researcher', `/notices?${all}&${after(40_000)}`],
  ['letters that wait', 'operator', `/notices/outbox?${all}`],
  ['people', 'operator', `/users?${all}`],
  ['tokens of everybody', 'operator', `/tokens?${all}`],
  ['my tokens', 'researcher', `/tokens?${all}`],
  ['bundles', 'reviewer', `/bundles?channel=tier3&${all}`],
  ['one bundle', 'reviewer', '/bundles/B-77'],
  ['my drafts', 'researcher', `/drafts?${all}`],
  ['reports', 'reviewer', `/reports?closed=true&${all}`],
  ['my reports', 'researcher', `/reports?closed=true&${all}`],
  ['tags', 'researcher', `/tags?${all}`],
  ['tags, a late page', 'researcher', `/tags?${all}&${after(['2026-04-20T00:00:00.000Z', 'G-1'])}`],
  ['tags of a package, those taken off too', 'researcher', `/tags?ecosystem=pypi&name=package-77&removed=true&${all}`],
  ['tags that channels ask for', 'researcher', `/tag-requirements?${all}`],
  ['what clients were refused', 'reviewer', '/demand?channel=tier3'],
  ['the ledger', 'auditor', `/ledger?${all}`],
  ['the ledger, by one person', 'auditor', `/ledger?actor=person-7&${all}`],
  [
    'the ledger, by one kind and day',
    'auditor',
    `/ledger?kind=request-answered&since=2026-01-01T05:00:00Z&until=2026-01-02T00:00:00Z&${all}`,
  ],
];

/** Every list and queue, one caller at a time. */
export async function people(): Promise<readonly Figure[]> {
  const removeCluster = await setup();
  const home = await openTestHome({
    config: (text) => text.replace(/calls_per_minute(\w*): \d+/g, 'calls_per_minute$1: 1000000'),
  });
  try {
    await seed(home.app.db);
    await seedLists(home.app);
    const tokens = await everybody(home);
    const figures: Figure[] = [];
    for (const [what, who, path] of QUESTIONS) figures.push(await measured(home, { what, path, token: tokens[who] }));
    return figures;
  } finally {
    await home.close();
    await removeCluster();
  }
}

/** Paths of lists that no question asks. */
export function unaskedLists(): readonly string[] {
  const asked = QUESTIONS.map(([, , path]) => path.replace(/\?.*/, '').split('/'));
  const lists = allOperations().filter(
    ({ method, query }) => method === 'get' && query?.safeParse({ cursor: 'x' }).success,
  );
  const isAsked = (segments: readonly string[]) =>
    asked.some(
      (one) => one.length === segments.length && segments.every((part, at) => part.startsWith('{') || part === one[at]),
    );
  return lists.map(({ path }) => path).filter((path) => !isAsked(path.split('/')));
}

async function everybody(home: TestHome): Promise<Record<Who, string>> {
  const token = ({ token: text }: Caller) => text;
  return {
    researcher: await tokenOf(home.app, RESEARCHER),
    reviewer: token(await home.person('vera', 'reviewer')),
    provider: token(await home.person('pia', 'provider', 'Trust')),
    auditor: token(await home.person('anna', 'auditor')),
    operator: await tokenOf(home.app, home.operator),
  };
}

async function measured(
  home: TestHome,
  { what, path, token }: { readonly what: string; readonly path: string; readonly token: string },
): Promise<Figure> {
  const times: number[] = [];
  let rows = 0;
  for (let call = 0; call < CALLS + WARM_UP; call += 1) {
    const before = performance.now();
    const response = await fetch(`${home.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body = listed.parse(await response.json());
    if (call >= WARM_UP) times.push(performance.now() - before);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(body)}`);
    rows = body.results?.length ?? 1;
    if (rows === 0) throw new RangeError(`${path} is empty: its time would mean nothing`);
  }
  const size = `${PEOPLE} people, ${REQUESTS} requests, ${FACTS} facts`;
  return {
    what: `${what} (${rows} rows)`,
    ours: spread(times, 'ms'),
    goal: GOAL,
    method: `${CALLS} calls over HTTP, one after the other; ${size}`,
  };
}
