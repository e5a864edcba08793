import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aScanContext } from '../../../test/contract/distribution-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { contentFile } from '../../../test/harness/content.ts';
import { digestOf } from '../../../test/harness/evidence-sample.ts';
import type { FileChanges } from '../../domain/file-changes.ts';
import type { ScanContext, Subject } from '../contract.ts';
import { FileComparison, type Holder, placeOf } from './compare.ts';
import { counterpartOf } from './counterpart.ts';
import { changedLinesScanner } from './index.ts';
import { LineCompare } from './lines.ts';

const WHEEL: Holder = { ecosystem: 'pypi', filename: 'mast-1.4-py3-none-any.whl' };
const OLD_WHEEL: Holder = { ecosystem: 'pypi', filename: 'mast-1.3-py3-none-any.whl' };

type Files = Readonly<Record<string, string | Buffer>>;

function compare(before: Files, now: Files, holders = { now: WHEEL, before: OLD_WHEEL }): FileChanges {
  const comparison = new FileComparison(holders);
  const walk = (files: Files, visit: (file: ReturnType<typeof contentFile>) => void) => {
    for (const [path, content] of Object.entries(files)) visit(contentFile(path, content));
  };
  walk(before, (file) => comparison.before(file));
  walk(now, (file) => comparison.now(file));
  if (comparison.settleMoved()) walk(before, (file) => comparison.again(file));
  return comparison.done();
}

describe('the files of two distributions', () => {
  it('are told by sort, with their lines, the largest difference first', () => {
    const changes = compare(
      { 'mast/a.py': 'one\ntwo\nthree\n', 'mast/gone.py': 'x\ny\n', 'mast/same.py': 'same\n' },
      { 'mast/a.py': 'one\n2\nthree\n', 'mast/new.py': 'a\nlonger\nfile', 'mast/same.py': 'same\n' },
    );
    expect(changes).toEqual({
      files: { added: 1, removed: 1, changed: 1, moved: 0, same: 1 },
      lines: { added: 4, removed: 3 },
      ...{ withoutLines: 0, cut: 0 },
      largest: [
        { path: 'mast/new.py', change: 'added', lines: { added: 3, removed: 0, unordered: false }, weight: 13 },
        { path: 'mast/a.py', change: 'changed', lines: { added: 1, removed: 1, unordered: false }, weight: 6 },
        { path: 'mast/gone.py', change: 'removed', lines: { added: 0, removed: 2, unordered: false }, weight: 4 },
      ],
    });
  });

  it('that only moved are no lines', () => {
    const changes = compare({ 'mast/a.py': 'one\n' }, { 'mast/b.py': 'one\n' });
    expect(changes).toMatchObject({ files: { added: 0, removed: 0, moved: 1 }, lines: { added: 0, removed: 0 } });
  });

  it('that are no text weigh their bytes and have no lines', () => {
    const changes = compare({ 'mast/a.so': Buffer.from([0, 1, 2]) }, { 'mast/a.so': Buffer.from([0, 1, 2, 3]) });
    expect(changes).toMatchObject({
      withoutLines: 1,
      largest: [{ path: 'mast/a.so', change: 'changed', lines: null, weight: 4 }],
    });
  });

  it('are the same file under the metadata folder of each version, and the list of digests is none', () => {
    const changes = compare(
      { 'mast-1.3.dist-info/METADATA': 'Version: 1.3\n', 'mast-1.3.dist-info/RECORD': 'a\n' },
      { 'mast-1.4.dist-info/METADATA': 'Version: 1.4\n', 'mast-1.4.dist-info/RECORD': 'b\n' },
    );
    expect(changes.files).toEqual({ added: 0, removed: 0, changed: 1, moved: 0, same: 0 });
    expect(placeOf('mast-1.4/setup.py', { ecosystem: 'pypi', filename: 'mast-1.4.tar.gz' })).toBe('setup.py');
    expect(placeOf('package/index.js', { ecosystem: 'npm', filename: 'mast-1.4.0.tgz' })).toBe('index.js');
    expect(placeOf('mast/MD5', { ecosystem: 'cran', filename: 'mast_1.4.tar.gz' })).toBeUndefined();
  });

  it('name no more than twenty, and no direction characters', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`mast/\u202e${at}.py`, 'x\n']));
    const { largest, files } = compare({}, many);
    expect(files.added).toBe(50);
    expect(largest).toHaveLength(20);
    expect(largest[0]?.path).toContain('\\u{202e}');
  });
});

