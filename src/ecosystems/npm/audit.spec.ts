import { describe, expect, it } from 'vitest';
import { npmAudit } from './audit.ts';

const BULK = '-/npm/v1/security/advisories/bulk';
const TREE = '-/npm/v1/security/audits';
const read = (path: string, text: string) => npmAudit.read(path, new TextEncoder().encode(text));
const versions = (count: number) => Array.from({ length: count }, (_, at) => `1.0.${at}`);

interface Tree {
  readonly version?: string;
  readonly dependencies: Readonly<Record<string, Tree>>;
}

/** Two names at every level: a tree of `2 ** levels` entries. */
function doubling(levels: number): Tree {
  const below = levels === 0 ? undefined : doubling(levels - 1);
  return { version: '1.0.0', dependencies: below === undefined ? {} : { a: below, b: below } };
}

describe('audits of npm clients', () => {
  it('are read with every version, and where in a tree it stands', () => {
    const c = { version: '3.0.0', dependencies: {} };
    const tree = {
      dependencies: { a: { version: '1.0.0', dependencies: { c } }, b: { version: '2.0.0', dependencies: { c } } },
    };
    const question = read(TREE, JSON.stringify(tree));
    expect([...(question?.packages ?? [])]).toEqual([
      ['a', ['1.0.0']],
      ['c', ['3.0.0']],
      ['b', ['2.0.0']],
    ]);
    expect(question?.paths.get('c@3.0.0')).toEqual(['a>c', 'b>c']);
    expect(read(BULK, JSON.stringify({ a: versions(3) }))?.packages.get('a')).toEqual(versions(3));
  });

  it('are no questions where they ask for more than a tree can hold: half an answer would pass for a clean one', () => {
    expect(read(TREE, JSON.stringify(doubling(10)))).toBeDefined();
    expect(read(TREE, JSON.stringify(doubling(18)))).toBeUndefined();
    expect(read(BULK, JSON.stringify({ a: versions(10_000) }))).toBeUndefined();
    const many = versions(10_000).map((version, at) => [`p${at}`, { dependencies: { a: { version } } }]);
    expect(read(TREE, JSON.stringify({ dependencies: Object.fromEntries(many) }))).toBeUndefined();
    const deep = `${'{"dependencies":{"a":'.repeat(200_000)}{}${'}}'.repeat(200_000)}`;
    expect(read(TREE, deep)).toBeUndefined();
  });
});
