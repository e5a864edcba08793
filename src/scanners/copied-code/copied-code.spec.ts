import { describe, expect, it } from 'vitest';
import { aDistribution, aScanContext } from '../../../test/contract/distribution-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { pythonModule, TAKEN_IN_PART, TOUCHED_UP } from '../../../test/corpora/code.ts';
import { contentFile } from '../../../test/harness/content.ts';
import type { CodeMatch, CopiesAnswer } from '../../domain/copied-code.ts';
import type { ScanContext } from '../contract.ts';
import { copiedCodeScanner } from './index.ts';
import { CodePrinter, FEWEST_TOKENS, RUN, WINDOW, winnow } from './prints.ts';
import { hashTokens, PIECE } from './tokens.ts';

const OTHER = { ecosystem: 'pypi', name: 'other', version: '2.0', path: 'other/a.py', licences: ['GPL-3.0-only'] };
const match = (change: Partial<CodeMatch> = {}): CodeMatch => ({
  ...{ extent: 'file', path: 'demo/a.py', licences: ['MIT'], part: 1, other: OTHER },
  ...change,
});
const answering = (
  matches: readonly CodeMatch[],
  change: Partial<Extract<CopiesAnswer, { status: 'ready' }>> = {},
): ScanContext => ({
  ...aScanContext,
  copies: async () => ({ status: 'ready', matches, cut: false, packages: 2, files: 3, leftOut: 0, ...change }),
});

function tokenHashes(path: string, text: string): Uint32Array {
  const all: number[] = [];
  hashTokens(path, text, (piece) => {
    for (const hash of piece) all.push(hash);
  });
  return Uint32Array.from(all);
}

itKeepsTheScannerContract(copiedCodeScanner, {
  context: answering([match()]),
  judged: [
    { title: 'code of another package', subject: aDistribution() },
    { title: 'code of nobody else', subject: aDistribution(), context: answering([]) },
    {
      title: 'hundreds of matches under strange names',
      subject: aDistribution(),
      context: answering(
        Array.from({ length: 500 }, (_, at) =>
          match({ path: `\u202e${'x'.repeat(2000)}${at}`, other: { ...OTHER, name: `n${at % 90}` } }),
        ),
      ),
    },
  ],
  unjudged: [
    {
      title: 'a file that the index does not hold',
      subject: aDistribution(),
      context: { ...aScanContext, copies: async () => ({ status: 'unreadable', reason: 'it is full' }) },
    },
    { title: 'a file that was compared in part', subject: aDistribution(), context: answering([], { leftOut: 1 }) },
  ],
});

describe('copied code', () => {
  const codes = async (matches: readonly CodeMatch[]) => {
    const outcome = await copiedCodeScanner.scan(aDistribution(), answering(matches));
    return outcome.status === 'completed'
      ? outcome.findings.map(({ severity, data }) => [severity, data.code])
      : outcome;
  };
  const vendored = { path: 'demo/_vendor/a.js', other: { ...OTHER, path: 'other/static/a.js' } };

  it.each<[string, Partial<CodeMatch>, readonly string[]]>([
    ['another licence', {}, ['medium', 'other-licence']],
    ['the same licence', { licences: ['GPL-3.0-only'] }, ['info', 'same-licence']],
    ['a licence that nobody knows', { licences: [] }, ['low', 'unknown-licence']],
    ['other licences of two packages that both carry it along', vendored, ['low', 'carried-along']],
  ])('is told by its licences: %s', async (_, change, expected) => {
    expect(await codes([match(change)])).toEqual([expected]);
  });

  it('is one finding for each other package, the worst first', async () => {
    const outcome = await copiedCodeScanner.scan(
      aDistribution(),
      answering([
        match({ licences: ['GPL-3.0-only'], other: { ...OTHER, name: 'same' } }),
        match({ path: 'demo/b.py', extent: 'fragment', part: 0.5 }),
        match(),
      ]),
    );
    expect(outcome).toMatchObject({
      findings: [
        {
          summary:
            '1 file and 1 fragment also in pkg:pypi/other@2.0, under another licence (MIT here, GPL-3.0-only there)',
          location: 'demo/a.py',
          data: {
            places: [
              { path: 'demo/a.py', percent: 100 },
              { path: 'demo/b.py', percent: 50 },
            ],
          },
        },
        { data: { code: 'same-licence', package: 'pkg:pypi/same@2.0' } },
      ],
    });
  });
});

