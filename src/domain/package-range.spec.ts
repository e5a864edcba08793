import { expect, it } from 'vitest';
import { packageRange } from './package-range.ts';

const rules = {
  id: 'made',
  title: 'Made',
  names: { normalise: (raw: string) => (/^[a-z]+$/i.test(raw) ? raw.toLowerCase() : undefined) },
  versions: {
    rangeExample: '>=1,<2',
    // Ecosystems take nothing for everything.
    satisfies: (_version: string, range: string) => (/^[<>=\d.,\s]*$/.test(range) ? true : undefined),
  },
};
const read = (asked: { readonly ecosystem?: string; readonly name?: string; readonly versions?: string | null }) =>
  packageRange([rules], { ecosystem: 'made', name: 'wood', versions: null, ...asked });

it('reads a package or a range of its versions, with the name in its normal form', () => {
  expect(read({ name: 'Wood' })).toEqual({ ecosystem: rules, name: 'wood', versions: null });
  expect(read({ versions: '<2' })).toMatchObject({ versions: '<2' });
});

it.each([
  [{ ecosystem: 'gem' }, 'unknown-ecosystem', /There are: made\./],
  [{ name: '../wood' }, 'not-a-name', /as the package client does/],
  [{ versions: 'foo' }, 'unknown-range', />=1,<2/],
  [{ versions: '' }, 'unknown-range', />=1,<2/],
  [{ versions: ' ' }, 'unknown-range', />=1,<2/],
  [{ versions: ',' }, 'unknown-range', />=1,<2/],
  [{ versions: `<${'1'.repeat(500)}` }, 'unknown-range', />=1,<2/],
])('refuses %j with %s, and says what would do', (asked, code, next) => {
  expect(() => read(asked)).toThrow(expect.objectContaining({ code, next: expect.stringMatching(next) }));
});
