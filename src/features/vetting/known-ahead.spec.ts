import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import type { Digest } from '../../domain/digest.ts';
import { isCodeIndexed, saveCode } from './code-index.ts';
import { KnownAhead } from './known-ahead.ts';
import { findContentOutcomes, findExamination, saveContentOutcomes, saveExamination } from './store.ts';

const SHA256: Digest = `sha256:${'a'.repeat(64)}`;
const OTHER: Digest = `sha256:${'b'.repeat(64)}`;
const VERSIONS = { ecosystem: 'pypi', examiner: 2, printer: 3 };
const FILE = { sha256: SHA256, ecosystem: 'pypi', filename: 'sails-1.0-py3-none-any.whl', name: 'sails' };
const EXAMINED = { ...FILE, version: '1.0', examiner: 2 };
const INSPECTED = { ...FILE, releaseVersion: '1.0' };
const PRINTED = { ...INSPECTED, printer: 3 };
const RESULT = { problems: [], entries: 1, unpackedBytes: 1, metadata: null, buildRequires: null };
const NOTHING = { status: 'completed', findings: [] } as const;

let test: TestDatabase;
beforeEach(async () => {
  test = await openTestDatabase();
  const at = test.clock.now();
  await saveExamination(test.db, EXAMINED, RESULT, at);
  const rows = [
    { scanner: 'secrets', version: 1, outcome: NOTHING },
    { scanner: 'licences', version: 4, outcome: NOTHING },
  ];
  await saveContentOutcomes(test.db, INSPECTED, { rows, at });
  await saveCode(test.db, PRINTED, { code: { files: [], leftOut: 0 }, licences: [], at });
});
afterEach(() => test.close());

async function loaded(digests: readonly Digest[], versions = VERSIONS): Promise<KnownAhead> {
  const known = new KnownAhead();
  await known.load(test.db, digests, versions);
  return known;
}

it('says of each file what asking for it alone says', async () => {
  const known = await loaded([OTHER, SHA256]);
  expect(known.examination(EXAMINED)).toEqual(await findExamination(test.db, EXAMINED));
  expect(known.contentOutcomes(INSPECTED)?.toSorted((a, b) => a.version - b.version)).toEqual(
    (await findContentOutcomes(test.db, INSPECTED)).toSorted((a, b) => a.version - b.version),
  );
  expect(known.contentOutcomes(INSPECTED)).toHaveLength(2);
  expect([known.isIndexed(PRINTED), await isCodeIndexed(test.db, PRINTED)]).toEqual([true, true]);
});

it('knows nothing of the same bytes under another name, release or file name', async () => {
  const known = await loaded([SHA256]);
  for (const other of [{ name: 'mast' }, { filename: 'sails-1.0-cp312-cp312-any.whl' }, { ecosystem: 'npm' }]) {
    expect(known.examination({ ...EXAMINED, ...other })).toBeUndefined();
    expect(known.contentOutcomes({ ...INSPECTED, ...other })).toBeUndefined();
  }
  expect(known.examination({ ...EXAMINED, version: '2.0' })).toBeUndefined();
  expect(known.isIndexed({ ...PRINTED, releaseVersion: '2.0' })).toBe(false);
});

it('knows nothing that another version of the reading came to, and nothing that was not asked for', async () => {
  const newer = await loaded([SHA256], { ecosystem: 'pypi', examiner: 3, printer: 4 });
  expect(newer.examination({ ...EXAMINED, examiner: 3 })).toBeUndefined();
  expect(newer.isIndexed({ ...PRINTED, printer: 4 })).toBe(false);
  for (const known of [await loaded([]), await loaded([OTHER])]) {
    expect(known.examination(EXAMINED)).toBeUndefined();
    expect(known.contentOutcomes(INSPECTED)).toBeUndefined();
    expect(known.isIndexed(PRINTED)).toBe(false);
  }
});
