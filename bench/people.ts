/** Lists and queues of the API with 200 people, 10,000 requests and 100,000 facts: what a person waits for, over HTTP. */
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import setup from '../test/harness/cluster.ts';
import { type Caller, openTestHome, type TestHome, tokenOf } from '../test/harness/home.ts';
import { FACTS, PEOPLE, REQUESTS, seed } from './api-seed.ts';
import { type Figure, spread } from './figure.ts';

const CALLS = 60;
/** The first calls read code and fill caches: a person waits for them once. */
const WARM_UP = 5;
const GOAL = 'median at most 50 ms';

const listed = z.looseObject({ results: z.array(z.unknown()).optional() });
type Who = 'researcher' | 'reviewer' | 'provider' | 'auditor' | 'operator';
/** One of those who were seeded. */
const RESEARCHER = { kind: 'person', name: 'person-7', roles: ['researcher'], organisation: null } as const;
const QUESTIONS: readonly (readonly [string, Who, string])[] = [
  ['the review queue', 'reviewer', '/review'],
  ['the review queue, its last page of 200', 'reviewer', '/review?limit=200&cursor=OTAwMA'],
  ['first uses', 'reviewer', '/review/first-uses'],
  ['requests', 'researcher', '/requests'],
  ['200 requests', 'researcher', '/requests?limit=200'],
  ['requests, a late page', 'researcher', '/requests?limit=200&cursor=OTAwMA'],
  ['my requests', 'researcher', '/requests?mine=true&limit=200'],
  ['requests in a state and a channel', 'reviewer', '/requests?channel=tier3&state=needs-answer&limit=200'],
  ['requests for a package', 'researcher', '/requests?name=package-77'],
  ['one request with its details', 'reviewer', '/requests/R-5000'],
  ['decisions', 'researcher', '/decisions?limit=200'],
  ['decisions, rejected', 'reviewer', '/decisions?outcome=rejected&limit=200'],
  ['open objection windows', 'provider', '/objections?state=running&limit=200'],
  [
    'objection windows, a late page',
    'provider',
    '/objections?limit=200&cursor=WyIyMDI2LTAxLTA2VDAwOjAwOjAwLjAwMFoiLCJXLTEiXQ',
  ],
  ['entries of extra', 'researcher', '/lists/tier3/extra?limit=200'],
  [
    'entries of extra, a late page',
    'researcher',
    '/lists/tier3/extra?limit=200&cursor=WyJweXBpIiwicGFja2FnZS04IiwiTC0xIl0',
  ],
  ['the expanded list', 'researcher', '/lists/tier3/expanded?limit=200'],
  ['the denied list', 'researcher', '/lists/tier3/denied'],
  ['a package', 'researcher', '/packages/pypi/package-77'],
  ['quarantines', 'reviewer', '/quarantines'],
  ['channels', 'researcher', '/channels'],
  ['snapshots', 'researcher', '/snapshots/tier3'],
  ['the inbox', 'researcher', '/notices'],
  ['the ledger', 'auditor', '/ledger?limit=200'],
  ['the ledger, by one person', 'auditor', '/ledger?actor=person-7&limit=200'],
  [
    'the ledger, by one kind and day',
    'auditor',
    '/ledger?kind=request-answered&since=2026-01-01T05:00:00Z&until=2026-01-02T00:00:00Z&limit=200',
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
    const tokens = await everybody(home);
    const figures: Figure[] = [];
    for (const [what, who, path] of QUESTIONS) figures.push(await measured(home, { what, path, token: tokens[who] }));
    return figures;
  } finally {
    await home.close();
    await removeCluster();
  }
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
  }
  const size = `${PEOPLE} people, ${REQUESTS} requests, ${FACTS} facts`;
  return {
    what: `${what} (${rows} rows)`,
    ours: spread(times, 'ms'),
    goal: GOAL,
    method: `${CALLS} calls over HTTP, one after the other; ${size}`,
  };
}
