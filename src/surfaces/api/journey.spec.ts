/** From a request to a package that can be installed, by calls alone: each by the person whose move it is. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Caller, callApi, openTestHome, type TestHome, tokenOf } from '../../../test/harness/home.ts';
import { startUpstream, type UpstreamServer } from '../../../test/harness/upstream-server.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';

let upstream: UpstreamServer;
let home: TestHome;
let people: Record<'rosa' | 'rudi' | 'vera' | 'pia' | 'anna', Caller>;
let olga: string;
beforeAll(async () => {
  upstream = await startUpstream([await makeWheel({ name: 'tidewater', version: '2.1.0' })]);
  home = await openTestHome({ index: upstream.indexUrl });
  people = {
    rosa: await home.person('rosa', 'researcher'),
    rudi: await home.person('rudi', 'researcher'),
    vera: await home.person('vera', 'reviewer'),
    pia: await home.person('pia', 'provider', 'Survey-Trust'),
    anna: await home.person('anna', 'auditor'),
  };
  olga = await tokenOf(home.app, home.operator);
  const target = 'cp312-manylinux_2_28_x86_64';
  const channel = {
    name: 'survey',
    tier: 2,
    mode: 'cleared',
    providers: ['Survey-Trust'],
    window: '3d',
    targets: [target],
  };
  expect(await callApi(home, olga, { method: 'POST', path: '/channels', body: channel })).toMatchObject({
    status: 201,
  });
  await home.settle();
}, 60_000);
afterAll(async () => {
  await home.close();
  await upstream.close();
});

type Who = 'rosa' | 'rudi' | 'vera' | 'pia' | 'anna';
const get = (who: Who, path: string) => callApi(home, people[who].token, { method: 'GET', path });
const post = (who: Who, path: string, body?: unknown, headers = {}) =>
  callApi(home, people[who].token, { method: 'POST', path, body, headers });
/** Reads, and decides on what was read. */
async function decide(who: Who, read: string, path: string, body?: unknown) {
  const etag = (await get(who, read)).headers.get('etag') ?? '';
  return post(who, path, body, { 'if-match': etag });
}
const answers = { q1: 'Read the survey.', q2: 'It is the usual one.', q3: 'unknown', project: 'Dunes' };

