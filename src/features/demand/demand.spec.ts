import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form, olga, openPeopleBench, type PeopleBench, rosa } from '../../../test/harness/people.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { createDemand, KEPT_DAYS } from './index.ts';
import { wanted } from './read.ts';

let bench: PeopleBench;
beforeAll(async () => {
  bench = await openPeopleBench();
  await bench.channels.create(olga, { name: 'lab', tier: 3, mode: 'cleared', window: 'none', undo: 'none' });
});
afterAll(() => bench.close());

const warnings: string[] = [];
const log = { debug() {}, info() {}, error() {}, warn: (text: string) => void warnings.push(text) };
const refusal = (name: string, version?: string): Refusal => ({
  ...{ state: 'not-requested', ecosystem: 'pypi', name, version, id: undefined, channel: 'lab' },
});
const names = async () => (await wanted(bench.db, 'lab')).map(({ name, count }) => `${name} ${count}`);

describe('refused installs', () => {
  it('are counted per package, and written now and then', async () => {
    const demand = createDemand({ db: bench.db, clock: bench.clock, log });
    for (let time = 0; time < 5; time += 1) demand.note(refusal('numpy', time < 3 ? '2.0' : undefined));
    demand.note(refusal('scipy'));
    expect(await names()).toEqual([]);
    await demand.flush();
    demand.note(refusal('scipy'));
    await demand.flush();
    expect(await names()).toEqual(['numpy 5', 'scipy 2']);
    const { rows } = await bench.pool.query(
      "select column_name from information_schema.columns where table_name = 'refused_installs'",
    );
    expect(rows.map(({ column_name }) => column_name).toSorted()).toEqual([
      ...['channel', 'count', 'day', 'ecosystem', 'name', 'version'],
    ]);
  });
  it('are offered until somebody asks', async () => {
    await bench.requests.file(rosa, form('lab', 'numpy'));
    expect(await names()).toEqual(['scipy 2']);
  });
  it('are forgotten after a while, and never fill the memory', async () => {
    bench.clock.advance((KEPT_DAYS + 1) * 86_400);
    const demand = createDemand({ db: bench.db, clock: bench.clock, log });
    for (let number = 0; number < 5000; number += 1) demand.note(refusal(`made-up-${number}`));
    await demand.stop();
    const { rows } = await bench.pool.query<{ count: string }>('select count(*) from refused_installs');
    expect(Number(rows[0]?.count)).toBe(2000);
  });
  it('keep their counts where the database does not take them', async () => {
    const demand = createDemand({ db: bench.db, clock: bench.clock, log });
    demand.note(refusal('polars'));
    await bench.pool.query('alter table refused_installs rename to elsewhere');
    await demand.flush();
    expect(warnings).toEqual(['refused installs could not be counted']);
    await bench.pool.query('alter table elsewhere rename to refused_installs');
    demand.note(refusal('polars'));
    await demand.flush();
    expect((await wanted(bench.db, 'lab')).find(({ name }) => name === 'polars')).toMatchObject({ count: 2 });
  });
});
