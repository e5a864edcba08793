/** What a registry of each ecosystem offers, over real sockets: exactly what can be downloaded, and the same for the same lists. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import type { UpstreamAnswer } from '../../src/ecosystems/contract.ts';
import { CHANNEL, type MadeRelease, openTestRegistry, type TestRegistry } from '../harness/registry.ts';
import { CRAN_KIT, NPM_KIT, PYPI_KIT } from '../harness/registry-kits.ts';
import {
  answerAt,
  documentsBelow,
  type Known,
  linksBelow,
  listingFrom,
  makeUpstream,
  NAMES,
  needsOf,
  tree,
} from './offered-world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const RUNS = 5;
const lists = fc.array(tree, { maxLength: 4 });

describe.each([PYPI_KIT, NPM_KIT, CRAN_KIT])('a registry of $ecosystem.title', (kit) => {
  const { ecosystem } = kit;
  let registry: TestRegistry;
  let other: TestRegistry;
  /** Everything that upstream has, by `name@version`; one release has one file, whatever needs it names. */
  let upstream: ReadonlyMap<string, Known>;
  let answerAbout: (name: string) => UpstreamAnswer;

  beforeAll(async () => {
    upstream = await makeUpstream(kit);
    answerAbout = listingFrom(kit, upstream);
    registry = await openTestRegistry(answerAbout, { kit });
    other = await openTestRegistry(answerAbout, { kit });
  });
  afterAll(async () => {
    await registry?.close();
    await other?.close();
  });

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

  const digestAt = (of: TestRegistry, path: string) => answerAt(base(of) + path);
  const linksOf = (of: TestRegistry) => linksBelow(kit, base(of));
  const documentsOf = (of: TestRegistry) => documentsBelow(kit, { url: of.url, base: base(of) });

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
});
