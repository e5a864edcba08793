import { afterEach, beforeEach, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import { touchedBy } from './read.ts';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await openTestRegistry();
}, 120_000);
afterEach(() => registry.close());

const touched = (name: string, versions: string | null = null, channel: string | null = null) =>
  touchedBy(registry, pypi, { name, versions, channel });
const app = { channel: CHANNEL, purl: 'pkg:pypi/app@1.0', name: 'app', version: '1.0', request: null };
const wood = { channel: CHANNEL, purl: 'pkg:pypi/wood@1.1', name: 'wood', version: '1.1', request: null };

it('names what is offered and everything whose tree holds it, in the channels that it is about', async () => {
  await registry.accept([
    { name: 'app', version: '1.0', requires: ['wood'] },
    { name: 'wood', version: '1.0' },
  ]);
  await registry.accept([{ name: 'alone', version: '3.0' }]);
  await registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'pypi', names: [] });
  // Not published yet: only its evidence knows.
  await registry.accept([{ name: 'wood', version: '1.1' }]);
  const stops = [expect.objectContaining({ channel: CHANNEL, purl: 'pkg:pypi/wood@1.0', state: 'dependency' })];
  expect(await touched('wood')).toEqual({ stops, touches: [app, wood] });
  expect(await touched('wood', null, CHANNEL)).toEqual({ stops, touches: [app, wood] });
  expect(await touched('wood', '<1.1')).toEqual({ stops, touches: [app] });
  expect(await touched('wood', '>1.0')).toEqual({ stops: [], touches: [wood] });
  for (const nothing of [touched('wood', '>2'), touched('wood', null, 'ward'), touched('stranger')])
    expect(await nothing).toEqual({ stops: [], touches: [] });
});
