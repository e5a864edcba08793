import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, callApi, openTestHome, type TestHome, tokenOf } from '../../../../test/harness/home.ts';
import { startUpstream, type UpstreamServer } from '../../../../test/harness/upstream-server.ts';
import { makeWheel } from '../../../../test/harness/wheels.ts';

let upstream: UpstreamServer;
let home: TestHome;
let people: Record<'rosa' | 'rudi' | 'vera' | 'anna', Caller>;
beforeAll(async () => {
  upstream = await startUpstream([
    await makeWheel({ name: 'dune', version: '1.0', requires: ['grain'] }),
    await makeWheel({ name: 'grain', version: '2.0' }),
    await makeWheel({ name: 'shore', version: '1.0' }),
  ]);
  home = await openTestHome({ index: upstream.indexUrl });
  people = {
    rosa: await home.person('rosa', 'researcher'),
    rudi: await home.person('rudi', 'researcher'),
    vera: await home.person('vera', 'reviewer'),
    anna: await home.person('anna', 'auditor'),
  };
  const olga = await tokenOf(home.app, home.operator);
  const targets = ['cp312-manylinux_2_28_x86_64'];
  const channel = {
    name: 'survey',
    tier: 2,
    mode: 'cleared',
    window: 'none',
    undo: 'none',
    targets,
    replyWithin: '2wd',
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

type Who = keyof typeof people;
const get = (who: Who, path: string) => callApi(home, people[who].token, { method: 'GET', path });
const post = (who: Who, path: string, body?: unknown) =>
  callApi(home, people[who].token, { method: 'POST', path, body });
const answers = { q1: 'Read the survey.', q2: 'It is the usual one.', q3: 'unknown' };

describe('a project by calls', () => {
  it('says first what it would take', async () => {
    const asked = { channel: 'survey', packages: ['dune', 'shore'] };
    expect(await post('rosa', '/suggestions', asked)).toMatchObject({
      status: 200,
      body: {
        results: [
          {
            ecosystem: 'pypi',
            together: { toReview: ['pkg:pypi/dune@1.0', 'pkg:pypi/grain@2.0', 'pkg:pypi/shore@1.0'], cleared: 0 },
            packages: [{ asked: 'dune', versions: [{ version: '1.0' }] }, { asked: 'shore' }],
          },
        ],
        limits: expect.any(Array),
      },
    });
    expect(await post('rosa', '/suggestions', { channel: 'survey' })).toMatchObject({
      body: { code: 'nothing-asked' },
    });
  });
  it('is one bundle, decided together, each on the evidence that was seen', async () => {
    const files = [{ filename: 'requirements.txt', content: 'dune==1.0\nshore\nnowhere\n' }];
    expect(await post('anna', '/bundles', { channel: 'survey', files, ...answers })).toMatchObject({ status: 403 });
    const filed = await post('rosa', '/bundles', { channel: 'survey', files, ...answers });
    expect(filed).toMatchObject({
      status: 201,
      body: {
        bundle: { id: 'B-1', filedBy: 'rosa', packages: 3, available: 0 },
        results: [{ outcome: 'filed' }, { outcome: 'filed' }, { outcome: 'refused', code: 'unknown-package' }],
      },
    });
    await home.settle();
    const shown = (await get('vera', '/bundles/B-1')).body;
    expect((await get('rudi', '/bundles/B-1')).body).toMatchObject({ filedBy: null });
    const found = Array.isArray(shown['requests']) ? shown['requests'] : [];
    const requests = found.map(({ id, evidence }) => ({ id, evidence }));
    expect(requests).toHaveLength(2);
    const words = { choice: { kind: 'accept', list: 'extra' }, reason: 'Needed.', note: 'Read by hand.' };
    expect(await post('rosa', '/bundles/B-1/decisions', { requests, ...words })).toMatchObject({ status: 403 });
    const stale = [
      { ...requests[0], evidence: `sha256:${'0'.repeat(64)}` },
      { ...requests[1], id: 'R-99' },
    ];
    expect((await post('vera', '/bundles/B-1/decisions', { requests: stale, ...words })).body).toMatchObject({
      results: [{ code: 'newer-evidence' }, { code: 'not-in-bundle' }],
    });
    expect((await post('vera', '/bundles/B-1/decisions', { requests, ...words })).body).toMatchObject({
      results: [{ what: 'accepted' }, { what: 'accepted' }],
    });
    await home.settle();
    expect((await get('rosa', '/bundles?channel=survey')).body).toMatchObject({ results: [{ id: 'B-1' }], next: null });
    expect((await get('rosa', '/lists/survey/extra/history')).body).toMatchObject({
      results: [{ addedBy: null, removedAt: null }, { decision: expect.stringMatching(/^A-/) }],
    });
    const ready = await post('rosa', '/suggestions', { channel: 'survey', packages: ['dune'] });
    expect(ready.body).toMatchObject({ results: [{ together: { toReview: [], cleared: 2 }, packages: [] }] });
  });
  it('promises a date', async () => {
    const { body } = await post('rosa', '/requests', {
      channel: 'survey',
      ecosystem: 'pypi',
      name: 'grain',
      ...answers,
    });
    expect(body).toMatchObject({ outcome: 'filed' });
    await home.settle();
    expect((await get('rosa', '/requests?mine=true&name=grain')).body).toMatchObject({
      results: [{ move: { whose: 'reviewer', due: expect.any(String), isLate: false } }],
    });
    expect((await get('vera', '/review')).body).toMatchObject({ results: [{ move: { whose: 'reviewer' } }] });
    expect((await get('rosa', '/channels/survey/practice')).body).toMatchObject({ replyWorkingDays: 2, approvers: 1 });
  });
});

describe('drafts by calls', () => {
  it('are their writer’s alone', async () => {
    const saved = await post('rosa', '/drafts', {
      channel: 'survey',
      ecosystem: 'pypi',
      name: 'later',
      q1: 'Because.',
    });
    expect(saved).toMatchObject({ status: 201, body: { id: 'T-1', q1: 'Because.', q2: null } });
    expect((await get('rosa', '/drafts')).body).toMatchObject({ results: [{ id: 'T-1' }] });
    expect((await get('rudi', '/drafts')).body).toMatchObject({ results: [] });
    expect(await get('rudi', '/drafts/T-1')).toMatchObject({ status: 404 });
    const gone = { method: 'DELETE', path: '/drafts/T-1' } as const;
    expect(await callApi(home, people.rudi.token, gone)).toMatchObject({ status: 404 });
    expect(await callApi(home, people.rosa.token, gone)).toMatchObject({ status: 200 });
  });
  it('include what installs were refused of, without a name or an address', async () => {
    await home.app.db.connection().execute(async (db) => {
      const row = { channel: 'survey', day: '2026-11-20', ecosystem: 'pypi', name: 'tide', version: '', count: 3 };
      await db.withTables<{ refused_installs: typeof row }>().insertInto('refused_installs').values(row).execute();
    });
    expect((await get('rosa', '/demand?channel=survey')).body).toEqual({
      results: [{ ecosystem: 'pypi', name: 'tide', count: 3, lastDay: '2026-11-20' }],
    });
  });
});
