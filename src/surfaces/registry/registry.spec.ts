import { get, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import type { UpstreamAnswer } from '../../ecosystems/contract.ts';
import { snapshotsOf } from '../../features/snapshots/read.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const index = z.object({
  files: z.array(
    z.object({ filename: z.string(), url: z.string(), hashes: z.record(z.string(), z.string()), yanked: z.unknown() }),
  ),
});

let registry: TestRegistry;
/** Of every release upstream but those of `young`. */
const LONG_AGO = '2025-01-01T00:00:00Z';
const refused = (name: string, uploadedAt = LONG_AGO): UpstreamAnswer => ({
  status: 'found' as const,
  package: {
    ecosystem: 'pypi',
    name,
    releases: ['1.0', '2.0'].map((version) => ({
      version,
      distributions: [
        {
          filename: `${name}-${version}-py3-none-any.whl`,
          url: 'http://upstream.example/x',
          source: 'test',
          kind: 'wheel' as const,
          sha256: `sha256:${'a'.repeat(64)}` as const,
          size: 10,
          uploadedAt,
          requiresRuntime: undefined,
          yanked: false as const,
          metadata: undefined,
          provenanceUrl: undefined,
        },
      ],
    })),
    status: undefined,
    warnings: [],
    readAt: '2026-01-01T00:00:00Z',
  },
});

beforeAll(async () => {
  registry = await openTestRegistry((name) =>
    name === 'nowhere'
      ? { status: 'unknown', warnings: [] }
      : name === 'dark'
        ? { status: 'unreadable', reason: 'x' }
        : refused(name, name === 'young' ? registry.clock.now().toISOString() : LONG_AGO),
  );
  await registry.accept([
    { name: 'app', version: '1.0', requires: ['base>=1'] },
    { name: 'base', version: '1.0' },
  ]);
  expect(await registry.snapshots.publish({ channel: 'tier3', ecosystem: 'pypi', names: [] })).toMatchObject({
    status: 'published',
    number: 2,
  });
  await registry.serving.refresh();
}, 120_000);
afterAll(() => registry.close());

