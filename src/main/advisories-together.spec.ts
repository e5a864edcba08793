import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/harness/database.ts';
import { SYSTEM } from '../domain/people.ts';
import { createAdvisories } from '../features/advisories/index.ts';
import { createAdvisoriesTogether } from './advisories-together.ts';

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
