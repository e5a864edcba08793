/**
 * What every scanner keeps to, whatever it looks for. A scanner's spec calls `itKeepsTheScannerContract` with subjects
 * of its kind: at least one that it can judge, and those on which it must fail (a file that could not be examined, a
 * feed that is stale).
 */
import { describe, expect, it } from 'vitest';
import type { ScanOutcome } from '../../src/domain/evidence.ts';
import { FINDING_KINDS } from '../../src/domain/evidence.ts';
import type { ScanContext, Scanner, Subject, SubjectKind } from '../../src/scanners/contract.ts';

export interface ScannerSample<K extends SubjectKind> {
  readonly title: string;
  readonly subject: Subject<K>;
  /** Instead of the context of all samples: a stale feed, an unknown ecosystem. */
  readonly context?: ScanContext;
}

export interface ScannerSamples<K extends SubjectKind> {
  readonly context: ScanContext;
  /** The scanner can judge these. */
  readonly judged: readonly ScannerSample<K>[];
  /** The scanner cannot judge these: the outcome is never `completed` with no findings. */
  readonly unjudged: readonly ScannerSample<K>[];
}

export function itKeepsTheScannerContract<K extends SubjectKind>(
  scanner: Scanner<K>,
  samples: ScannerSamples<K>,
): void {
  describe(`scanner contract: ${scanner.id}`, () => {
    it('declares who it is and what it can say', () => {
      expect(scanner.id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(Number.isInteger(scanner.version) && scanner.version > 0).toBe(true);
      expect(scanner.emits.length).toBeGreaterThan(0);
      for (const kind of scanner.emits) expect(FINDING_KINDS).toContain(kind);
      expect(scanner.staleAfterHours === null || scanner.staleAfterHours > 0).toBe(true);
    });

    it('tells people in a sentence what it sees and what it cannot see', () => {
      for (const text of [scanner.sees, scanner.cannotSee]) expect(text).toMatch(/^[A-Z].{20,}\.$/s);
    });

    for (const { title, subject, context = samples.context } of samples.judged) {
      it(`judges ${title} with declared kinds, and twice the same`, async () => {
        const outcome = await scanner.scan(subject, context);
        expectWellFormed(scanner, outcome);
        expect(outcome.status).not.toBe('failed');
        expect(await scanner.scan(subject, context)).toEqual(outcome);
      });
    }

    for (const { title, subject, context = samples.context } of samples.unjudged) {
      it(`does not call ${title} clean`, async () => {
        const outcome = await scanner.scan(subject, context);
        expectWellFormed(scanner, outcome);
        if (outcome.status === 'completed') expect(outcome.findings.length).toBeGreaterThan(0);
      });
    }
  });
}

function expectWellFormed<K extends SubjectKind>(scanner: Scanner<K>, outcome: ScanOutcome): void {
  if (outcome.status !== 'completed') {
    expect(outcome.reason.trim()).not.toBe('');
    return;
  }
  for (const finding of outcome.findings) {
    expect(scanner.emits).toContain(finding.kind);
    expect(finding.subject).not.toBe('');
    expect(finding.summary.trim()).not.toBe('');
    // Evidence is stored as canonical JSON: what does not survive it is no data.
    expect(JSON.parse(JSON.stringify(finding.data))).toEqual(finding.data);
  }
}
