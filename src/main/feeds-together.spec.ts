import { gzipSync } from 'node:zlib';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/harness/database.ts';
import { SYSTEM } from '../domain/people.ts';
import { createAdvisories } from '../features/advisories/index.ts';
import { createFeeds, type FeedKind } from '../features/feeds/index.ts';
import { exploitationOf } from '../features/feeds/read.ts';
import { askedOnce } from '../features/vetting/asked-once.ts';
import { askFeedsAhead } from '../features/vetting/feeds-ahead.ts';
import { createAdvisoriesTogether, createPopularityTogether } from './feeds-together.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

async function load(id: string, name: string): Promise<void> {
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }];
  const affected = [{ package: { ecosystem: 'PyPI', name }, ranges }];
  const bytes = gzipSync(JSON.stringify({ id, modified: '2025-01-01T00:00:00Z', summary: id, affected }));
  const file = 'records.jsonl.gz';
  async function* files() {
    yield { name: file, bytes };
  }
  const advisories = createAdvisories({ ledger: test.ledger, normalise: (_, text) => text, admit: () => undefined });
  await advisories.importFrom({ name: file, files }, { actor: SYSTEM });
}

it('gives each package its own advisories, by what is known and what time it is when they are asked for', async () => {
  let hours = 24;
  const ask = createAdvisoriesTogether(test.db, async () => ({ now: test.clock.now(), staleAfterHours: hours }));
  const idsOf = async (ecosystem: 'pypi' | 'npm', name: string) => {
    const state = await ask(ecosystem, name);
    return state.status === 'ready' ? state.data.map(({ id }) => id) : state.status;
  };
  const all = () => Promise.all([idsOf('pypi', 'sloop'), idsOf('pypi', 'ketch'), idsOf('npm', 'sloop')]);
  expect(await all()).toEqual(['not-configured', 'not-configured', 'not-configured']);
  await load('MADE-1', 'sloop');
  expect(await all()).toEqual([['MADE-1'], [], 'not-configured']);
  await load('MADE-2', 'ketch');
  expect(await all()).toEqual([['MADE-1'], ['MADE-2'], 'not-configured']);
  hours = -1;
  expect(await all()).toEqual(['stale', 'stale', 'not-configured']);
});

it('asks each feed once for all packages of a tree, and scanners then hear what was answered', async () => {
  const feeds = createFeeds({
    ...{ ledger: test.ledger, normalise: (_: string, name: string) => name, admit: () => undefined },
    checkRules: async () => ({ status: 'compiled', count: 0 }),
  });
  const give = (kind: FeedKind, text: string) => {
    const bytes = new TextEncoder().encode(text);
    async function* files() {
      yield { name: kind, bytes };
    }
    return feeds.importFrom({ kind, ecosystem: 'pypi', actor: SYSTEM, source: { name: kind, files } });
  };
  await give('popularity', 'rank\tname\n1\tsloop\n2\tketch\n');
  await give('kev', 'cveID\nCVE-2024-0007\n');
  await give('epss', 'cve,epss\nCVE-2024-0007,0.5\nCVE-2024-0008,0.1\n');
  await load('CVE-2024-0007', 'sloop');
  await load('CVE-2024-0008', 'ketch');
  const { db, tables } = noting(test);
  const fresh = async () => ({ now: test.clock.now(), staleAfterHours: 24 });
  const none = async () => ({ status: 'not-configured' }) as const;
  const facts = askedOnce({
    ...{ clearedNames: async () => [], clearedReleases: async () => [], maliciousList: none, popularNames: none },
    ...{ trustRoots: none, yaraRules: none },
    advisories: createAdvisoriesTogether(db, fresh),
    popularity: createPopularityTogether(db, fresh),
    exploitation: async (cves: readonly string[]) => exploitationOf(db, cves, await fresh()),
  });
  const names = ['sloop', 'ketch', 'yawl'];
  await askFeedsAhead(
    {
      advisories: (name) => facts.advisories('pypi', name),
      popularity: (name) => facts.popularity('pypi', name),
      exploitation: facts.exploitation,
    },
    [...names, 'sloop'],
  );
  const asked = ['popular_names', 'popular_versions', 'exploited_flaws', 'exploit_chances'];
  expect(asked.map((table) => tables.filter((one) => one === table).length)).toEqual([1, 1, 1, 1]);
  const before = tables.length;
  const ranks = await Promise.all(names.map((name) => facts.popularity('pypi', name)));
  expect(ranks).toMatchObject([{ data: { rank: 1, outOf: 2 } }, { data: { rank: 2 } }, { data: undefined }]);
  expect(await facts.exploitation(['CVE-2024-0008'])).toMatchObject({
    known: { status: 'ready', data: [] },
    chance: { status: 'ready', data: [{ cve: 'CVE-2024-0008', epss: 0.1 }] },
  });
  expect(await facts.advisories('pypi', 'yawl')).toMatchObject({ status: 'ready', data: [] });
  expect(tables.length).toBe(before);
});

/** The same database, and which tables are read. */
function noting({ db }: TestDatabase) {
  const tables: string[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      for (const [, table = ''] of JSON.stringify(node).matchAll(/"TableNode".*?"IdentifierNode","name":"(\w+)"/g))
        tables.push(table);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { db: db.withPlugin(plugin), tables };
}
