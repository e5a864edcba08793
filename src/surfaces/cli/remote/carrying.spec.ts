/** A snapshot leaves one server and comes to another by the API, through nobody's disk but the operator's own. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NO_DEFAULTS, runCommand } from '../../../../test/harness/command.ts';
import { callApi, openTestHome, type TestHome, tokenOf } from '../../../../test/harness/home.ts';
import { startUpstream, type UpstreamServer } from '../../../../test/harness/upstream-server.ts';
import { makeWheel } from '../../../../test/harness/wheels.ts';

interface Place {
  readonly home: TestHome;
  readonly olga: string;
  readonly vera: string;
}
let upstream: UpstreamServer;
let outside: Place;
let inside: Place;
let folder: string;
let file: string;
let key: string;

async function openPlace(index?: string): Promise<Place> {
  const home = await openTestHome(index === undefined ? {} : { index });
  const vera = (await home.person('vera', 'reviewer')).token;
  await home.settle();
  return { home, vera, olga: await tokenOf(home.app, home.operator) };
}

/** One command on a server, its answer as JSON. */
async function run({ home }: Place, token: string, ...args: string[]) {
  const words = [...args, '--channel', 'tier3', '--server', home.url, '--token', token, '--json'];
  const { code, out } = await runCommand(words, { defaults: NO_DEFAULTS });
  return { code, json: z.record(z.string(), z.unknown()).parse(JSON.parse(out)) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-carry-'));
  [file, key] = [join(folder, 'tier3.tar'), join(folder, 'outside.pem')];
  upstream = await startUpstream([await makeWheel({ name: 'tidewater', version: '2.1.0' })]);
  [outside, inside] = await Promise.all([openPlace(upstream.indexUrl), openPlace()]);
  const { home } = outside;
  await home.app.rooms.channels.change(home.operator, 'tier3', { window: 'none', undo: 'none' });
  const rosa = await home.person('rosa', 'researcher');
  const words = { q1: 'Read the survey.', q2: 'Yes.', q3: 'unknown' };
  await home.app.rooms.requests.file(rosa.actor, { channel: 'tier3', ecosystem: 'pypi', name: 'tidewater', ...words });
  await home.settle();
  const accept = ['review', 'decide', 'R-1', '--accept', 'extra', '--reason', 'Needed.', '--note', 'Read.', '--newest'];
  expect((await run(outside, outside.vera, ...accept)).code).toBe(0);
  await home.settle();
}, 120_000);
afterAll(async () => {
  await Promise.all([outside.home.close(), inside.home.close()]);
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

const tarOf = (place: Place, token: string | undefined, number = 2) =>
  fetch(`${place.home.url}/api/v1/snapshots/tier3/${number}/file`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
const send = (token: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
  fetch(`${inside.home.url}/api/v1/snapshots/tier3`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-tar', ...headers },
    body: Buffer.from(body),
  });

describe('a snapshot', () => {
  it('is exported by operators alone, whole or not at all', async () => {
    expect((await tarOf(outside, undefined)).status).toBe(401);
    expect((await tarOf(outside, outside.vera)).status).toBe(403);
    expect((await tarOf(outside, outside.olga, 99)).status).toBe(404);
    const { code, json } = await run(outside, outside.olga, 'snapshot', 'export', file);
    expect(json).toMatchObject({ file, channel: 'tier3', blobs: expect.any(Number) });
    expect(code).toBe(0);
    expect((await readFile(file)).byteLength).toBe(json['size']);
    await writeFile(key, z.string().parse(json['publicKey']));
    const again = await run(outside, outside.olga, 'snapshot', 'export', file);
    expect(again.json).toMatchObject({ error: { code: 'file-exists' } });
    expect((await run(outside, outside.olga, 'snapshot', 'export', file, '--force')).code).toBe(0);
    expect((await readdir(folder)).toSorted()).toEqual(['outside.pem', 'tier3.tar']);
  });
  it('is not imported by others, nor signed by a key that nobody vouched for, nor changed, nor broken off', async () => {
    const bytes = await readFile(file);
    expect((await send(inside.vera, bytes)).status).toBe(403);
    const codeOf = async (answer: Response) => [
      answer.status,
      z.object({ code: z.string() }).parse(await answer.json()).code,
    ];
    expect(await codeOf(await send(inside.olga, bytes))).toEqual([403, 'snapshot-key-unknown']);
    expect(await codeOf(await send(inside.olga, bytes.subarray(0, 700)))).toEqual([400, 'snapshot-file-damaged']);
    expect(await codeOf(await send(inside.olga, 'no tar'))).toEqual([400, 'snapshot-file-damaged']);
    expect(await codeOf(await send(inside.olga, ''))).toEqual([400, 'snapshot-file-damaged']);
    expect(await codeOf(await send(inside.olga, bytes, { 'content-type': 'application/json' }))).toEqual([
      415,
      'wrong-type',
    ]);
    const changed = Buffer.from(bytes);
    changed.write('x', changed.byteLength - 3000);
    await writeFile(join(folder, 'changed.tar'), changed);
    const refused = await run(inside, inside.olga, 'snapshot', 'import', join(folder, 'changed.tar'), '--key', key);
    expect(refused.json).toMatchObject({ error: { code: 'snapshot-file-damaged' } });
    const none = await run(inside, inside.olga, 'snapshot', 'import', join(folder, 'none.tar'));
    expect(none.json).toMatchObject({ error: { code: 'file-missing' } });
    const { body } = await callApi(inside.home, inside.olga, { method: 'GET', path: '/snapshots/tier3' });
    expect(body['results']).toHaveLength(1);
  });
  it('becomes the next one elsewhere, once', async () => {
    const { code, json } = await run(inside, inside.olga, 'snapshot', 'import', file, '--key', key);
    expect(json).toMatchObject({ channel: 'tier3', number: 2, from: { channel: 'tier3', number: 2 } });
    expect(code).toBe(0);
    await inside.home.settle();
    const { body } = await callApi(inside.home, inside.vera, { method: 'GET', path: '/lists/tier3/expanded' });
    expect(body['results']).toMatchObject([{ name: 'tidewater', version: '2.1.0' }]);
    const again = await run(inside, inside.olga, 'snapshot', 'import', file, '--key', key);
    expect(again.json).toMatchObject({ error: { code: 'snapshot-not-newer' } });
  });
});
