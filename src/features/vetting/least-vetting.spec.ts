import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';

let bench: VettingBench;
beforeAll(async () => {
  bench = await openVettingBench();
  const { upstream } = bench;
  upstream.add(await makeWheel({ name: 'model', version: '1.0', requires: ['base'] }));
  upstream.add(await makeWheel({ name: 'model', version: '2.0', requires: ['base>=2', 'extra-part'] }));
  for (const version of ['1.0', '2.0']) upstream.add(await makeWheel({ name: 'base', version }));
  upstream.add(await makeWheel({ name: 'extra-part', version: '1.0' }));
});
afterAll(() => bench.close());

const options = (offered: Readonly<Record<string, readonly string[]>>) => ({
  channel: 'test',
  ecosystem: 'pypi',
  offered: async (name: string) => offered[name] ?? [],
});
const any = (name: string, range: string | null = null) => ({ name, extras: [], range });

describe('least-vetting advice', () => {
  it('prefers what is offered, and names what is left to review', async () => {
    const found = await bench.vetting.leastVetting([any('base'), any('extra-part')], options({ base: ['1.0'] }));
    expect(found).toEqual({
      status: 'found',
      toReview: ['pkg:pypi/extra-part@1.0'],
      cleared: 1,
      roots: ['pkg:pypi/base@1.0', 'pkg:pypi/extra-part@1.0'],
    });
  });
  it('orders versions by the reviews that they need', async () => {
    const ways = await bench.vetting.versionsByVetting(any('model'), options({ base: ['1.0'] }));
    expect(ways.map(({ version, way }) => [version, way.status === 'found' ? way.toReview : way])).toEqual([
      ['1.0', ['pkg:pypi/model@1.0']],
      ['2.0', ['pkg:pypi/base@2.0', 'pkg:pypi/extra-part@1.0', 'pkg:pypi/model@2.0']],
    ]);
  });
  it('stays within a range, and leaves out what is stopped', async () => {
    const newest = await bench.vetting.versionsByVetting(any('model', '>=2'), options({}));
    expect(newest.map(({ version }) => version)).toEqual(['2.0']);
    bench.world.stopped = (name, version) => name === 'base' && version === '2.0';
    expect(await bench.vetting.leastVetting([any('model', '==2.0')], options({}))).toMatchObject({ status: 'none' });
    bench.world.stopped = () => false;
  });
  it('could not check is no advice', async () => {
    const asked = { ...options({}), ecosystem: 'unheard-of' };
    expect(await bench.vetting.leastVetting([any('model')], asked)).toMatchObject({ status: 'could-not-check' });
  });
});
