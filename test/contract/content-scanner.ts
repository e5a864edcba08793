/** What every content scanner keeps, whatever the bytes. Each one's spec runs this suite over samples of its own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContentSubject } from '../../src/domain/content.ts';
import { FINDING_KINDS, type ScanOutcome } from '../../src/domain/evidence.ts';
import type { ContentScanner } from '../../src/scanners/contract.ts';
import { A_WHEEL, type ContentFiles, contentFile, inspectFiles } from '../harness/content.ts';

export { A_WHEEL, type ContentFiles, findingsIn, inspectFiles } from '../harness/content.ts';

export interface ContentSamples {
  readonly subject?: ContentSubject;
  /** The scanner finds something in each of these. */
  readonly found: Readonly<Record<string, ContentFiles>>;
  /** The scanner finds nothing in any of these. */
  readonly clean: Readonly<Record<string, ContentFiles>>;
  /** Lines that lead the scanner as deep as it goes; hostile files are made of them. */
  readonly seeds: readonly string[];
}

/** Findings that a scanner may give for one distribution, whatever it holds (the confined program cuts at 2,000). */
const MOST_FINDINGS = 1000;
/** Characters of a summary or location: people read them in one table. */
const LONGEST_SUMMARY = 600;

export function itKeepsTheContentScannerContract(scanner: ContentScanner, samples: ContentSamples): void {
  const { subject = A_WHEEL, seeds } = samples;
  const run = (files: ContentFiles) => inspectFiles(scanner, files, subject);

  describe(`content scanner contract: ${scanner.id}`, () => {
    it('declares who it is, what it can say, and tells people what it sees and what it cannot see', () => {
      expect(scanner.id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(Number.isInteger(scanner.version) && scanner.version > 0).toBe(true);
      expect(scanner.emits.length).toBeGreaterThan(0);
      for (const kind of scanner.emits) expect(FINDING_KINDS).toContain(kind);
      for (const text of [scanner.sees, scanner.cannotSee]) expect(text).toMatch(/^[A-Z].{20,}\.$/s);
    });

    it.each(Object.entries(samples.found))(
      'finds %s, twice the same, and in any order of the files',
      async (_, files) => {
        const outcome = await run(files);
        expectWellFormed(scanner, outcome);
        expect(outcome).toMatchObject({ status: 'completed' });
        expect(sorted(outcome).length).toBeGreaterThan(0);
        expect(await run(files)).toEqual(outcome);
        const backwards = Object.fromEntries(Object.entries(files).toReversed());
        expect(sorted(await run(backwards))).toEqual(sorted(outcome));
      },
    );

    it.each(Object.entries(samples.clean))('finds nothing in %s', async (_, files) => {
      const outcome = await run(files);
      expectWellFormed(scanner, outcome);
      expect(sorted(outcome)).toEqual([]);
    });

    it('finds the same without its pre-filter', async () => {
      const line = fc.oneof(fc.constantFrom(...seeds, ...Object.values(samples.found).flatMap(textsOf)));
      const text = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
      const made = fc.dictionary(fc.constantFrom(...HOSTILE_PATHS), text, { minKeys: 1, maxKeys: 3 });
      const same = async (files: ContentFiles): Promise<void> => {
        expect(await inspectFiles(scanner, files, subject, 'everything')).toEqual(await run(files));
      };
      for (const files of [...Object.values(samples.found), ...Object.values(samples.clean)]) await same(files);
      await fc.assert(fc.asyncProperty(made, same), { numRuns: 200 });
    });

    it('keeps distributions apart: nothing of one inspection shows in the next', async () => {
      for (const files of Object.values(samples.found)) {
        const before = await run({ 'empty.txt': '' });
        await run(files);
        expect(await run({ 'empty.txt': '' })).toEqual(before);
      }
    });

    it('survives a distribution without files, and files without bytes', async () => {
      expectWellFormed(scanner, await run({}));
      expectWellFormed(scanner, await run(Object.fromEntries(HOSTILE_PATHS.map((path) => [path, '']))));
    });

    it('survives hostile text and bytes under every kind of name', async () => {
      const line = fc.oneof(
        fc.constantFrom(...seeds),
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.constantFrom(...PIECES),
      );
      const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'));
      const content = fc.oneof(text, fc.uint8Array({ maxLength: 400 }));
      const files = fc.dictionary(fc.constantFrom(...HOSTILE_PATHS), content, { maxKeys: 6 });
      await fc.assert(
        fc.asyncProperty(files, async (made) => {
          expectWellFormed(scanner, await run(made));
        }),
        { numRuns: 150 },
      );
    });

    it.each(HOSTILE_PATHS)(
      'survives huge lines and deep nesting in %s, and stays within its caps',
      async (path) => {
        for (const content of hugeContents(seeds)) expectWellFormed(scanner, await run({ [path]: content }));
      },
      120_000,
    );

    it('stays within its caps over many files', async () => {
      const body = seeds.join('\n').repeat(5);
      const files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`pkg/part${at}.py`, body]));
      expectWellFormed(scanner, await run(files));
    }, 120_000);

    it('takes a cut file for a cut file', async () => {
      const half = contentFile('pkg/large.bin', new Uint8Array(4096).fill(65));
      expectWellFormed(scanner, await inspectFiles(scanner, [{ ...half, size: 1e9, complete: false }], subject));
    });
  });
}

