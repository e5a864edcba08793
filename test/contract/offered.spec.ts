/** What a registry of each ecosystem offers, over real sockets: exactly what can be downloaded, and the same for the same lists. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import type { UpstreamAnswer } from '../../src/ecosystems/contract.ts';
import { CHANNEL, type MadeRelease, openTestRegistry, type TestRegistry } from '../harness/registry.ts';
import { CRAN_KIT, type KitFile, listingOf, NPM_KIT, PYPI_KIT } from '../harness/registry-kits.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** What every release of a name needs: a release is always the same file. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  ...{ alpha: [], beta: ['alpha'], gamma: ['alpha', 'beta'], delta: [] },
};
const NAMES = Object.keys(NEEDS);
const VERSIONS = ['1.0.0', '1.1.0', '2.0.0'];
const RUNS = 5;

/** A root with some version of everything that it needs. */
const tree = fc
  .tuple(fc.constantFrom(...NAMES), fc.array(fc.constantFrom(...VERSIONS), { minLength: 4, maxLength: 4 }))
  .map(([root, versions]): readonly MadeRelease[] =>
    [root, ...needsOf(root)].map((name, at) => ({ name, version: versions[at] ?? '1.0.0', requires: needsOf(name) })),
  );
const lists = fc.array(tree, { maxLength: 4 });

function needsOf(name: string): readonly string[] {
  return NEEDS[name] ?? [];
}

interface Known extends KitFile {
  readonly name: string;
  readonly version: string;
}

describe.each([PYPI_KIT, NPM_KIT, CRAN_KIT])('a registry of $ecosystem.title', (kit) => {
  const { ecosystem } = kit;
  let registry: TestRegistry;
  let other: TestRegistry;
  /** Everything that upstream has, by `name@version`; one release has one file, whatever needs it names. */
  const upstream = new Map<string, Known>();

  beforeAll(async () => {
    for (const name of NAMES)
      for (const version of VERSIONS)
        upstream.set(`${name}@${version}`, {
          ...(await kit.make({ name, version, requires: needsOf(name) })),
          name,
          version,
        });
    registry = await openTestRegistry(answerAbout, { kit });
    other = await openTestRegistry(answerAbout, { kit });
  });
  afterAll(async () => {
    await registry?.close();
    await other?.close();
  });

  function answerAbout(name: string): UpstreamAnswer {
    return listingOf(
      ecosystem,
      name,
      [...upstream.values()].filter((one) => one.name === name),
    );
  }

  /** What is offered once these trees are all that is on the list: files by address, as `filePath` has it. */
  async function publish(to: TestRegistry, trees: readonly (readonly MadeRelease[])[]): Promise<Map<string, Known>> {
    await to.clear();
    const offered = new Map<string, Known>();
    for (const made of trees) {
      await to.accept(made);
      for (const { name, version } of made) {
        const file = upstream.get(`${name}@${version}`);
        if (file === undefined) throw new RangeError(`${name}@${version}`);
        offered.set(ecosystem.protocol.filePath(file), file);
      }
    }
    const ask = { channel: CHANNEL, ecosystem: ecosystem.id, names: NAMES };
    expect((await to.snapshots.publish(ask)).status).not.toBe('refused');
    await to.serving.refresh();
    return offered;
  }

  const base = (of: TestRegistry) => `${of.url}/${CHANNEL}/${ecosystem.id}/`;

  async function digestAt(of: TestRegistry, path: string): Promise<Digest | number> {
    const response = await fetch(base(of) + path, { redirect: 'manual' });
    const body = new Uint8Array(await response.arrayBuffer());
    return response.status === 200 ? `sha256:${createHash('sha256').update(body).digest('hex')}` : response.status;
  }

  /** Addresses of files in everything that a client reads. */
  async function linksOf(of: TestRegistry): Promise<ReadonlySet<string>> {
    const links = new Set<string>();
    for (const { path, accept } of kit.indexes(NAMES)) {
      const response = await fetch(base(of) + path, { headers: { accept } });
      const body = new Uint8Array(await response.arrayBuffer());
      // Where nothing of a name is offered, npm clients are told so at the index itself.
      if (response.status === 403 && ecosystem.traits.nothingOffered === 'refusal') continue;
      expect(response.status, path).toBe(200);
      for (const link of kit.links({ path, base: base(of), body })) links.add(link);
    }
    return links;
  }

  it('offers exactly what can be downloaded, and nothing else can', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async (trees) => {
        const offered = await publish(registry, trees);
        const links = await linksOf(registry);
        const downloaded = new Map<Digest, string>();
        for (const link of links) {
          const digest = await digestAt(registry, link);
          if (typeof digest === 'number') expect(digest, link).toBe(403);
          else downloaded.set(digest, link);
        }
        expect([...downloaded.keys()].toSorted()).toEqual([...offered.values()].map(({ sha256 }) => sha256).toSorted());
        const cleared = new Set([...offered.values()].map(({ filename }) => filename));
        for (const file of upstream.values()) {
          if (cleared.has(file.filename)) continue;
          const path = ecosystem.protocol.filePath(file);
          expect([403, 404], path).toContain(await digestAt(registry, path));
          // Nor at the address of something that is offered, under its own name.
          for (const there of offered.keys()) {
            const disguised = there.slice(0, there.lastIndexOf('/') + 1) + file.filename;
            expect([307, 400, 403, 404], disguised).toContain(await digestAt(registry, disguised));
          }
        }
        for (const [path, { sha256 }] of offered) expect(await digestAt(registry, path), path).toBe(sha256);
      }),
      { numRuns: RUNS },
    );
  });

  it('has the same bytes for the same lists, in whatever order they came, and when everything is made anew', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async (trees) => {
        await publish(registry, trees);
        await publish(other, trees.toReversed());
        const [here, there] = [await documentsOf(registry), await documentsOf(other)];
        expect(there).toEqual(here);
        const again = { channel: CHANNEL, ecosystem: ecosystem.id, names: NAMES };
        expect(await registry.snapshots.publish(again)).toMatchObject({ status: 'unchanged' });
      }),
      { numRuns: RUNS },
    );
  });

  it('has one manifest, digit by digit, for the same lists at the same time in two homes', async () => {
    const manifests = new Set<Digest>();
    for (const home of [1, 2]) {
      const fresh = await openTestRegistry(answerAbout, { kit });
      try {
        for (const root of ['gamma', 'delta'])
          await fresh.accept(
            [root, ...needsOf(root)].map((name) => ({ name, version: '1.1.0', requires: needsOf(name) })),
          );
        const published = await fresh.snapshots.publish({ channel: CHANNEL, ecosystem: ecosystem.id, names: [] });
        if (published.status !== 'published') throw new RangeError(`home ${home}: ${published.status}`);
        manifests.add(published.manifest);
      } finally {
        await fresh.close();
      }
    }
    expect(manifests.size).toBe(1);
  });

  /** Bytes of everything that a client reads; the address of the server stands for itself. */
  async function documentsOf(of: TestRegistry): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { path, accept } of kit.indexes(NAMES)) {
      const response = await fetch(base(of) + path, { headers: { accept } });
      const body = Buffer.from(await response.arrayBuffer())
        .toString('latin1')
        .replaceAll(of.url, '');
      found.push(`${path} ${response.status} ${response.status === 200 ? body : ''}`);
    }
    return found;
  }
});
