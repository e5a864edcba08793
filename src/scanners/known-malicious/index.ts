import type { Finding, ScanOutcome } from '../../domain/evidence.ts';
import type { ListedMalicious } from '../../domain/malicious.ts';
import type { Scanner, Subject } from '../contract.ts';

/** Entries that are listed for one distribution. */
const MOST_LISTED = 100;

const WORDS: Readonly<Record<ListedMalicious['what'], string>> = {
  package: 'every version of this package is on the list of malicious packages',
  version: 'this version is on the list of malicious packages',
  distribution: 'this distribution is on the list of malicious files',
  file: 'a file in this distribution is on the list of malicious files',
};

/** The operator's own list of malicious files and packages. OSV records (MAL-) are held against by `vulnerabilities`. */
export const knownMaliciousScanner: Scanner<'distribution'> = {
  id: 'known-malicious',
  version: 1,
  looksAt: 'distribution',
  ecosystems: 'every',
  emits: ['malicious'],
  // A list of what is known grows every day.
  staleAfterHours: 24,
  byDigest: true,
  sees: 'Packages, versions, distributions and single files inside them that the imported list of malicious files and packages names (feed malicious), by name and SHA-256.',
  cannotSee:
    'Anything that is not on the list: a file that differs by one byte has another digest. Files above 8 MB are not compared, and that is told.',
  async scan(subject, context) {
    const { name, version, file, distribution } = subject;
    const asked = { name, version, filename: distribution.filename, sha256: file.sha256, size: file.size };
    const looked = await context.listedAsMalicious(asked);
    switch (looked.status) {
      case 'not-configured':
        return { status: 'not-applicable', reason: 'no list of malicious files and packages imported' };
      case 'stale': {
        const reason = `the list of malicious files is stale (imported ${looked.importedAt})`;
        return { status: 'failed', reason, retryable: true };
      }
      case 'failed':
        return { status: 'failed', reason: looked.reason, retryable: true };
      case 'looked':
        return outcomeOf(subject, looked);
    }
  },
};

function outcomeOf(
  { distribution }: Subject<'distribution'>,
  { found, cut }: { readonly found: readonly ListedMalicious[]; readonly cut: number },
): ScanOutcome {
  // What was not compared is not clean.
  if (found.length === 0 && cut > 0)
    return { status: 'failed', reason: `${cut} files are too large to be compared with the list`, retryable: false };
  const findings = found.slice(0, MOST_LISTED).map((one): Finding => {
    const note = one.note === '' ? '' : `: ${one.note}`;
    return {
      kind: 'malicious',
      severity: 'critical',
      subject: distribution.filename,
      summary: `${WORDS[one.what]}${note}`,
      location: one.path,
      data: { code: `listed-${one.what}`, sha256: one.sha256 ?? null, note: one.note },
    };
  });
  return { status: 'completed', findings };
}
