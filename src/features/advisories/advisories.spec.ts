import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { SYSTEM } from '../../domain/people.ts';
import type { ImportSource } from '../../platform/import-files/port.ts';
import { createFeeds } from '../feeds/index.ts';
import { listFeeds, popularNames } from '../feeds/read.ts';
import { type Advisories, createAdvisories } from './index.ts';
import { advisoriesFor, affectedBy } from './read.ts';

const DATA = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'advisories', 'pypi.jsonl.gz');
const normalise = (_: string, name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
const source = (name: string, bytes: Uint8Array): ImportSource => ({
  name,
  async *files() {
    yield { name, bytes };
  },
});
const lines = (...records: object[]) =>
  source('records.jsonl.gz', gzipSync(records.map((record) => JSON.stringify(record)).join('\n')));
const record = (id: string, change: object = {}) => ({
  id,
  modified: '2025-01-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'PyPI', name: 'Wheel_House' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] }],
    },
  ],
  ...change,
});

describe('advisories', () => {
  let test: TestDatabase;
  let advisories: Advisories;
  const read = async (hours = 168) =>
    advisoriesFor(test.db, 'pypi', 'wheel-house', { now: test.clock.now(), staleAfterHours: hours });
  const load = (from: ImportSource) => advisories.importFrom(from, { actor: SYSTEM });
  beforeAll(async () => {
    test = await openTestDatabase();
    advisories = createAdvisories({ ledger: test.ledger, normalise });
  });
  afterAll(async () => test.close());

  it('is not configured before the first import, and a bad record imports nothing', async () => {
    expect(await read()).toEqual({ status: 'not-configured' });
    await expect(load(lines(record('PYSEC-1'), { id: 'PYSEC-BAD' }))).rejects.toThrow('PYSEC-BAD');
    await expect(load(source('x.jsonl.gz', gzipSync('{}').subarray(0, 12)))).rejects.toThrow('x.jsonl.gz');
    expect(await read()).toEqual({ status: 'not-configured' });
  });

  it('merges aliases, takes the highest score, ignores withdrawn records and older versions', async () => {
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    await load(
      lines(
        record('PYSEC-1', { aliases: ['CVE-1'] }),
        record('GHSA-1', { aliases: ['CVE-1'], severity: [{ type: 'CVSS_V3', score: vector }] }),
        record('PYSEC-2', { withdrawn: '2025-02-01T00:00:00Z' }),
        record('PYSEC-3', { database_specific: { severity: 'HIGH' } }),
        record('MAL-1'),
      ),
    );
    const summary = await load(lines(record('PYSEC-3', { modified: '2024-01-01T00:00:00Z', summary: 'older' })));
    expect(summary.changed).toEqual([]);
    const state = await read();
    expect(
      state.status === 'ready' &&
        state.data.map(({ id, aliases, severity, malicious }) => [id, aliases, severity.state, malicious]),
    ).toEqual([
      ['MAL-1', [], 'unknown', true],
      ['PYSEC-1', ['CVE-1', 'GHSA-1'], 'scored', false],
      ['PYSEC-3', [], 'unknown', false],
    ]);
    expect(await affectedBy(test.db, ['GHSA-1'])).toEqual([{ ecosystem: 'pypi', name: 'wheel-house' }]);
    expect((await read(-1)).status).toBe('stale');
  });

  it('imports popular names and lists every feed', async () => {
    const text = 'rank\tname\tdownloads\n2\tNumPy\t10\n1\trequests\t20\n';
    const feeds = createFeeds({ ledger: test.ledger, normalise });
    const ask = { now: test.clock.now(), staleAfterHours: 1 };
    const popularity = { kind: 'popularity', ecosystem: 'pypi', actor: SYSTEM } as const;
    expect(await popularNames(test.db, 'pypi', ask)).toEqual({ status: 'not-configured' });
    await expect(
      feeds.importFrom({ ...popularity, source: source('p', new TextEncoder().encode('x\ty\n')) }),
    ).rejects.toThrow('line 1');
    await feeds.importFrom({ ...popularity, source: source('p', new TextEncoder().encode(text)) });
    expect(await popularNames(test.db, 'pypi', ask)).toMatchObject({ status: 'ready', data: ['requests', 'numpy'] });
    expect((await listFeeds(test.db)).map(({ kind }) => kind)).toEqual(['advisories', 'popularity']);
  });

  it.skipIf(!existsSync(DATA))('imports the real records (shared data)', async () => {
    const summary = await load(source('pypi.jsonl.gz', readFileSync(DATA)));
    expect(summary.records).toBe(2661);
  });
});
