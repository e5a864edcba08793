import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { FactOf } from '../../domain/fact.ts';
import { withProgress } from './progress.ts';
import { type NotedProgress, newestEvidenceOf, vettingProgress } from './read.ts';

let bench: VettingBench;
beforeEach(async () => {
  bench = await openVettingBench();
});
afterEach(() => bench.close());

const filed = (name: string): FactOf<'request-filed'> => ({
  kind: 'request-filed',
  ...{ request: 'R-1', channel: 'tier3', ecosystem: 'pypi', name, version: null, extras: [] },
});

/** Collects, and looks all the while how far it is. */
async function watched(name: string): Promise<readonly NotedProgress[]> {
  const { db } = bench.database;
  const seen: NotedProgress[] = [];
  let runs = true;
  const collecting = bench.vetting.collectForRequest(filed(name)).finally(() => {
    runs = false;
  });
  while (runs) {
    const now = await vettingProgress(db, 'R-1');
    if (now !== undefined) seen.push(now);
    // As long as a note holds, by the clock of the test: the next step is noted too.
    bench.database.clock.advance(3);
    await sleep(5);
  }
  await collecting;
  return seen;
}

describe('how far a vetting is', () => {
  it('can be read by others while it runs, and no more when it is over', async () => {
    bench.upstream.add(await makeWheel({ name: 'sails', version: '1.0', requires: ['mast'] }));
    bench.upstream.add(await makeWheel({ name: 'mast', version: '1.4' }));
    const seen = await watched('sails');
    expect(seen.map(({ step }) => step)).toContain('fetch');
    expect(seen.filter(({ step }) => step === 'fetch').every(({ done, total }) => done <= total && total === 2)).toBe(
      true,
    );
    expect(await vettingProgress(bench.database.db, 'R-1')).toBeUndefined();
    expect(await newestEvidenceOf(bench.database.db, 'R-1')).toBeDefined();
  });

  it('is gone too when it came to nothing', async () => {
    bench.upstream.add(await makeWheel({ name: 'sails', version: '1.0', requires: ['no-such-mast'] }));
    expect(await watched('sails')).not.toEqual([]);
    expect(await vettingProgress(bench.database.db, 'R-1')).toBeUndefined();
  });

  it('says that a step is over, and that the next one has begun, however soon these come', async () => {
    const { db, clock } = bench.database;
    const now = () => vettingProgress(db, 'R-1');
    await withProgress({ db, clock }, 'R-1', async (watch) => {
      watch({ step: 'fetch', done: 9, total: 10, label: 'sails' });
      watch({ step: 'fetch', done: 10, total: 10, label: 'mast' });
      await expect.poll(now).toMatchObject({ step: 'fetch', done: 10, total: 10 });
      watch({ step: 'judge', done: 0, total: 10, label: 'policy' });
      await expect.poll(now).toMatchObject({ step: 'judge', done: 0 });
    });
    expect(await now()).toBeUndefined();
  });
});