describe('lines', () => {
  it('give the newer text from the older one, whatever both are', () => {
    const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n'), { maxLength: 30 }).map((lines) => lines.join(''));
    fc.assert(
      fc.property(text, text, (before, now) => {
        const { added, removed, unordered } = new LineCompare().compare(before, now);
        expect(unordered).toBe(false);
        expect(before.length / 2 - removed + added).toBe(now.length / 2);
      }),
    );
  });

  it('are counted without their order where nothing is alike, and it says so', () => {
    const before = Array.from({ length: 2000 }, (_, at) => `old ${at}\n`).join('');
    const now = `kept\n${Array.from({ length: 1500 }, (_, at) => `new ${at}\n`).join('')}`;
    expect(new LineCompare().compare(`kept\n${before}`, now)).toMatchObject({
      ...{ added: 1500, removed: 2000, unordered: true },
    });
  });

  it('are aligned only as long as the work of one comparison lasts', () => {
    const lines = new LineCompare(3000 ** 2);
    const text = (word: string) => Array.from({ length: 1000 }, (_, at) => `${word} ${at}\n`).join('');
    const outcomes = Array.from({ length: 20 }, () => lines.compare(text('old'), text('new')));
    expect(outcomes.every(({ unordered }) => unordered)).toBe(true);
    // Nothing is left for texts that differ in a line; equal ones still are.
    expect(lines.compare('a\nb\n', 'a\nc\n')).toMatchObject({ added: 1, removed: 1, unordered: true });
    expect(lines.compare('a\n', 'a\n')).toMatchObject({ added: 0, removed: 0, weight: 0 });
  });
});

describe('the counterpart of a file', () => {
  const file = (filename: string) => ({ filename, sha256: digestOf('a'), size: 1 });
  it('is the wheel for the same Python and system, never a file of another form', () => {
    const files = [
      'mast-1.3-cp312-cp312-win_amd64.whl',
      'mast-1.3-cp312-cp312-manylinux_2_17_x86_64.whl',
      'mast-1.3-cp311-cp311-manylinux_2_17_x86_64.whl',
    ].map(file);
    const of = (filename: string) => counterpartOf({ filename, version: '1.4' }, { version: '1.3', files })?.filename;
    expect(of('mast-1.4-cp312-cp312-manylinux_2_28_x86_64.whl')).toBe('mast-1.3-cp312-cp312-manylinux_2_17_x86_64.whl');
    expect(of('mast-1.4-cp311-cp311-manylinux_2_28_x86_64.whl')).toBe('mast-1.3-cp311-cp311-manylinux_2_17_x86_64.whl');
    expect(of('mast-1.4.tar.gz')).toBeUndefined();
  });
});

const CHANGES = compare({ 'mast/a.py': 'one\n' }, { 'mast/a.py': 'one\ntwo\n', 'mast/b.bin': Buffer.from([0]) });

function change(now: readonly string[], before: readonly string[] | undefined): Subject<'change'> {
  const inside = (names: readonly string[]) => ({
    files: names.map((filename) => ({ filename, sha256: digestOf('a'), size: 10 })),
    content: new Map(),
  });
  return {
    ...{ kind: 'change', purl: 'pkg:pypi/mast@1.4', name: 'mast', version: '1.4', isCleared: false },
    ...{ now: inside(now), before: before === undefined ? undefined : { version: '1.3', ...inside(before) } },
  };
}

const NOW = ['mast-1.4-py3-none-any.whl'];
const BEFORE = ['mast-1.3-py3-none-any.whl'];
const context: ScanContext = {
  ...aScanContext,
  fileChanges: async () => ({ status: 'compared', changes: CHANGES }),
};
const failing: ScanContext = {
  ...aScanContext,
  fileChanges: async () => ({ status: 'failed', reason: 'the child was killed' }),
};

itKeepsTheScannerContract(changedLinesScanner, {
  context,
  judged: [
    { title: 'a release after another', subject: change(NOW, BEFORE) },
    { title: 'a release that is new here', subject: change(NOW, undefined) },
  ],
  unjudged: [
    { title: 'a release that cannot be compared', subject: change(NOW, BEFORE), context: failing },
    { title: 'a release whose predecessor has no files', subject: change(NOW, []) },
    { title: 'a release of another form', subject: change(['mast-1.4.tar.gz'], BEFORE) },
  ],
});

describe('changed lines', () => {
  it('are told in one sentence, with the files behind it', async () => {
    expect(await changedLinesScanner.scan(change(NOW, BEFORE), context)).toMatchObject({
      findings: [
        {
          ...{ kind: 'change', severity: 'info' },
          summary:
            'Since 1.3: 1 file added, 1 changed, 0 unchanged; 1 line added, 0 removed; 1 file of them without lines',
          data: { since: '1.3', files: [{ filename: NOW[0], comparedWith: BEFORE[0] }], changes: CHANGES },
        },
      ],
    });
  });

  it('of a file that cannot be compared are unknown, beside those that were', async () => {
    const outcome = await changedLinesScanner.scan(change([...NOW, 'mast-1.4.tar.gz'], BEFORE), context);
    expect(outcome).toMatchObject({
      findings: [{ severity: 'info' }, { severity: 'unknown', data: { code: 'not-compared' } }],
    });
  });
});
