import { describe, expect, it } from 'vitest';
import type { Outline } from '../../../domain/outline.ts';
import { Problem } from '../../../domain/problem.ts';
import { cran } from '../../../ecosystems/cran/index.ts';
import { npm } from '../../../ecosystems/npm/index.ts';
import { pypi } from '../../../ecosystems/pypi/index.ts';
import { parseList } from './formats.ts';
import { hygieneOf, namesToAsk } from './hygiene.ts';

function ukTre(...entries: readonly Readonly<Record<string, unknown>>[]): string {
  const usual = { version: '> 0', approval_date: '2023-10-16', revoke_date: null };
  return JSON.stringify(entries.map((entry) => ({ ...usual, ...entry })));
}

function codeOf(text: string): unknown {
  try {
    parseList(text);
    return undefined;
  } catch (error) {
    return error instanceof Problem ? error.code : error;
  }
}

describe('a list', () => {
  it('of names has one per line; blank lines and comments name nothing, and nothing is a pattern', () => {
    const { format, entries } = parseList(
      '\uFEFF# ours\r\nbroom\r\n\r\n  broom.helpers # asked for in May\n*\nnum.*\n',
    );
    expect(format).toBe('names');
    expect(entries.map(({ at, text }) => [at, text])).toEqual([
      [2, 'broom'],
      [4, 'broom.helpers'],
      [5, '*'],
      [6, 'num.*'],
    ]);
  });

  it('of uk-tre/packages has versions and dates', () => {
    const list = parseList(
      ukTre({ package_name: 'numpy', version: '== 1.2.3' }, { package_name: 'old', revoke_date: '2024-01-01' }),
    );
    expect(list.format).toBe('uk-tre');
    expect(list.entries).toEqual([
      { at: 1, text: 'numpy', range: '== 1.2.3', revokedOn: null },
      { at: 2, text: 'old', range: null, revokedOn: '2024-01-01' },
    ]);
  });

  it('that is half understood is refused whole', () => {
    for (const text of [
      '[{"package_name": "numpy"',
      ukTre({ package_name: 'numpy', tier: 3 }),
      ukTre({ package_name: 'numpy' }, { package_name: 'scipy', version: 'newest' }),
      ukTre({ package_name: 'numpy', approval_date: 'last May' }),
      '{"package_name": "numpy"}',
      'a\n'.repeat(20_001),
    ])
      expect(codeOf(text), text.slice(0, 60)).toBe('not-a-list');
    expect(codeOf('')).toBeUndefined();
  });
});

function found(version: string, tree: Readonly<Record<string, readonly string[]>>): Outline {
  return { status: 'found', version, tree: new Map(Object.entries(tree)) };
}

describe('the report over a list', () => {
  const { entries } = parseList('dplyr\nrlang\nstats\nrpostgresql\nbroom\ndplyr\nnum.*\nasleep\nneeds.windows\n');
  const outlines = new Map<string, Outline>([
    ['dplyr', found('1.1', { dplyr: ['rlang', 'vctrs'], rlang: [], vctrs: ['rlang', 'cli'], cli: [] })],
    ['rlang', found('1.0', { rlang: [] })],
    ['broom', found('1.0', { broom: ['dplyr'], dplyr: ['rlang', 'vctrs'], rlang: [], vctrs: ['cli'], cli: [] })],
    ['rpostgresql', { status: 'unknown', near: 'RPostgreSQL' }],
    ['asleep', { status: 'could-not-check', reason: 'the source did not answer' }],
    ['needs.windows', { status: 'unresolvable', reason: 'no file fits' }],
  ]);
  const report = hygieneOf(entries, cran, outlines);
  const of = (name: string) => report.entries.find((one) => one.text === name);

  it('asks sources about names alone, each once, and not about what comes with the language', () => {
    expect(namesToAsk(entries, cran)).toEqual(['dplyr', 'rlang', 'rpostgresql', 'broom', 'asleep', 'needs.windows']);
  });

  it('says why each entry is there, and which nothing needs', () => {
    expect(of('rlang')?.neededBy).toEqual(['dplyr']);
    expect(of('dplyr')?.neededBy).toEqual(['broom']);
    expect(of('broom')?.neededBy).toEqual([]);
  });

  it('names what is missing, and who pulls it in', () => {
    expect(report.missing).toEqual([
      { name: 'cli', neededBy: ['broom', 'dplyr'] },
      { name: 'vctrs', neededBy: ['broom', 'dplyr'] },
    ]);
    expect(of('dplyr')?.missing).toEqual(['cli', 'vctrs']);
  });

  it('says what is wrong with an entry', () => {
    expect(report.entries.map(({ text, problems }) => `${text}: ${problems.join(' ')}`)).toEqual([
      'dplyr: ',
      'rlang: ',
      'stats: part-of-runtime',
      'rpostgresql: not-found',
      'broom: ',
      'dplyr: duplicate',
      'num.*: not-a-name',
      'asleep: could-not-check',
      'needs.windows: not-installable',
    ]);
    expect(of('rpostgresql')?.reason).toMatch(/RPostgreSQL/);
    expect(of('asleep')?.reason).toBe('the source did not answer');
  });

  it.each([cran, npm])('takes names of $title that differ in capitals alone for packages of their own', (ecosystem) => {
    const list = parseList('Harbour\nharbour\nHARBOUR\nHarbour\n');
    expect(namesToAsk(list.entries, ecosystem)).toEqual(['Harbour', 'harbour', 'HARBOUR']);
    const known = new Map<string, Outline>([
      ['Harbour', found('1.0', { Harbour: ['harbour'], harbour: [] })],
      ['harbour', found('2.0', { harbour: [] })],
      ['HARBOUR', { status: 'unknown', near: 'harbour' }],
    ]);
    const { entries: reported, missing } = hygieneOf(list.entries, ecosystem, known);
    expect(reported.map(({ text, problems, neededBy }) => [text, problems.join(' '), neededBy])).toEqual([
      ['Harbour', '', []],
      ['harbour', '', ['Harbour']],
      ['HARBOUR', 'not-found', []],
      ['Harbour', 'duplicate', []],
    ]);
    expect(missing).toEqual([]);
  });

  it('compares names in the form that counts, and ranges in the language of the ecosystem', () => {
    const list = parseList(
      ukTre(
        { package_name: 'Ruamel_Yaml', version: '== 0.17' },
        { package_name: 'ruamel.yaml', revoke_date: '2024-01-01' },
        { package_name: 'numpy', version: '== one' },
      ),
    );
    const known = new Map([
      ['ruamel-yaml', found('0.18', { 'ruamel-yaml': [] })],
      ['numpy', found('2.0', { numpy: [] })],
    ]);
    expect(hygieneOf(list.entries, pypi, known).entries.map(({ problems }) => problems)).toEqual([
      ['written-otherwise', 'newest-outside-range'],
      ['duplicate', 'written-otherwise', 'revoked'],
      ['unknown-range'],
    ]);
  });
});
