import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDcf, parseDcf } from './dcf.ts';
import { hardRequirements, parseRequirements, requiredR } from './requirements.ts';

describe('DCF', () => {
  it('is records of fields, with continuation lines', () => {
    const text = 'Package: A3\nDepends: R (>= 2.15.0),\n        xtable, pbapply\n\n\nPackage: b\r\nVersion: 1.0\r\n';
    expect(parseDcf(text)?.map((record) => [...record])).toEqual([
      [
        ['Package', 'A3'],
        ['Depends', 'R (>= 2.15.0),\nxtable, pbapply'],
      ],
      [
        ['Package', 'b'],
        ['Version', '1.0'],
      ],
    ]);
  });

  it('is nothing where a line belongs to no field or a field stands twice', () => {
    for (const bad of [' continued', 'Package A3', 'Package: a\nPackage: b', '<html>', ': x'])
      expect(parseDcf(bad), bad).toBeUndefined();
  });

  it('is written in a moment, however long a run of blanks in a value is', () => {
    const began = process.cpuUsage();
    expect(formatDcf([['License', `GPL${' '.repeat(200_000)}2`]])).toHaveLength(200_014);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(1_000);
  });

  it('cannot be made to hold another field by a value', () => {
    const value = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', ':', '\t', 'é'), maxLength: 30 });
    fc.assert(
      fc.property(value, value, (first, second) => {
        const record = parseDcf(
          formatDcf([
            ['Title', first],
            ['Package', `p${second}`],
          ]),
        )?.[0];
        expect([...(record?.keys() ?? [])]).toEqual(['Title', 'Package']);
      }),
    );
  });
});

describe('requirements', () => {
  it('are names with comparisons', () => {
    expect(parseRequirements('R (>= 3.5), methods,\nRcpp (>= 0.12.3)')).toEqual([
      { name: 'R', comparisons: [{ operator: '>=', version: '3.5' }] },
      { name: 'methods', comparisons: [] },
      { name: 'Rcpp', comparisons: [{ operator: '>=', version: '0.12.3' }] },
    ]);
    expect(parseRequirements('R (>= r70000)')).toEqual([{ name: 'R', comparisons: [] }]);
    expect(parseRequirements('R (>= 4), ')).toEqual([{ name: 'R', comparisons: [{ operator: '>=', version: '4' }] }]);
    for (const bad of ['foo (1.0)', 'foo bar', 'foo (~> 1.0)', '1foo', 'foo (>= 1.0'])
      expect(parseRequirements(bad), bad).toBeUndefined();
  });

  it('of a package are those that installing it brings along', () => {
    const [record] = parseDcf('Package: x\nDepends: R (>= 3.5), aa\nImports: bb\nLinkingTo: cc\nSuggests: dd\n') ?? [];
    if (record === undefined) throw new RangeError('no record');
    expect(hardRequirements(record)?.map((one) => one.name)).toEqual(['R', 'aa', 'bb', 'cc']);
    expect(requiredR(record)).toBe('>= 3.5');
  });
});
