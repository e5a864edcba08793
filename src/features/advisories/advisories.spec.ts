import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { SYSTEM } from '../../domain/people.ts';
import type { ImportSource } from '../../platform/import-files/port.ts';
import { type Advisories, createAdvisories } from './index.ts';
import { advisoriesAbout, affectedBy } from './read.ts';

const DATA = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'advisories', 'pypi.jsonl.gz');
const normalise = (_: string, name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
const admit = () => undefined;
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
  /** One package among those that are asked about. */
  async function about(name: string, staleAfterHours: number) {
    const state = await advisoriesAbout(test.db, 'pypi', [name, 'no-such'], { now: test.clock.now(), staleAfterHours });
    return state.status === 'ready' ? { ...state, data: state.data.get(name) ?? [] } : state;
  }
  const read = async (hours = 168) => about('wheel-house', hours);
  const load = (from: ImportSource) => advisories.importFrom(from, { actor: SYSTEM });
  beforeAll(async () => {
    test = await openTestDatabase();
    advisories = createAdvisories({ ledger: test.ledger, normalise, admit });
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
    const about = await advisoriesAbout(test.db, 'pypi', ['wheel-house', 'nothing'], {
      now: test.clock.now(),
      staleAfterHours: 168,
    });
    expect(about.status === 'ready' && [...about.data]).toEqual([
      ['wheel-house', state.status === 'ready' && state.data],
    ]);
    expect((await read(-1)).status).toBe('stale');
  });

  it('scores a flaw by the worst vector of all its records, whatever the version of CVSS', async () => {
    const v2 = 'AV:N/AC:L/Au:N/C:P/I:N/A:N';
    const v3 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N';
    const v4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
    const affected = [{ package: { ecosystem: 'PyPI', name: 'Scored' }, versions: ['1'] }];
    const scored = (type: string, score: string) => ({ affected, severity: [{ type, score }] });
    const other = [{ package: { ecosystem: 'npm', name: 'elsewhere' }, versions: ['1'] }];
    await load(
      lines(
        record('PYSEC-10', { affected, aliases: ['GHSA-10'] }),
        record('GHSA-10', { ...scored('CVSS_V3', v3), aliases: ['CVE-10'] }),
        record('CVE-10', { ...scored('CVSS_V4', v4), affected: other }),
        record('PYSEC-11', { ...scored('CVSS_V2', v2), aliases: ['CVE-11'] }),
        record('GHSA-11', { ...scored('CVSS_V4', 'CVSS:4.0/AV:N'), aliases: ['CVE-11'] }),
      ),
    );
    const found = await about('scored', 1);
    expect(found.status === 'ready' && found.data.map(({ id, severity }) => [id, severity])).toEqual([
      ['PYSEC-10', { state: 'scored', score: 9.3, vector: v4, system: 'CVSS_V4' }],
      ['PYSEC-11', { state: 'scored', score: 5, vector: v2, system: 'CVSS_V2' }],
    ]);
  });

  it('takes text that the database cannot hold for what it is', async () => {
    await expect(load(lines(record('PYSEC-30', { severity: [{ type: 'CVSS_V3', score: 'a\0' }] })))).rejects.toThrow(
      'PYSEC-30',
    );
    const affected = [{ package: { ecosystem: 'PyPI', name: 'texts' }, versions: ['1'] }];
    const summary = `${'x'.repeat(298)}\u{1f600}\0`;
    await load(lines(record('PYSEC-31', { affected, summary, database_specific: { severity: 'a\0' } })));
    const found = await about('texts', 1);
    expect(found.status === 'ready' && found.data[0]?.summary).toBe(`${'x'.repeat(298)}\ufffd…`);
  });

  it('ends a text that is too long after a word, and says that it goes on', async () => {
    const affected = [{ package: { ecosystem: 'PyPI', name: 'texts' }, versions: ['1'] }];
    await load(lines(record('PYSEC-32', { affected, summary: 'leaks headers '.repeat(40) })));
    const found = await about('texts', 1);
    const text = (found.status === 'ready' && found.data.find(({ id }) => id === 'PYSEC-32')?.summary) || '';
    expect(text).toMatch(/^(leaks headers )+leaks( headers)?…$/);
    expect(text.length).toBeLessThanOrEqual(300);
  });

  it('reports names that can be none, and keeps what else the record says', async () => {
    const affected = ['Good_Name', 'no name!'].map((name) => ({
      package: { ecosystem: 'PyPI', name },
      versions: ['1'],
    }));
    const strict = createAdvisories({
      ...{ ledger: test.ledger, admit },
      normalise: (ecosystem, name) => (name.includes(' ') ? undefined : normalise(ecosystem, name)),
    });
    const summary = await strict.importFrom(lines(record('PYSEC-20', { affected })), { actor: SYSTEM });
    expect(summary).toMatchObject({ records: 1, unusableNames: [{ id: 'PYSEC-20', name: 'no name!' }] });
    expect(await affectedBy(test.db, ['PYSEC-20'])).toEqual([{ ecosystem: 'pypi', name: 'good-name' }]);
  });

  it.skipIf(!existsSync(DATA))('imports the real records (shared data)', async () => {
    const summary = await load(source('pypi.jsonl.gz', readFileSync(DATA)));
    expect(summary).toMatchObject({ records: 2661, unusableNames: [] });
  });
});
