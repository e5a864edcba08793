import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import { NPM_KIT } from '../../../test/harness/registry-kits.ts';

const KEYS = '{ "keys":[{"keyid":"a","key":"k"}]}';
const NEWER_KEYS = '{"keys":[{"keyid":"b","key":"k"}]}';
const BULK = '-/npm/v1/security/advisories/bulk';

describe('a registry of npm packages', () => {
  let registry: TestRegistry;
  const asked: string[][] = [];
  let turn = { isAllowed: true, seconds: 0 };
  const at = (path: string, suffix = '') => `${registry.url}/${CHANNEL}${suffix}/npm/${path}`;
  const publish = async () => {
    const published = await registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'npm', names: [] });
    await registry.serving.refresh();
    return published;
  };

  beforeAll(async () => {
    registry = await openTestRegistry(undefined, {
      kit: NPM_KIT,
      advisories: async (_ecosystem, names) => {
        asked.push([...names]);
        return new Map();
      },
      takeAudit: () => turn,
    });
    await registry.accept([{ name: 'alpha', version: '1.0.0' }]);
  });
  afterAll(() => registry?.close());

  it('NP-12 passes the signing keys on as the snapshot has them, and says 404 where it has none', async () => {
    expect(await publish()).toMatchObject({ status: 'published', number: 2 });
    expect((await fetch(at('-/npm/v1/keys'))).status).toBe(404);
    await registry.sign(new TextEncoder().encode(KEYS));
    expect(await publish()).toMatchObject({ status: 'published', number: 3 });
    await registry.sign(new TextEncoder().encode(NEWER_KEYS));
    expect(await publish()).toMatchObject({ status: 'published', number: 4 });
    expect(await publish()).toMatchObject({ status: 'unchanged' });
    const keys = await Promise.all(
      ['', '@4', '@3', '@2'].map(async (suffix) => {
        const response = await fetch(at('-/npm/v1/keys', suffix));
        return response.ok ? await response.text() : response.status;
      }),
    );
    expect(keys).toEqual([NEWER_KEYS, NEWER_KEYS, KEYS, 404]);
  });

  it('says the tags of a package as its packument has them, and refuses them in the same words', async () => {
    const { 'dist-tags': tags } = (await (await fetch(at('alpha'))).json()) as Record<string, unknown>;
    const answer = await fetch(at('-/package/alpha/dist-tags'), { headers: { 'accept-encoding': 'gzip, br' } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await answer.json()).toEqual(tags);
    expect(tags).toEqual({ latest: '1.0.0' });
    const etag = answer.headers.get('etag') ?? '';
    const again = await fetch(at('-/package/alpha/dist-tags'), { headers: { 'if-none-match': etag } });
    expect([again.status, etag]).toEqual([304, expect.stringMatching(/^"/)]);
    for (const path of ['-/package/alpha', '-/package/alpha/dist-tags/latest', '-/package/.a/dist-tags'])
      expect((await fetch(at(path))).status, path).toBe(404);
    await registry.pool.query(
      `insert into quarantines (id, ecosystem, name, versions, reason, started_by, started_at)
       values ('Q-7', 'npm', 'alpha', null, 'It sends data away.', 'p', now())`,
    );
    await publish();
    const refused = await fetch(at('-/package/alpha/dist-tags'));
    const packument = await fetch(at('alpha'));
    expect([refused.status, packument.status]).toEqual([403, 403]);
    expect(await refused.text()).toBe(await packument.text());
    await registry.pool.query('delete from quarantines');
    await publish();
    const scoped = await fetch(at('-/package/@shore%2fstranger/dist-tags'));
    expect(scoped.status).toBe((await fetch(at('@shore%2fstranger'))).status);
  });

  it('asks about all packages of an audit at once, however many', async () => {
    const packages = Object.fromEntries(Array.from({ length: 5000 }, (_, number) => [`p${number}`, ['1.0.0']]));
    const answer = await fetch(at(BULK), {
      method: 'POST',
      headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
      body: gzipSync(JSON.stringify(packages)),
    });
    expect([answer.status, await answer.text()]).toEqual([200, '{}']);
    expect(asked.map((names) => names.length)).toEqual([5000]);
  });

  it('tells who audits too often to wait, before anything is read or looked up', async () => {
    turn = { isAllowed: false, seconds: 17 };
    const before = asked.length;
    const answer = await fetch(at(BULK), { method: 'POST', body: '{"alpha":["1.0.0"]}' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '17']);
    expect(await answer.json()).toEqual({ error: 'TOO MANY AUDITS from this address: try again in 17 s.' });
    expect(asked.length).toBe(before);
    // Whatever else is asked is answered.
    expect((await fetch(at('alpha'))).status).toBe(200);
    turn = { isAllowed: true, seconds: 0 };
    expect((await fetch(at(BULK), { method: 'POST', body: '{"alpha":["1.0.0"]}' })).status).toBe(200);
  });
});
