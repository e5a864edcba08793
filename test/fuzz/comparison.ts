/** The comparison of two distributions as a target: two sets of files out of one input. */
import type { ContentFile } from '../../src/domain/content.ts';
import { FileComparison } from '../../src/scanners/changed-lines/compare.ts';
import { contentFile } from '../harness/content.ts';
import { type Chance, mutateText } from './mutate.ts';

/** Ends a file, and the older of both sets: neither byte stands in any text. */
const FILE_END = 0x1e;
const SET_END = 0x1d;
const PATHS = [
  'a/x.py',
  'a/y.py',
  'demo-1.0.dist-info/METADATA',
  'demo-1.0.dist-info/RECORD',
  'package/x.js',
  'b',
  'a/b/c',
];
const LINES = ['\n', '\n\n', 'x = 1\n', 'y\n', '\r\n', '\u2028', '\0', '}\n'];
const HOLDERS = {
  pypi: ['demo-1.0-py3-none-any.whl', 'demo-1.1-py3-none-any.whl'],
  npm: ['demo-1.0.0.tgz', 'demo-1.1.0.tgz'],
  cran: ['demo_1.0.tar.gz', 'demo_1.1.tar.gz'],
} as const;

/** Files of one set; of two with one path, which no archive that is walked to its end holds, the first. */
function filesIn(bytes: Buffer): readonly ContentFile[] {
  const files = new Map<string, ContentFile>();
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(FILE_END, at);
    const end = found === -1 ? bytes.length : found;
    const path = PATHS[(bytes[at] ?? 0) % PATHS.length] ?? 'b';
    if (end > at && !files.has(path)) files.set(path, contentFile(path, bytes.subarray(at + 1, end)));
    at = end + 1;
  }
  return [...files.values()];
}

function compare(ecosystem: keyof typeof HOLDERS, older: readonly ContentFile[], newer: readonly ContentFile[]) {
  const [before, now] = HOLDERS[ecosystem];
  const comparison = new FileComparison({
    before: { ecosystem, filename: before },
    now: { ecosystem, filename: now },
  });
  for (const file of older) comparison.before(file);
  for (const file of newer) comparison.now(file);
  if (comparison.settleMoved()) for (const file of older) comparison.again(file);
  return comparison.done();
}

function linesOf(files: readonly ContentFile[]): number {
  return files.reduce((sum, { text = '' }) => sum + (text.match(/[^\n]*\n|[^\n]+$/g)?.length ?? 0), 0);
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** What is compared with itself is the same; what is new on one side is gone on the other; no line is lost. */
function check(ecosystem: keyof typeof HOLDERS, older: readonly ContentFile[], newer: readonly ContentFile[]): void {
  const there = compare(ecosystem, older, newer);
  const back = compare(ecosystem, newer, older);
  const itself = compare(ecosystem, newer, newer);
  must(itself.lines.added + itself.lines.removed === 0, 'a set differs from itself by lines');
  must(itself.largest.length === 0, 'a set differs from itself by files');
  must(there.files.added === back.files.removed, 'what is added there is not what is removed on the way back');
  must(there.files.changed === back.files.changed, 'what changed there did not change on the way back');
  must(there.files.same === back.files.same, 'what is the same there is not the same on the way back');
  must(there.lines.added === back.lines.removed, 'lines added there are not those removed on the way back');
  if (there.files.moved > 0 || there.withoutLines > 0 || hasListOfDigests([...older, ...newer])) return;
  must(there.lines.added - there.lines.removed === linesOf(newer) - linesOf(older), 'lines are lost');
}

function hasListOfDigests(files: readonly ContentFile[]): boolean {
  return files.some(({ path }) => path.endsWith('RECORD'));
}

export const COMPARISON = {
  name: 'compare-files',
  make(chance: Chance): Buffer {
    const set = (): readonly Buffer[] =>
      Array.from({ length: 1 + chance.below(5) }, () =>
        Buffer.concat([
          Buffer.from([chance.below(PATHS.length)]),
          Buffer.from(mutateText('x = 1\ny = 2\n\nz\n', 'def f():\n  return 1\n', LINES, chance)),
          Buffer.from([FILE_END]),
        ]),
      );
    const older = set();
    // Most files of a newer release are those of the older one.
    const newer = set().map((file) => (chance.oneIn(2) ? chance.one(older) : file));
    return Buffer.concat([...older, Buffer.from([SET_END]), ...newer]);
  },
  run(input: Buffer): void {
    const found = input.indexOf(SET_END);
    const end = found === -1 ? input.length : found;
    const [older, newer] = [filesIn(input.subarray(0, end)), filesIn(input.subarray(end + 1))];
    check('pypi', older, newer);
    // In the others the first folder is left out of account: two paths may be one place.
    compare('npm', older, newer);
    compare('cran', older, newer);
  },
};
