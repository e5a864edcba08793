import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { digestOf, sampleSet } from '../../../test/harness/evidence-sample.ts';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import type { Digest } from '../../domain/digest.ts';
import { openFolderBlobs } from '../../platform/blobs/folder.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Decision } from '../decisions/read.ts';
import { COMPOSER_VERSION } from './dossier.ts';
import { dossierOf, keepDossier } from './read.ts';
import { verifyDossier } from './verify.ts';

let folder: string;
let blobs: Blobs;
let database: TestDatabase;
let evidence: Digest;
let dossier: Digest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-dossier-'));
  blobs = await openFolderBlobs(folder);
  database = await openTestDatabase();
  evidence = (await blobs.put(canonicalBytes(sampleSet()))).digest;
  dossier = await keepDossier(blobs, { set: sampleSet(), evidence, request: null, at: null });
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** What checking a decision of policy (which has no request) comes to. */
async function verified(change: Partial<Decision>, inLedger: string | null | undefined = change.dossier ?? dossier) {
  const decision: Decision = {
    ...{ id: 'A-1', request: null, channel: 'tier3', ecosystem: 'pypi', name: 'sails', version: '1.0', extras: [] },
    ...{ outcome: 'accepted', list: 'extra', evidence, dossier, policy: null, verdict: 'admit', decidedBy: 'system' },
    ...{ decidedAt: '2026-11-21T09:00:00.000Z', reason: 'Admitted.', concern: null, criterion: null, note: null },
    ...{ until: null, expiredAt: null, undoUntil: null, undoneAt: null, approvedWith: null, reviewAgainAt: null },
    ...change,
  };
  return verifyDossier({ db: database.db, blobs, pinnedInLedger: async () => inLedger }, decision);
}

it('a dossier that its evidence gives again is whole', async () => {
  expect(await verified({})).toEqual({ status: 'whole', decision: 'A-1', dossier });
});

it('a decision of before there were dossiers is not pinned, and no other is', async () => {
  expect(await verified({ dossier: null }, null)).toEqual({ status: 'not-pinned', decision: 'A-1' });
  expect(await verified({ dossier: null }, dossier)).toMatchObject({ status: 'broken' });
});

it('a dossier of an earlier composer is believed by its bytes and its evidence, and not composed again', async () => {
  const older = {
    ...dossierOf({ set: sampleSet(), evidence, request: null, at: null }),
    composer: COMPOSER_VERSION - 1,
  };
  const { digest } = await blobs.put(canonicalBytes({ ...older, words: 'of another time' }));
  expect(await verified({ dossier: digest })).toMatchObject({
    status: 'older-composer',
    composer: COMPOSER_VERSION - 1,
  });
});

it.each([
  ['is about other evidence', async () => ({ evidence: (await blobs.put(canonicalBytes({ other: true }))).digest })],
  ['is not kept', async () => ({ dossier: digestOf('f') })],
  ['is something else', async () => ({ dossier: (await blobs.put(new TextEncoder().encode('{}'))).digest })],
  ['is no document', async () => ({ dossier: (await blobs.put(new TextEncoder().encode('not JSON'))).digest })],
  [
    'says what its evidence does not',
    async () => {
      const { abilities: _, ...rest } = dossierOf({ set: sampleSet(), evidence, request: null, at: null });
      return { dossier: (await blobs.put(canonicalBytes({ ...rest, abilities: [] }))).digest };
    },
  ],
])('a dossier that %s is broken', async (_what, change) => {
  expect(await verified(await change())).toMatchObject({ status: 'broken', decision: 'A-1' });
});
