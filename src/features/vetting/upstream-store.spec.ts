import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import type { Distribution, UpstreamPackage } from '../../domain/distribution.ts';
import { findListedFiles, findUpstreamPackage, saveUpstreamPackage, saveUpstreamPackages } from './upstream-store.ts';

const MONDAY = '2026-01-05T00:00:00.000Z';
const TUESDAY = '2026-01-06T00:00:00.000Z';
const WEDNESDAY = '2026-01-07T00:00:00.000Z';

let test: TestDatabase;
beforeEach(async () => {
  test = await openTestDatabase();
});
afterEach(() => test.close());

function fileOf(name: string, yanked: string | false): Distribution {
  const filename = `${name}-1.0-py3-none-any.whl`;
  const nothing = { sha256: undefined, integrity: undefined, size: undefined, uploadedAt: undefined };
  const more = { requiresRuntime: undefined, deprecated: undefined, metadata: undefined, provenanceUrl: undefined };
  const url = `https://upstream.example/${filename}`;
  return { filename, url, source: 'a', kind: 'wheel', ...nothing, ...more, yanked };
}

function listing(name: string, readAt: string, yanked: string | false = false): UpstreamPackage {
  const releases = [{ version: '1.0', distributions: [fileOf(name, yanked)] }];
  return { ecosystem: 'pypi', name, releases, status: undefined, warnings: [], readAt };
}

const save = (...listings: readonly UpstreamPackage[]) => saveUpstreamPackages(test.db, 'pypi', listings);
const kept = (name: string) => findUpstreamPackage(test.db, 'pypi', name);
async function listed(name: string) {
  const file = { name, version: '1.0', filename: fileOf(name, false).filename };
  return (await findListedFiles(test.db, 'pypi', [file]))(file);
}

/** When the document of a package was last written: the moment of reading that stands in it. */
async function written(name: string): Promise<string | undefined> {
  const { rows } = await test.pool.query<{ at: string }>(
    `select document ->> 'readAt' as at from upstream_packages where name = $1`,
    [name],
  );
  return rows[0]?.at;
}

it('keeps each of several listings, as one that is read alone', async () => {
  await save(listing('sloop', MONDAY), listing('ketch', MONDAY, 'leaks'));
  expect(await kept('sloop')).toEqual(listing('sloop', MONDAY));
  expect(await kept('ketch')).toEqual(listing('ketch', MONDAY, 'leaks'));
  await save();
  await saveUpstreamPackage(test.db, listing('yawl', MONDAY));
  expect(await kept('yawl')).toEqual(listing('yawl', MONDAY));
});

it('says of a listing that was read again unchanged what it would say of a new one, without writing it again', async () => {
  await save(listing('sloop', MONDAY), listing('ketch', MONDAY));
  await save(listing('sloop', TUESDAY), listing('ketch', TUESDAY, 'leaks'));
  expect(await kept('sloop')).toEqual(listing('sloop', TUESDAY));
  expect(await listed('sloop')).toEqual({ files: [fileOf('sloop', false)], readAt: TUESDAY });
  expect(await written('sloop')).toBe(MONDAY);
  expect(await kept('ketch')).toEqual(listing('ketch', TUESDAY, 'leaks'));
  expect(await written('ketch')).toBe(TUESDAY);
});

it('keeps what changed and changed back, however often', async () => {
  await save(listing('sloop', MONDAY));
  await save(listing('sloop', TUESDAY, 'leaks'));
  expect(await kept('sloop')).toEqual(listing('sloop', TUESDAY, 'leaks'));
  await save(listing('sloop', WEDNESDAY));
  expect(await kept('sloop')).toEqual(listing('sloop', WEDNESDAY));
});

it('keeps what was read last, whichever comes last', async () => {
  await save(listing('sloop', TUESDAY));
  await save(listing('sloop', MONDAY, 'leaks'));
  await save(listing('sloop', MONDAY));
  expect(await kept('sloop')).toEqual(listing('sloop', TUESDAY));
});

it('writes a listing once more where it is not known what the kept one says', async () => {
  await save(listing('sloop', MONDAY));
  await test.pool.query('update upstream_packages set said = null');
  await save(listing('sloop', TUESDAY));
  expect(await written('sloop')).toBe(TUESDAY);
});
