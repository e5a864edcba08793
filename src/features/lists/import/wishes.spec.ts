import { describe, expect, it } from 'vitest';
import type { Outline } from '../../../domain/outline.ts';
import { cran } from '../../../ecosystems/cran/index.ts';
import { npm } from '../../../ecosystems/npm/index.ts';
import { pypi } from '../../../ecosystems/pypi/index.ts';
import { parseList } from './formats.ts';
import { hygieneOf } from './hygiene.ts';
import { wishesOf } from './wishes.ts';
import { writeNames, writeUkTre } from './write.ts';

function found(version: string, tree: Readonly<Record<string, readonly string[]>>): Outline {
  return { status: 'found', version, tree: new Map(Object.entries(tree)) };
}

function wishes(text: string, outlines: Readonly<Record<string, Outline>>, { here = [] as string[], of = cran } = {}) {
  const { entries } = parseList(text);
  const report = hygieneOf(entries, of, new Map(Object.entries(outlines)));
  return wishesOf(report.entries, new Set(here), of).map((wish) =>
    wish.kind === 'ask' ? `${wish.name}${wish.version === null ? '' : ` ${wish.version}`}` : `- ${wish.why}`,
  );
}

const CHILD = found('1.0', { child: [] });
const PARENT = found('1.0', { parent: ['child'], child: [] });
const entry = (name: string, version = '> 0', revoked: string | null = null) => ({
  ...{ package_name: name, version, approval_date: '2023-10-16', revoke_date: revoked },
});

describe('requests from a list', () => {
  it('are for what is wanted for itself: what others bring along comes with them', () => {
    expect(
      wishes('child\nparent\nalone\n', { child: CHILD, parent: PARENT, alone: found('1.0', { alone: [] }) }),
    ).toEqual(['- comes with parent', 'parent', 'alone']);
  });

  it('leave nothing out because of a parent that is not asked for itself', () => {
    expect(wishes('child\nparent\n', { child: CHILD, parent: PARENT }, { here: ['parent'] })).toEqual([
      'child',
      '- already-here',
    ]);
    const revoked = JSON.stringify([entry('child'), entry('parent', '> 0', '2024-01-01')]);
    expect(wishes(revoked, { child: CHILD, parent: PARENT })).toEqual(['child', '- revoked']);
  });

  it('ask once for packages that need each other', () => {
    const circle = { a1: found('1', { a1: ['b1'], b1: ['a1'] }), b1: found('1', { b1: ['a1'], a1: ['b1'] }) };
    expect(wishes('a1\nb1\n', circle, { of: npm })).toEqual(['a1', '- comes with a1']);
  });

  it('are for the version that the list names, and for none where it names one that is not the newest in words only', () => {
    const list = JSON.stringify([entry('child', '== 0.9'), entry('parent', '< 1.0'), entry('other', '>= 0.5')]);
    const outlines = { child: CHILD, parent: PARENT, other: found('1.0', { other: [] }) };
    expect(wishes(list, outlines)).toEqual(['child 0.9', '- newest-outside-range', 'other']);
    expect(
      wishes(JSON.stringify([entry('child', '== 1.0.0')]), { child: found('1.0.0', { child: [] }) }, { of: npm }),
    ).toEqual(['child 1.0.0']);
  });

  it('are never for what is no name, comes with the language, was not found or could not be looked up', () => {
    const outlines: Readonly<Record<string, Outline>> = {
      gone: { status: 'unknown', near: undefined },
      asleep: { status: 'could-not-check', reason: 'no answer' },
      stuck: { status: 'unresolvable', reason: 'no file fits' },
    };
    expect(wishes('num.*\nstats\ngone\nasleep\nstuck\n', outlines)).toEqual([
      '- not-a-name',
      '- part-of-runtime',
      '- not-found',
      '- could-not-check',
      '- not-installable',
    ]);
  });
});

describe('a list for other installations', () => {
  const entries = [
    { name: 'survey', version: '1.1', acceptedAt: '2026-01-02T10:00:00.000Z' },
    { name: 'RPostgreSQL', version: '0.7-5', acceptedAt: '2026-01-03T23:59:59.000Z' },
    { name: 'survey', version: '1.0', acceptedAt: '2026-01-02T10:00:00.000Z' },
  ];

  it('of names has each once, and is read back as it was', () => {
    const text = writeNames(entries);
    expect(text).toBe('RPostgreSQL\nsurvey\n');
    expect(parseList(text).entries.map((one) => one.text)).toEqual(['RPostgreSQL', 'survey']);
  });

  it('of uk-tre/packages has every version and its day, and is read back as it was', () => {
    const { format, entries: read } = parseList(writeUkTre(entries));
    expect(format).toBe('uk-tre');
    expect(read.map((one) => `${one.text} ${one.range}`)).toEqual([
      'survey == 1.1',
      'RPostgreSQL == 0.7-5',
      'survey == 1.0',
    ]);
    expect(JSON.parse(writeUkTre(entries))[1]).toEqual({
      ...entry('RPostgreSQL', '== 0.7-5'),
      approval_date: '2026-01-03',
    });
  });

  it('that is empty is a list still', () => {
    expect(parseList(writeNames([])).entries).toEqual([]);
    expect(parseList(writeUkTre([]))).toEqual({ format: 'uk-tre', entries: [] });
  });

  it('is in the words of each ecosystem: what names a release here names it there', () => {
    for (const [of, name, version] of [
      [pypi, 'zope-interface', '6.1'],
      [npm, '@scope/name', '1.0.0'],
      [cran, 'RPostgreSQL', '0.7-5'],
    ] as const) {
      const text = writeUkTre([{ name, version, acceptedAt: '2026-01-02T10:00:00.000Z' }]);
      expect(wishes(text, { [name]: found(version, { [name]: [] }) }, { of })).toEqual([`${name} ${version}`]);
    }
  });
});