const printed = (path: string, text: string) => {
  const printer = new CodePrinter();
  printer.look(contentFile(path, text));
  return printer.done();
};

describe('prints of source code', () => {
  const original = pythonModule(1, 30);
  const [whole] = printed('a.py', original).files;

  it.each(Object.entries(TOUCHED_UP))('are the same for a file with %s', (_, touch) => {
    const [copy] = printed('lib/b.py', touch(original)).files;
    expect([copy?.digest, copy?.prints]).toEqual([whole?.digest, whole?.prints]);
  });

  it.each(Object.entries(TAKEN_IN_PART))('are shared by code that was taken %s', (_, take) => {
    const [copy] = printed('b.py', take(original, pythonModule(2, 10))).files;
    expect(copy?.digest).not.toBe(whole?.digest);
    const shared = copy?.prints.filter((print) => whole?.prints.includes(print)) ?? [];
    expect(shared.length).toBeGreaterThan((whole?.prints.length ?? 0) / 2);
  });

  it('are shared by no code that is only alike', () => {
    const others = Array.from(
      { length: 40 },
      (_, at) => printed('b.py', pythonModule(at + 3, 30)).files[0]?.prints ?? [],
    );
    expect(others.flat().filter((print) => whole?.prints.includes(print))).toEqual([]);
  });

  it('are the same of a text that is longer than a piece', () => {
    const text = Array.from({ length: 12 }, (_, at) => pythonModule(at + 1, 700)).join('\n');
    const tokens = tokenHashes('a.py', text);
    expect(tokens.length).toBeGreaterThan(2.5 * PIECE);
    const [file] = printed('a.py', text).files;
    expect(file?.tokens).toBe(tokens.length);
    expect(file?.prints).toEqual(winnow(tokens));
  });

  it('miss no fragment of a run and a window', () => {
    const tokens = tokenHashes('a.py', original);
    const prints = winnow(tokens);
    expect(prints.length).toBeLessThan(tokens.length / 40);
    for (let start = 0; start + RUN + WINDOW <= tokens.length; start += 97) {
      const piece = winnow(tokens.slice(start, start + RUN + WINDOW - 1));
      expect(piece.some((print) => prints.includes(print))).toBe(true);
    }
  });

  it('say which licence the file states itself', () => {
    const header = '# SPDX-License-Identifier: MIT\n';
    expect(printed('a.py', `${header}${original}`).files[0]?.licences).toEqual(['MIT']);
    expect(whole?.licences).toEqual([]);
  });

  it('are not made of small files, of prose, or of half a file, and the last is told', () => {
    const small = 'import os\n'.repeat(FEWEST_TOKENS / 4);
    expect(printed('__init__.py', small)).toEqual({ files: [], leftOut: 0 });
    expect(printed('README.md', original)).toEqual({ files: [], leftOut: 0 });
    const printer = new CodePrinter();
    printer.look({ ...contentFile('a.py', original), complete: false });
    expect(printer.done()).toEqual({ files: [], leftOut: 1 });
  });

  it('are thinned out evenly where there are too many, so that copies still share some', () => {
    const printer = new CodePrinter();
    const many = Array.from({ length: 60 }, (_, at) => pythonModule(at + 100, 600));
    for (const [at, text] of many.entries()) printer.look(contentFile(`m${at}.py`, text));
    const prints = printer.done().files.flatMap((file) => file.prints);
    const all = printed('m.py', many[0] ?? '').files[0]?.prints ?? [];
    expect(prints.length).toBeLessThanOrEqual(40_000);
    expect(prints.filter((print) => all.includes(print)).length).toBeGreaterThan(4);
  });

  it.each(['"""', '/*', "'", '`', '\\', '#', '/'])('end with the file, whatever is left open: %s', (open) => {
    for (const path of ['a.py', 'a.js', 'a.R'])
      expect(tokenHashes(path, `x = 1 ${open}`.repeat(3)).length).toBeGreaterThan(0);
  });
});
