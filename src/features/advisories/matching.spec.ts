import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fixedVersions, isAffected } from '../../domain/advisory-range.ts';
import { pypiNames } from '../../ecosystems/pypi/names.ts';
import { pypiVersions } from '../../ecosystems/pypi/versions.ts';
import { readRecord } from './record.ts';

const DATA = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'advisories', 'pypi.jsonl.gz');
const { compare } = pypiVersions;

/**
 * Records whose list and ranges contradict each other: pre-releases of a version that is said to introduce the flaw,
 * a fix that is listed as affected, events of two ranges written into one. The list counts beside the ranges.
 */
const CONTRADICTORY = ['PYSEC-2021-114', 'PYSEC-2023-177', 'PYSEC-2023-61'];
/** Records in which one range fixes what another introduces at the same version. */
const FIXED_AND_AFFECTED = ['PYSEC-2021-114', 'PYSEC-2022-236', 'PYSEC-2022-42972', 'PYSEC-2023-177', 'PYSEC-2023-72'];

describe.skipIf(!existsSync(DATA))('matching against real records (shared data)', () => {
  const packages = (existsSync(DATA) ? gunzipSync(readFileSync(DATA)).toString('utf8').split('\n') : [])
    .filter((line) => line !== '')
    .flatMap((line) => {
      const read = readRecord(JSON.parse(line), 'line', (_, name) => pypiNames.normalise(name));
      return read.status === 'read' ? read.document.packages.map((one) => ({ id: read.document.id, ...one })) : [];
    })
    .map(({ ranges, ...one }) => ({ ...one, ranges: ranges.map((events) => ({ events })) }));
  const both = packages.filter(({ ranges, versions }) => ranges.length > 0 && versions.length > 0);

  it('affects every version that a record lists', () => {
    expect(both.length).toBeGreaterThan(2500);
    const missed = both.flatMap((one) => one.versions.filter((version) => !isAffected(version, one, compare)));
    expect(missed).toEqual([]);
  });

  it('reads the same versions out of the ranges alone', () => {
    const disagreeing = both.filter((one) =>
      one.versions.some((version) => !isAffected(version, { ...one, versions: [] }, compare)),
    );
    expect([...new Set(disagreeing.map(({ id }) => id))].toSorted()).toEqual(CONTRADICTORY);
  });

  it('lets every fixed version be', () => {
    const affected = packages.filter((one) =>
      fixedVersions(one, compare).some((fixed) => isAffected(fixed, one, compare)),
    );
    expect([...new Set(affected.map(({ id }) => id))].toSorted()).toEqual(FIXED_AND_AFFECTED);
  });
});