describe('a request by calls', () => {
  it('is filed, and joined by who asks for the same', async () => {
    const body = { channel: 'survey', ecosystem: 'pypi', name: 'Tidewater', ...answers };
    const filed = await post('rosa', '/requests', body);
    expect(filed).toMatchObject({
      status: 201,
      body: { outcome: 'filed', request: { id: 'R-1', name: 'tidewater', state: 'submitted' } },
    });
    expect(filed.headers.get('location')).toBe('/api/v1/requests/R-1');
    expect(await post('rudi', '/requests', body)).toMatchObject({ body: { outcome: 'joined' } });
    await home.settle();
    expect(await get('rosa', '/requests?mine=true')).toMatchObject({
      body: { results: [{ id: 'R-1', state: 'in-review' }], next: null },
    });
  });
  it('shows each what concerns them, and the ledger says who read what others said', async () => {
    const own = await get('rosa', '/requests/R-1');
    expect(own.body).toMatchObject({
      details: false,
      filedBy: 'rosa',
      asking: 2,
      requesters: [{ person: 'rosa', project: 'Dunes' }],
    });
    expect(JSON.stringify(own.body)).not.toContain('rudi');
    expect((await get('rudi', '/requests/R-1')).body).toMatchObject({ filedBy: null });
    expect((await get('vera', '/requests/R-1')).body).toMatchObject({
      details: true,
      requesters: [{ person: 'rosa' }, { person: 'rudi' }],
    });
    const reads = (await get('anna', '/ledger?kind=confidential-read')).body['results'];
    expect(reads).toMatchObject([{ actor: 'vera', fact: { what: 'request', id: 'R-1', channel: 'survey' } }]);
  });
  it('waits in the queue, with its evidence and its dossier', async () => {
    expect((await get('vera', '/review')).body).toMatchObject({ results: [{ id: 'R-1', asking: 2 }], next: null });
    expect((await get('rosa', '/review')).status).toBe(403);
    const { body } = await get('vera', '/requests/R-1/evidence');
    expect(body).toMatchObject({
      root: 'pkg:pypi/tidewater@2.1.0',
      releases: [{ role: 'root', evidence: expect.any(Array) }],
    });
    const pdf = await fetch(`${home.url}/api/v1/requests/R-1/dossier?format=pdf`, {
      headers: { authorization: `Bearer ${people.vera.token}` },
    });
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    expect((await get('rosa', '/requests/R-1/dossier')).status).toBe(403);
  });
  it('is decided by another person, who has seen it as it is', async () => {
    const body = { choice: { kind: 'accept', list: 'extra' }, reason: 'Needed.', note: 'Read by hand.' };
    expect(await post('vera', '/requests/R-1/decisions', body)).toMatchObject({ status: 428 });
    const stale = await post('vera', '/requests/R-1/decisions', body, { 'if-match': '"stale"' });
    expect(stale).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } });
    expect(await decide('rosa', '/requests/R-1', '/requests/R-1/decisions', body)).toMatchObject({
      status: 403,
      body: { code: 'wrong-role' },
    });
    const made = await decide('vera', '/requests/R-1', '/requests/R-1/decisions', body);
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'A-1', outcome: 'accepted', list: 'extra', decidedBy: 'vera' },
    });
    await home.settle();
    expect((await get('rosa', '/decisions/A-1')).body).toMatchObject({ decidedBy: null, reason: 'Needed.' });
    expect((await get('rosa', '/decisions')).body).toMatchObject({ results: [{ id: 'A-1' }], next: null });
  });
  it('opens a window in which the data provider asks, is answered, and does not object', async () => {
    const [found] = idsOf((await get('pia', '/objections?channel=survey&state=running')).body);
    const path = `/objections/${found}`;
    expect(await decide('pia', path, `${path}/questions`, { text: 'Does it use the network?' })).toMatchObject({
      status: 200,
      body: { state: 'questioned' },
    });
    expect((await get('rosa', path)).body).toMatchObject({ said: [] });
    expect((await get('vera', path)).body).toMatchObject({
      said: [{ kind: 'question', organisation: 'Survey-Trust' }],
    });
    expect(await decide('vera', path, `${path}/answers`, { text: 'No.' })).toMatchObject({
      status: 200,
      body: { state: 'running' },
    });
    expect(await decide('pia', path, `${path}/none`)).toMatchObject({ status: 200 });
    await home.settle();
    expect((await get('rosa', '/requests/R-1')).body).toMatchObject({ state: 'accepted' });
  });
  it('ends on a list, and can be installed and checked', async () => {
    expect((await get('rosa', '/lists/survey/extra')).body).toMatchObject({
      results: [{ id: 'L-1', name: 'tidewater', version: '2.1.0' }],
    });
    expect((await get('rosa', '/lists/survey/expanded?limit=1')).body).toMatchObject({
      results: [{ purl: 'pkg:pypi/tidewater@2.1.0' }],
      next: null,
    });
    const body = {
      channel: 'survey',
      files: [{ filename: 'requirements.txt', content: 'tidewater==2.1.0\nharbour\n' }],
    };
    expect((await post('rosa', '/checks', body)).body).toMatchObject({
      summary: { allowed: 1, refused: 1 },
      results: [{ state: 'accepted' }, { state: 'not-requested' }],
    });
    expect((await get('rosa', '/packages/pypi/tidewater?channel=survey')).body).toMatchObject({
      availability: { state: 'accepted' },
      requests: [{ id: 'R-1' }],
    });
    const snapshots = (await get('rosa', '/snapshots/survey?limit=1')).body;
    expect(snapshots).toMatchObject({ results: [{ number: 2 }], next: expect.any(String) });
    expect((await post('rosa', '/snapshots/survey/2/check', { deep: true })).body).toMatchObject({
      status: 'whole',
      packages: 1,
    });
  });
  it('is stopped at once by a quarantine, which says so to anybody', async () => {
    const started = await post('vera', '/quarantines', {
      ecosystem: 'pypi',
      name: 'tidewater',
      reason: 'Steals tokens.',
    });
    expect(started).toMatchObject({ status: 201, body: { id: 'Q-1' } });
    await home.settle();
    const path = '/refusals/pypi/tidewater?channel=survey';
    // Whoever serves is told of it by the database, in a moment.
    await vi.waitFor(async () => {
      const anybody = await callApi(home, undefined, { method: 'GET', path });
      expect(anybody.body).toMatchObject({ results: [{ state: 'quarantined', id: 'Q-1' }] });
    }, 5_000);
    expect(
      await decide('vera', '/quarantines/Q-1', '/quarantines/Q-1/release', { reason: 'It did not.' }),
    ).toMatchObject({ status: 200 });
  });
  it('leaves a ledger that is whole, listed and exported', async () => {
    expect((await post('anna', '/ledger/check')).body).toMatchObject({ status: 'whole' });
    const lines = await fetch(`${home.url}/api/v1/ledger/export`, {
      headers: { authorization: `Bearer ${people.anna.token}` },
    });
    const rows = (await lines.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, at) => at + 1));
    expect((await get('rosa', '/ledger')).status).toBe(403);
  });
});

function idsOf(body: Record<string, unknown>): string[] {
  const { results } = body;
  return Array.isArray(results) ? results.map(({ id }: { id: string }) => id) : [];
}
