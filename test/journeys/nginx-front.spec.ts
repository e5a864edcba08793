/** Files handed over to a real nginx in front, with the snippet of the operator's manual. */
import { get, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasNginx, type Nginx, startFront } from '../harness/nginx.ts';
import { openTestRegistry, type TestRegistry } from '../harness/registry.ts';

const here = hasNginx();
const LOCATION = '/pratique-blobs/';
let registry: TestRegistry;
let front: Nginx;

beforeAll(async () => {
  if (!here) return;
  registry = await openTestRegistry(undefined, { nginxFiles: LOCATION });
  await registry.accept([{ name: 'app', version: '1.0' }]);
  await registry.snapshots.publish({ channel: 'tier3', ecosystem: 'pypi', names: [] });
  await registry.serving.refresh();
  front = await startFront({ server: registry.url, blobs: registry.folder });
});
afterAll(async () => {
  if (!here) return;
  await front.stop();
  await registry.close();
});

async function ask(url: string, headers: Readonly<Record<string, string>> = {}) {
  return await new Promise<{ status: number; phrase: string; headers: IncomingHttpHeaders; body: Buffer }>(
    (resolve, reject) => {
      get(url, { headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode: status = 0, statusMessage: phrase = '', headers: answered } = response;
          resolve({ status, phrase, headers: answered, body: Buffer.concat(chunks) });
        });
      }).on('error', reject);
    },
  );
}

/** Path of the one wheel, from the index as nginx passes it on. */
async function wheel(): Promise<string> {
  const page = '/tier3/pypi/simple/app/';
  const { body } = await ask(`${front.url}${page}`, { accept: 'text/html' });
  return new URL(/href="([^"#]+)/.exec(body.toString())?.[1] ?? '', `http://localhost${page}`).pathname;
}

it.skipIf(!here)(
  'nginx sends the bytes that Pratique decided on, with its validators and ranges (needs nginx)',
  async () => {
    const path = await wheel();
    const [direct, through] = [await ask(`${registry.url}${path}`), await ask(`${front.url}${path}`)];
    expect([through.status, through.body.equals(direct.body)]).toEqual([200, true]);
    for (const name of ['etag', 'content-type', 'cache-control', 'accept-ranges', 'x-content-type-options'])
      expect(through.headers[name], name).toBe(direct.headers[name]);
    expect(Object.keys(through.headers).filter((name) => /accel|last-modified/.test(name))).toEqual([]);
    const etag = String(direct.headers.etag);
    const part = await ask(`${front.url}${path}`, { range: 'bytes=10-19', 'if-range': etag });
    expect([part.status, part.body.equals(direct.body.subarray(10, 20))]).toEqual([206, true]);
    expect((await ask(`${front.url}${path}`, { range: 'bytes=10-19', 'if-range': '"other"' })).status).toBe(200);
    expect((await ask(`${front.url}${path}`, { 'if-none-match': etag })).status).toBe(304);
  },
);

it.skipIf(!here)(
  'the bytes cannot be had past Pratique, and a quarantine holds at the next request (needs nginx)',
  async () => {
    const path = await wheel();
    const hex = /([0-9a-f]{64})/.exec(String((await ask(`${front.url}${path}`)).headers.etag))?.[1] ?? '';
    const place = `${LOCATION}${hex.slice(0, 2)}/${hex}`;
    expect((await ask(`${front.url}${place}`)).status).toBe(404);
    expect((await ask(`${front.url}${place}`, { 'x-sendfile-type': 'X-Accel-Redirect' })).status).toBe(404);
    await registry.pool.query(
      `insert into quarantines (id, ecosystem, name, versions, reason, started_by, started_at) values ('Q-1', 'pypi', 'app', '==1.0', 'x', 'p', now())`,
    );
    await registry.touch();
    const refused = await ask(`${front.url}${path}`);
    expect([refused.status, refused.phrase]).toEqual([
      403,
      expect.stringMatching(/^QUARANTINED since .*: app 1\.0\. Q-1$/),
    ]);
    await registry.pool.query(`update quarantines set ended_at = now()`);
    await registry.touch();
    expect((await ask(`${front.url}${path}`)).status).toBe(200);
  },
);

it.skipIf(!here)(
  'the place of a file is told to a server in front alone, and only where the operator has one (needs nginx)',
  async () => {
    const path = await wheel();
    const direct = await ask(`${registry.url}${path}`);
    expect([direct.status, direct.headers['x-accel-redirect'], direct.body.length > 0]).toEqual([200, undefined, true]);
    const off = await openTestRegistry();
    try {
      await off.accept([{ name: 'app', version: '1.0' }]);
      await off.snapshots.publish({ channel: 'tier3', ecosystem: 'pypi', names: [] });
      await off.serving.refresh();
      const got = await ask(`${off.url}${path}`, { 'x-sendfile-type': 'X-Accel-Redirect' });
      expect([got.status, got.headers['x-accel-redirect'], got.body.equals(direct.body)]).toEqual([
        200,
        undefined,
        true,
      ]);
    } finally {
      await off.close();
    }
  },
);
