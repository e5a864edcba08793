import { describe, expect, it } from 'vitest';
import { idsSource, licenceTexts, tableSource } from '../../../test/corpora/licence-table.ts';
import {
  COMMON_LICENCES,
  changedSamples,
  licenceSamples,
  NO_LICENCES,
  SHORT_FORMS,
} from '../../../test/corpora/licences.ts';
import { LicenceReader } from './file-licences.ts';
import * as ids from './ids.ts';
import { readLicenceText } from './matcher.ts';
import * as table from './table.ts';

describe('the table of licence texts', () => {
  it.each([
    ['ids', ids, idsSource],
    ['texts', table, tableSource],
  ])('has the %s that its script writes from the lists', (_what, values, sourceOf) => {
    const source = sourceOf();
    for (const [name, value] of Object.entries(values))
      expect(
        source.includes(`export const ${name} =\n  '${value}'`) || source.includes(`export const ${name} = '${value}'`),
      ).toBe(true);
  });
});

/** Only the last words tell these from a licence that was made from them. */
const TOLD_BY_ENDING = ['MPL-1.1', 'X11'];

describe('licence texts', () => {
  const read = ({ path, text }: { readonly path: string; readonly text: string }) =>
    new LicenceReader().read({ path, text }).licences.map(({ ids }) => ids);

  it.each(COMMON_LICENCES)('of %s are known in every variation, and taken for no other', (id) => {
    for (const sample of licenceSamples([id])) {
      if (TOLD_BY_ENDING.includes(id) && sample.variation === 'without its last words') continue;
      const found = read(sample);
      expect([sample.variation, found.length, found[0]]).toEqual([sample.variation, 1, expect.arrayContaining([id])]);
    }
  });

  it.each(NO_LICENCES)('are not seen in $path: $text', (sample) => {
    expect(read(sample)).toEqual([]);
    expect(new LicenceReader().read(sample).families).toEqual([]);
  });

  it.each(changedSamples())('of $id $change are told as it or as like it, and as no other', ({ told, text }) => {
    const { licences, changed } = new LicenceReader().read({ path: 'LICENSE', text });
    const ids =
      licences.length > 0 ? licences.map((one) => one.ids) : changed.map((like) => like.flatMap((one) => one.ids));
    expect(ids).toEqual([expect.arrayContaining([told])]);
  });

  it('in several comments of one header are read as one', () => {
    const pieces = text('BSD-3-Clause').replaceAll(/^(?=.)/gm, '# ');
    expect(read({ path: 'pkg/a.py', text: `${pieces}\n\nimport os\n` })).toEqual([['BSD-3-Clause']]);
  });

  it.each(SHORT_FORMS)('that are only named are told as names: $text', (sample) => {
    const { licences, families } = new LicenceReader().read(sample);
    expect(licences.filter(({ how }) => how !== 'name')).toEqual([]);
    expect([...licences.flatMap(({ ids }) => ids), ...families.map(({ name }) => name)].join()).toBe(sample.names);
  });

  it('that are named beside a whole text are told by the text alone', () => {
    const licences = read({ path: 'pkg/a.js', text: `/*! example | MIT License\n${text('ISC')}\n*/` });
    expect(licences).toEqual([['ISC']]);
  });

  const text = (id: string) => licenceTexts().get(id) ?? '';
  it.each([
    [['MIT', 'Apache-2.0', 'BSD-3-Clause']],
    [['ISC', '0BSD']],
    [['GPL-3.0-only', 'LGPL-3.0-only']],
    [['BSD-2-Clause', 'BSD-3-Clause', 'MIT']],
  ])('of several licences in one file are told apart: %s', (ids) => {
    const { matches } = readLicenceText(ids.map(text).join('\n\n---\n\n'));
    const named = ids.map((id) => matches.filter((match) => match.ids.includes(id)).length);
    expect([matches.length, named]).toEqual([ids.length, ids.map(() => 1)]);
  });

  it('cut in half are no licence, and the nearest one is named', () => {
    const { matches, nearest } = readLicenceText(text('MPL-2.0').slice(0, 9_000));
    expect(matches).toEqual([]);
    expect(nearest?.ids).toContain('MPL-2.0');
    expect(nearest?.coverage).toBeGreaterThan(0.4);
  });
});
