/** Lists that are read page by page, while rows come and go. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Caller, callApi, openTestHome, type TestHome } from '../../../test/harness/home.ts';

const listed = z.object({ results: z.array(z.looseObject({ id: z.string() })), next: z.string().nullable() });
let home: TestHome;
let vera: Caller;
beforeAll(async () => {
  home = await openTestHome();
  vera = await home.person('vera', 'reviewer');
});
afterAll(() => home.close());

const post = (path: string, body: unknown) => callApi(home, vera.token, { method: 'POST', path, body });

async function page(path: string, cursor?: string | null) {
  const more = cursor === undefined || cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  const { body } = await callApi(home, vera.token, { method: 'GET', path: `${path}?limit=2${more}` });
  return listed.parse(body);
}

async function walked(path: string): Promise<readonly string[]> {
  const ids: string[] = [];
  let next: string | null | undefined;
  while (next !== null) {
    const read = await page(path, next);
    ids.push(...read.results.map(({ id }) => id));
    next = read.next;
  }
  return ids;
}

describe.each([
  {
    path: '/lists/tier3/denied',
    make: '/denials',
    more: { channel: null },
    end: (id: string) => `/denials/${id}/lift`,
  },
  { path: '/quarantines', make: '/quarantines', more: {}, end: (id: string) => `/quarantines/${id}/release` },
])('$path', ({ path, make, more, end }) => {
  const ids: string[] = [];
  beforeAll(async () => {
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      const made = await post(make, { ...more, ecosystem: 'pypi', name, reason: 'A test.' });
      ids.push(z.object({ id: z.string() }).parse(made.body).id);
    }
  });
  it('comes in pages, each row once, oldest first', async () => {
    expect(await walked(path)).toEqual(ids);
  });
  it('goes on where it was when a row before that has gone', async () => {
    const { results, next } = await page(path);
    expect(results.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const gone = ids[0] ?? '';
    const read = await callApi(home, vera.token, { method: 'GET', path: end(gone).replace(/\/\w+$/, '') });
    const ended = await callApi(home, vera.token, {
      ...{ method: 'POST', path: end(gone), body: { reason: 'A test.' } },
      headers: { 'if-match': read.headers.get('etag') ?? '' },
    });
    expect(ended.status).toBe(200);
    expect((await page(path, next)).results.map(({ id }) => id)).toEqual(ids.slice(2, 4));
  });
  it.each([
    ['another list', [1, 2]],
    ['what the database cannot hold', ['2026-01-01T00:00:00.000Z', 'D-1\0']],
    ['no time', ['yesterday', 'D-1']],
  ])('refuses a cursor of %s', async (_, key) => {
    const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
    const { status, body } = await callApi(home, vera.token, { method: 'GET', path: `${path}?cursor=${cursor}` });
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'bad-cursor' });
  });
});