/** `fetch` does not let a test choose its path and hides the phrase, so the plain client asks. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; phrase: string; headers: IncomingHttpHeaders; body: Buffer }>(
    (resolve, reject) => {
      const request = get({ host: '127.0.0.1', port: registry.port, path, headers, method }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            phrase: response.statusMessage ?? '',
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      });
      request.on('error', reject);
    },
  );
}

async function filesOf(name: string, prefix = '/tier3') {
  const page = `${prefix}/pypi/simple/${name}/`;
  const { body } = await ask(page, { accept: JSON_TYPE });
  const { files } = index.parse(JSON.parse(body.toString()));
  return files.map((file) => ({ ...file, path: new URL(file.url, `http://localhost${page}`).pathname }));
}

describe('registry over real sockets', () => {
  it('PY-01 negotiates', async () => {
    const type = async (accept: string) => {
      const { status, headers } = await ask('/tier3/pypi/simple/app/', { accept });
      return `${status} ${String(headers['content-type'])}`;
    };
    expect(await type(`${JSON_TYPE}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01`)).toBe(
      `200 ${JSON_TYPE}`,
    );
    expect(await type('text/html')).toContain('200 text/html');
    expect(await type('application/vnd.pypi.simple.latest+json')).toBe(`200 ${JSON_TYPE}`);
    expect(await type('image/png')).toContain('406');
  });

  it('PY-02 redirects to the normal name', async () => {
    const { status, headers } = await ask('/tier3@2/pypi/simple/Foo.Bar_baz');
    expect([status, headers.location]).toEqual([307, '/tier3@2/pypi/simple/foo-bar-baz/']);
  });

  it('offers exactly what can be downloaded, byte for byte, and refuses the rest', async () => {
    for (const name of ['app', 'base', 'other']) {
      for (const file of await filesOf(name)) {
        const got = await ask(file.path);
        expect(got.status, file.filename).toBe(file.path.includes('/-/refused/') ? 403 : 200);
        const sidecar = await ask(`${file.path}.metadata`);
        expect(sidecar.status).toBe(got.status);
      }
    }
    expect((await filesOf('app')).filter((file) => file.yanked === false).map((file) => file.filename)).toEqual([
      'app-1.0-py3-none-any.whl',
    ]);
  });

  it('ALL-04, ALL-13 refuses alike for GET and HEAD, as a page for browsers only', async () => {
    const path = '/tier3/pypi/-/refused/not-requested/run-pratique-why-other/other-2.0-py3-none-any.whl';
    const got = await ask(path, { accept: '*/*' });
    const head = await ask(path, { accept: '*/*' }, 'HEAD');
    const page = await ask(path, { accept: 'text/html,*/*' });
    expect(got.phrase).toBe('NOT REQUESTED: other 2.0. Ask: pratique request new pypi other');
    expect(got.headers['content-type']).toBe('application/problem+json');
    expect([head.status, head.phrase, head.body.length]).toEqual([403, got.phrase, 0]);
    expect(page.headers['content-type']).toContain('text/html');
    expect((await ask('/b/pypi/other/2.0')).body.toString()).toContain('request new pypi other');
    // The page that it links to speaks about the channel that refused.
    expect(got.headers.link).toBe('</b/pypi/other/2.0?channel=tier3>; rel="help"');
    expect((await ask('/b/pypi/other/2.0?channel=tier3')).body.toString()).toContain('[tier3]');
    expect((await ask('/b/pypi/other/2.0?channel=elsewhere')).body.toString()).not.toContain('[tier3]');
  });

  it('shows a sentinel for what exists upstream, 404 for what does not, and never asks for reserved names', async () => {
    const files = await filesOf('other');
    expect(files.map((file) => [file.filename, file.yanked === false])).toEqual([
      ['other-1.0-py3-none-any.whl', false],
      ['other-2.0-py3-none-any.whl', true],
    ]);
    expect((await ask('/tier3/pypi/simple/nowhere/')).status).toBe(404);
    expect((await ask('/tier3/pypi/simple/ours-secret/')).status).toBe(404);
    const [dark] = await filesOf('dark');
    expect((await ask(dark?.path ?? '')).phrase).toContain('COULD NOT CHECK: dark');
  });

  it('ALL-08 answers 304 per representation and encoding', async () => {
    const path = '/tier3/pypi/simple/app/';
    const tags = new Set<string>();
    for (const accept of [JSON_TYPE, 'text/html', 'application/vnd.pypi.simple.v1+html']) {
      for (const encoding of ['identity', 'gzip', 'br']) {
        const { headers } = await ask(path, { accept, 'accept-encoding': encoding });
        const etag = String(headers.etag);
        tags.add(etag);
        const again = await ask(path, { accept, 'accept-encoding': encoding, 'if-none-match': etag });
        expect([again.status, again.body.length]).toEqual([304, 0]);
      }
    }
    expect(tags.size).toBe(9);
  });

  it('ALL-09 gives exact slices', async () => {
    const [file] = await filesOf('base');
    const path = file?.path ?? '';
    const whole = await ask(path);
    const etag = String(whole.headers.etag);
    const part = await ask(path, { range: 'bytes=10-19', 'if-range': etag });
    expect([part.status, part.body.equals(whole.body.subarray(10, 20))]).toEqual([206, true]);
    expect((await ask(path, { range: 'bytes=-5' })).body.equals(whole.body.subarray(-5))).toBe(true);
    expect((await ask(path, { range: 'bytes=10-19', 'if-range': '"other"' })).status).toBe(200);
    expect((await ask(path, { range: 'bytes=99999999-' })).status).toBe(416);
  });

  it('ALL-06 serves the same bytes under every prefix', async () => {
    const bodies = await Promise.all(
      [
        '/tier3',
        '/tier3@2',
        '/tier3%402',
        '/tier3--2',
        '/tier3@2026-01-01T00:00:00Z',
        '/tier3@2026-01-01T00%3A00%3A00Z',
      ].map(async (prefix) => (await ask(`${prefix}/pypi/simple/app/`, { accept: JSON_TYPE })).body.toString()),
    );
    expect(new Set(bodies).size).toBe(1);
    expect((await ask('/tier3@2999-01-01/pypi/simple/app/')).status).toBe(400);
    expect((await ask('/tier3@99/pypi/simple/app/')).status).toBe(404);
  });

  it('ALL-11 lets nothing of a person or a URL into a header', async () => {
    await registry.pool.query(
      `insert into requests (id, number, channel, ecosystem, name, version, extras, state, filed_by, filed_at, moved_at)
       values ('R-9', 9, 'tier3', 'pypi', 'other', null, '{}', 'rejected', 'p', now(), now())`,
    );
    await registry.touch();
    const got = await ask('/tier3/pypi/-/refused/rejected/R-9/run-pratique-why-other/other-2.0-py3-none-any.whl');
    expect([got.status, got.phrase]).toEqual([403, expect.stringMatching(/^REJECTED: other 2\.0.* R-9$/)]);
    expect((await ask('/tier3/pypi/-/refused/x%0d%0aX-Evil:1/run-pratique-why-other/o.whl')).status).toBe(400);
    // Its page speaks of the channel that it was filed for, and of no other.
    const page = (await ask('/b/R-9')).body.toString();
    expect([page.match(/^\[[a-z0-9]+\]/gm), page]).toEqual([['[tier3]'], expect.stringContaining('REJECTED: other')]);
    const odd = await ask('/tier3/pypi/-/refused/rejected/run-pratique-why-other/%E2%80%94%F0%9F%92%A5-1.whl');
    expect(odd.phrase).toMatch(/^[\x20-\x7e]+$/);
    await registry.pool.query(`delete from requests where id = 'R-9'`);
    await registry.touch();
  });

  it('says of a quarantine that ended that it did, and how things stand, to who follows what a client printed', async () => {
    const stop = (id: string, name: string) =>
      registry.pool.query(
        `insert into quarantines (id, ecosystem, name, reason, started_by, started_at) values ($1, 'pypi', $2, 'x', 'p', now())`,
        [id, name],
      );
    await stop('Q-71', 'app');
    await stop('Q-72', 'other');
    await registry.touch();
    expect((await ask('/b/Q-71?channel=tier3')).body.toString()).toContain('QUARANTINED');
    await registry.pool.query(
      `update quarantines set ended_at = '2026-03-04T05:06:07Z', ended_by = 'p', ended_reason = 'y' where id in ('Q-71', 'Q-72')`,
    );
    await registry.touch();
    const offered = await ask('/b/Q-71?channel=tier3');
    expect([offered.status, offered.body.toString().split('\n')]).toEqual([
      200,
      [
        'Q-71 ended 2026-03-04 05:06 UTC and no longer stops app. app is offered: install it as usual.',
        'Which version: pratique why pkg:pypi/app --channel tier3',
        'Another one: pratique request new pypi app --version VERSION --channel tier3',
        '',
      ],
    ]);
    for (const accept of ['*/*', 'text/html']) {
      const page = (await ask('/b/Q-72?channel=tier3', { accept })).body.toString();
      expect(page).toContain('Q-72 ended 2026-03-04 05:06 UTC and no longer stops other.');
      expect(page).toContain('NOT REQUESTED: other.');
    }
    expect((await ask('/b/Q-73?channel=tier3')).status).toBe(404);
    expect((await ask('/b/Q-71?channel=elsewhere')).status).toBe(404);
    await registry.pool.query(`delete from quarantines where id in ('Q-71', 'Q-72')`);
    await registry.touch();
  });

  it('says of what is accepted that the channel was rolled back to before', async () => {
    const operator = { kind: 'person', name: 'olga', roles: ['operator'], organisation: null } as const;
    const [newest] = await snapshotsOf(registry.db, 'tier3');
    const path = '/tier3/pypi/-/refused/not-requested/run-pratique-why-app/app-2.0-py3-none-any.whl';
    expect((await ask(path)).phrase).toBe(
      'NOT REQUESTED: app 2.0. Use app 1.0. Ask: pratique request new pypi app --version 2.0',
    );
    await registry.snapshots.rollback('tier3', 1, operator);
    await registry.serving.refresh();
    expect((await ask(path)).phrase).toBe(
      'ACCEPTED, but the channel was rolled back to a snapshot without it: app 1.0. Ask an operator.',
    );
    expect((await ask('/b/pypi/app?channel=tier3')).body.toString()).toContain('roll forward');
    await registry.snapshots.rollback('tier3', newest?.number ?? 0, operator);
    await registry.serving.refresh();
    expect((await ask('/tier3/pypi/simple/app/', { accept: JSON_TYPE })).status).toBe(200);
  });

  it('answers HEAD as GET, and takes several headers of one name together', async () => {
    const [file] = await filesOf('base');
    for (const path of [
      '/tier3/pypi/simple/app/',
      '/tier3/pypi/simple/',
      file?.path ?? '',
      '/tier3/pypi/simple/nowhere/',
    ]) {
      const got = await ask(path, { accept: JSON_TYPE });
      const head = await ask(path, { accept: JSON_TYPE }, 'HEAD');
      const stable = ({ date: _, ...headers }: IncomingHttpHeaders) => headers;
      expect([head.status, head.body.length, stable(head.headers)]).toEqual([got.status, 0, stable(got.headers)]);
    }
    const etag = String((await ask(file?.path ?? '')).headers.etag);
    expect((await ask(file?.path ?? '', { 'If-None-Match': `"a", W/${etag}` })).status).toBe(304);
  });

  it('ALL-14 refuses tricks', async () => {
    for (const path of [
      '/tier3/pypi/../x',
      '/tier3/pypi/%2e%2e/x',
      '/tier3/pypi/simple//app/',
      '/tier3/pypi/simple/%252e/',
    ])
      expect((await ask(path)).status, path).toBe(400);
    for (const path of ['/tier3/pypi/simple/app/', '/b/pypi/app']) {
      const refused = await ask(path, {}, 'POST');
      expect([path, refused.status, refused.headers.allow]).toEqual([path, 405, 'GET, HEAD']);
    }
  });

  it('tells of a first use in an open channel once, and says that it is being looked at', async () => {
    await registry.pool.query(`update channels set mode = 'open'`);
    await registry.touch();
    const [first] = await filesOf('fresh');
    await filesOf('fresh');
    expect(registry.firstUses).toEqual(['fresh any']);
    expect((await ask(first?.path ?? '')).phrase).toMatch(/^IN REVIEW: fresh /);
    // What was fixed in the past asks for nothing.
    await filesOf('later', '/tier3@2');
    expect(registry.firstUses.filter((one) => one.startsWith('later'))).toEqual([]);
    expect((await filesOf('app')).some((file) => !file.path.includes('/-/refused/'))).toBe(true);
  });

  it('says of a young release in an open channel when it opens', async () => {
    await registry.pool.query(`update channels set mode = 'open'`);
    await registry.touch();
    const [young] = await filesOf('young');
    expect((await ask(young?.path ?? '')).phrase).toMatch(/^COOLING DOWN: young [12]\.0 opens 20\d\d-\d\d-\d\d\.$/);
    await registry.pool.query(`update channels set mode = 'cleared'`);
    await registry.touch();
    expect((await ask(young?.path ?? '')).phrase).toMatch(/^NOT REQUESTED: young/);
  });

  it('serves nothing in a closed channel, and says so', async () => {
    const [file] = await filesOf('app');
    await registry.pool.query(`update channels set mode = 'closed'`);
    await registry.touch();
    // pip prints no refusal of an index page: the page leads to the one of a file.
    const pages = [await filesOf('app'), await filesOf('fresh'), await filesOf('app', '/tier3@2')];
    expect(pages.map((files) => files.length)).toEqual([1, 1, 1]);
    for (const path of [file?.path ?? '', ...pages.flat().map((listed) => listed.path)]) {
      const got = await ask(path);
      expect([got.status, got.phrase], path).toEqual([403, 'CLOSED: channel tier3 serves no packages.']);
    }
    await registry.pool.query(`update channels set mode = 'cleared'`);
    await registry.touch();
    expect((await ask(file?.path ?? '')).status).toBe(200);
  });

  it('quarantines at once, on pinned snapshots too, and fails closed when that cannot be confirmed', async () => {
    const [file] = await filesOf('base', '/tier3@2');
    await registry.pool.query(
      `insert into quarantines (id, ecosystem, name, versions, reason, started_by, started_at) values ('Q-7', 'pypi', 'base', '==1.0', 'x\r\ny—', 'p', now())`,
    );
    await registry.touch();
    const got = await ask(file?.path ?? '');
    expect([got.status, got.phrase]).toEqual([
      403,
      expect.stringMatching(/^QUARANTINED since [0-9-]+: base 1.0 needed by app 1.0\. Q-7$/),
    ]);
    await registry.snapshots.publish({ channel: 'tier3', ecosystem: 'pypi', names: ['base'] });
    await registry.touch();
    // What needs it is left out by then: the one entry that its index steers to says so.
    const [app] = (await filesOf('app')).filter((one) => one.yanked === false);
    expect((await ask(app?.path ?? '')).phrase).toMatch(
      /^QUARANTINED since [0-9-]+: base 1.0 needed by app 1.0\. Q-7$/,
    );
    expect(app?.filename).toBe('app-1.0-py3-none-any.whl');
    await registry.pool.query(`update quarantines set ended_at = now()`);
    await registry.snapshots.publish({ channel: 'tier3', ecosystem: 'pypi', names: ['base'] });
    await registry.touch();
    expect((await ask(file?.path ?? '')).status).toBe(200);
    registry.clock.advance(61);
    const closed = await ask(file?.path ?? '');
    expect([closed.status, closed.headers['retry-after']]).toEqual([503, '30']);
    await registry.serving.refresh();
  });
});