/** One name for each kind of file that some scanner treats as its own. */
const HOSTILE_PATHS = [
  'pkg/__init__.py',
  'pkg/static/app.js',
  'pkg/R/zzz.R',
  'setup.py',
  'package.json',
  'demo_pkg-1.0.dist-info/METADATA',
  'demo_pkg-1.0.dist-info/licenses/LICENSE',
  'demo.pth',
  'tests/test_it.py',
  'pkg/data.bin',
];

const PIECES = ['"', "'", '"""', '`', '\\', '(', '{[(', '#', '//', '/*', '\u202e', '\ufeff', 'a'.repeat(500), '\r'];

/** Long enough that quadratic work would take minutes: the time limit of the test is what notices. */
const HUGE = 100_000;

function hugeContents(seeds: readonly string[]): readonly (string | Uint8Array)[] {
  const fill = (piece: string) => piece.repeat(Math.ceil(HUGE / Math.max(1, piece.length))).slice(0, HUGE);
  const noise = new Uint8Array(HUGE);
  let state = 1;
  for (let at = 0; at < noise.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    noise[at] = state >>> 24;
  }
  const repeated = ['a', ' ', '(', '[', '"', "'", '\\', '/*', '<', 'A1', '=', '+', '\n', '-', '://', '.', 'eyJ'];
  return [noise, ...repeated.map(fill), ...seeds.flatMap((seed) => [fill(seed), fill(`${seed}\n`)])];
}

/** Characters of a sample that is mixed with others. */
const LONGEST_PIECE = 2_000;

function textsOf(files: ContentFiles): readonly string[] {
  return Object.values(files).flatMap((content) =>
    typeof content === 'string' && content.length < LONGEST_PIECE ? [content] : [],
  );
}

function sorted(outcome: ScanOutcome): readonly string[] {
  return outcome.status === 'completed' ? outcome.findings.map((finding) => JSON.stringify(finding)).toSorted() : [];
}

function expectWellFormed(scanner: ContentScanner, outcome: ScanOutcome): void {
  if (outcome.status !== 'completed') {
    expect(outcome.reason.trim()).not.toBe('');
    // Whatever a distribution holds is no reason to fail: only what stands around the scanner can.
    expect(outcome.status).toBe('not-applicable');
    return;
  }
  expect(outcome.findings.length).toBeLessThanOrEqual(MOST_FINDINGS);
  for (const finding of outcome.findings) {
    expect(scanner.emits).toContain(finding.kind);
    expect(finding.subject).not.toBe('');
    expect(finding.summary.trim()).not.toBe('');
    expect(finding.summary.length).toBeLessThanOrEqual(LONGEST_SUMMARY);
    // Text from inside the distribution reaches terminals and pages: nothing in it may turn or hide the rest.
    expect(`${finding.summary}${finding.location ?? ''}`).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    expect(JSON.parse(JSON.stringify(finding.data))).toEqual(finding.data);
  }
}
