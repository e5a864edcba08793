/** Names that differ in the case of letters alone: packages of their own in npm (older names) and CRAN, one package in PyPI. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { UpstreamAnswer } from '../../src/ecosystems/contract.ts';
import { pypi } from '../../src/ecosystems/pypi/index.ts';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../harness/registry.ts';
import { CRAN_KIT, type KitFile, listingOf, NPM_KIT } from '../harness/registry-kits.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NAMES = ['Harbour', 'harbour', 'HARBOUR'] as const;
/** The last one is on no list. */
const CLEARED = NAMES.slice(0, 2);

describe.each([NPM_KIT, CRAN_KIT])('a registry of $ecosystem.title', (kit) => {
  const { ecosystem } = kit;
  const files = new Map<string, KitFile & { readonly name: string }>();
  let registry: TestRegistry;
  beforeAll(async () => {
    for (const name of NAMES) files.set(name, { ...(await kit.make({ name, version: '1.0.0' })), name });
    registry = await openTestRegistry(answerAbout, { kit });
    for (const name of CLEARED) await registry.accept([{ name, version: '1.0.0' }]);
    const ask = { channel: CHANNEL, ecosystem: ecosystem.id, names: [] };
    expect((await registry.snapshots.publish(ask)).status).toBe('published');
    await registry.touch();
  });
  afterAll(() => registry?.close());

  function fileOf(name: string): KitFile & { readonly name: string } {
    const file = files.get(name);
    if (file === undefined) throw new RangeError(name);
    return file;
  }

  function answerAbout(name: string): UpstreamAnswer {
    return listingOf(ecosystem, name, files.has(name) ? [{ ...fileOf(name), version: '1.0.0' }] : []);
  }

  /** The digest of what stands at the address of a release's file, or the phrase of the refusal. */
  async function answerOf(name: string): Promise<string> {
    const path = ecosystem.protocol.filePath(fileOf(name));
    const response = await fetch(`${registry.url}/${CHANNEL}/${ecosystem.id}/${path}`);
    const body = new Uint8Array(await response.arrayBuffer());
    return response.status === 200
      ? `sha256:${createHash('sha256').update(body).digest('hex')}`
      : `${response.status} ${response.statusText}`;
  }

  it('serves each its own bytes, and refuses the one that nobody asked for by its own name', async () => {
    expect(new Set([...files.values()].map(({ sha256 }) => sha256)).size).toBe(NAMES.length);
    for (const name of CLEARED) expect(await answerOf(name)).toBe(fileOf(name).sha256);
    expect(await answerOf('HARBOUR')).toMatch(/^403 NOT REQUESTED: HARBOUR 1\.0\.0\. /);
  });

  it('lists each in its index', async () => {
    const base = `${registry.url}/${CHANNEL}/${ecosystem.id}/`;
    const links = new Set<string>();
    for (const { path, accept } of kit.indexes([...CLEARED])) {
      const response = await fetch(base + path, { headers: { accept } });
      expect(response.status).toBe(200);
      const body = new Uint8Array(await response.arrayBuffer());
      for (const link of kit.links({ path, base, body })) links.add(link);
    }
    for (const name of CLEARED) expect(links).toContain(ecosystem.protocol.filePath(fileOf(name)));
    expect(links).not.toContain(ecosystem.protocol.filePath(fileOf('HARBOUR')));
  });

  it('stops the one that is denied, and tells a request for one of that one alone', async () => {
    await registry.pool.query(
      `insert into denials (id, ecosystem, name, reason, created_by, created_at) values ('D-1', $1, 'Harbour', 'x', 'p', now())`,
      [ecosystem.id],
    );
    await registry.pool.query(
      `insert into requests (id, number, channel, ecosystem, name, version, extras, state, filed_by, filed_at, moved_at)
       values ('R-9', 9, $1, $2, 'harbour', '2.0.0', '{}', 'in-review', 'p', now(), now())`,
      [CHANNEL, ecosystem.id],
    );
    await registry.touch();
    expect(await answerOf('Harbour')).toMatch(/^403 DENIED: Harbour 1\.0\.0 is on the denied list.* D-1$/);
    expect(await answerOf('harbour')).toBe(fileOf('harbour').sha256);
    expect(await answerOf('HARBOUR')).toMatch(/^403 NOT REQUESTED: HARBOUR 1\.0\.0\. /);
  });

  it('takes a name as it is written: no request is filed for the other one', () => {
    for (const name of NAMES) expect(ecosystem.names.parseRequest(name)?.name).toBe(name);
    expect(pypi.names.parseRequest('Harbour')?.name).toBe('harbour');
  });
});
