import type { Finding } from '../../domain/evidence.ts';
import type { Scanner } from '../contract.ts';

/**
 * Turns the strict reading of a distribution (done once, in the sandbox, for all scanners) into findings.
 *
 * Every problem weighs `high`: an archive that two tools read in two ways was vetted in one of them only.
 */
export const archiveScanner: Scanner<'distribution'> = {
  id: 'archive',
  version: 1,
  looksAt: 'distribution',
  ecosystems: 'every',
  emits: ['archive'],
  // The bytes never change, and neither does what they are; a better reading raises the version.
  staleAfterHours: null,
  sees: 'Archives that tools read in different ways or that reach out of their folder: hidden, overlapping or doubled entries, lying headers, sizes and checksums, links, bombs, and files that differ from what the distribution itself lists.',
  cannotSee: 'What the files do once they run, and archives packed inside an archive.',
  async scan(subject) {
    const { examination } = subject.file;
    if (examination.status === 'failed') {
      return { status: 'failed', reason: `The file could not be examined: ${examination.reason}`, retryable: true };
    }
    const { problems, entries, unpackedBytes } = examination.result;
    const findings = problems.map(
      (problem): Finding => ({
        kind: 'archive',
        severity: 'high',
        subject: subject.distribution.filename,
        summary: problem.summary,
        location: problem.location ?? undefined,
        data: { code: problem.code, entries, unpackedBytes },
      }),
    );
    return { status: 'completed', findings };
  },
};
