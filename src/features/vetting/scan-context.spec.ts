import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pypi } from '../../ecosystems/pypi/index.ts';
import { type FolderBlobs, openFolderBlobs } from '../../platform/blobs/folder.ts';
import { adjustableClock } from '../../platform/clock/system.ts';
import { createScanContext } from './scan-context.ts';

const unread = { readPackage: unneeded, readMetadata: unneeded };
/** Nothing is stored and nothing found. */
const emptyDatabase = new Kysely<Record<never, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
async function unneeded(): Promise<never> {
  throw new Error('a context reads nothing from upstream');
}

describe('what scanners may ask', () => {
  let folder = '';
  let blobs: FolderBlobs;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pratique-context-'));
    blobs = await openFolderBlobs(folder);
  });
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  async function contextOver(versions: readonly string[]) {
    const cleared = await Promise.all(
      versions.map(async (version) => {
        const { digest } = await blobs.put(new TextEncoder().encode(`Version: ${version}\n`));
        return { version, metadata: version === '0.0' ? undefined : digest, files: [] };
      }),
    );
    const none = async () => ({ status: 'not-configured' }) as const;
    const deps = {
      blobs,
      db: emptyDatabase,
      fetch: { document: unneeded, range: unneeded, download: unneeded },
      trustRoots: none,
      maliciousList: none,
      yaraRules: none,
      repositories: { allowsAny: false, allows: () => true, tags: unneeded, filesAt: unneeded },
      sandbox: { run: unneeded, isolation: unneeded, close: unneeded },
      clock: adjustableClock(new Date('2026-01-01T00:00:00Z')),
      clearedNames: async () => [],
      clearedReleases: async () => cleared,
      sourceSuffixes: () => ['.py'],
      codePrinter: 1,
      fileComparer: 1,
      advisories: none,
      popularity: none,
      popularNames: none,
      exploitation: async () => ({ known: await none(), chance: await none() }),
    };
    return createScanContext(deps, 'pypi', { ecosystem: pypi, reader: unread });
  }

  it('names each cleared version once, whatever channels offer it', async () => {
    const context = await contextOver(['1.0', '2.0', '1.0']);
    expect(await context.clearedVersions('demo')).toEqual(['1.0', '2.0']);
  });

  it.each([
    [['1.0', '1.10', '1.9', '3.0'], '2.0', '1.10'],
    [['2.0', '2.0.0', '3.0', '4.0'], '2.0', '4.0'],
    [['2.0'], '2.0', undefined],
    [[], '2.0', undefined],
    [['0.0'], '2.0', undefined],
  ])('compares the metadata of %j before %s with that of %s', async (versions, version, previous) => {
    const found = await (await contextOver(versions)).previousMetadata('demo', version);
    expect(found).toEqual(previous === undefined ? undefined : { version: previous, text: `Version: ${previous}\n` });
  });
});
