import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import { isDigest } from '../../domain/digest.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import { clearedEntries } from '../lists/read.ts';
import { snapshotsOf } from '../snapshots/read.ts';
import { touchedBy } from './read.ts';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await openTestRegistry();
}, 120_000);
afterEach(() => registry.close());

const touched = (name: string, versions: string | null = null, channel: string | null = null) =>
  touchedBy(registry, pypi, { name, versions, channel });
const APP_NEEDS_WOOD = [
  { name: 'app', version: '1.0', requires: ['wood'] },
  { name: 'wood', version: '1.0' },
];
const entry = { channel: CHANNEL, list: 'extra', id: expect.any(String), decision: expect.any(String) };
const app = { ...entry, channel: CHANNEL, purl: 'pkg:pypi/app@1.0', name: 'app', version: '1.0', request: null };
const wood = { ...entry, channel: CHANNEL, purl: 'pkg:pypi/wood@1.1', name: 'wood', version: '1.1', request: null };

it('names what is offered and everything whose tree holds it, in the channels that it is about', async () => {
  await registry.accept(APP_NEEDS_WOOD);
  await registry.accept([{ name: 'alone', version: '3.0' }]);
  await registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'pypi', names: [] });
  // Not published yet: only its evidence knows.
  await registry.accept([{ name: 'wood', version: '1.1' }]);
  const stops = [expect.objectContaining({ channel: CHANNEL, purl: 'pkg:pypi/wood@1.0', state: 'dependency' })];
  expect(await touched('wood')).toEqual({ stops, touches: [app, wood], unread: [] });
  expect(await touched('wood', null, CHANNEL)).toEqual({ stops, touches: [app, wood], unread: [] });
  expect(await touched('wood', '<1.1')).toEqual({ stops, touches: [app], unread: [] });
  expect(await touched('wood', '>1.0')).toEqual({ stops: [], touches: [wood], unread: [] });
  for (const nothing of [touched('wood', '>2'), touched('wood', null, 'ward'), touched('stranger')])
    expect(await nothing).toEqual({ stops: [], touches: [], unread: [] });
});

const lose = (digest: string | undefined) =>
  rm((digest !== undefined && isDigest(digest) ? registry.blobs.path(digest) : undefined) ?? 'no file');

it('names what is lost in the store, and passes over it: a denial needs none of it', async () => {
  await registry.accept(APP_NEEDS_WOOD);
  await registry.accept([{ name: 'wood', version: '1.1' }]);
  await registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'pypi', names: [] });
  const entries = await clearedEntries(registry.db, CHANNEL, { ecosystem: 'pypi' });
  await lose(entries.find(({ name }) => name === 'app')?.evidence);
  const evidence = `the evidence of ${app.purl} in ${CHANNEL}`;
  expect(await touched('wood')).toMatchObject({ stops: [{}, {}], touches: [wood], unread: [evidence] });
  await lose((await snapshotsOf(registry.db, CHANNEL))[0]?.manifest);
  expect(await touched('wood')).toEqual({ stops: [], touches: [wood], unread: [`what ${CHANNEL} offers`, evidence] });
});
