import type { Finding, ScanOutcome } from '../../domain/evidence.ts';
import type { Inside, RuleMatch } from '../../domain/malicious.ts';
import type { Scanner, Subject } from '../contract.ts';

/** Matches that are listed for one distribution. */
const MOST_MATCHES = 100;

/** The operator's YARA rules over every file of a distribution. */
export const yaraScanner: Scanner<'distribution'> = {
  id: 'yara',
  version: 1,
  looksAt: 'distribution',
  ecosystems: 'every',
  emits: ['malicious'],
  // The rules change with the feed, and evidence is taken anew then.
  staleAfterHours: 168,
  byDigest: true,
  sees: 'Files inside a distribution that match a YARA rule which the operator imported (feed yara), run as WebAssembly in the sandbox.',
  cannotSee:
    'Anything that no imported rule describes, and the part of a file beyond its first 8 MB, which is told; rules that include other files or need modules that are not built in are refused at import.',
  async scan(subject, context) {
    const { name, version, file, distribution } = subject;
    const asked = { name, version, filename: distribution.filename, sha256: file.sha256, size: file.size };
    const looked = await context.ruleMatches(asked);
    switch (looked.status) {
      case 'not-configured':
        return { status: 'not-applicable', reason: 'no YARA rules imported' };
      case 'stale':
        return {
          status: 'failed',
          reason: `the YARA rules are stale (imported ${looked.importedAt})`,
          retryable: true,
        };
      case 'failed':
        return { status: 'failed', reason: looked.reason, retryable: true };
      case 'looked':
        return outcomeOf(subject, looked);
    }
  },
};

function outcomeOf({ distribution }: Subject<'distribution'>, { found, cut }: Inside<RuleMatch>): ScanOutcome {
  if (found.length === 0 && cut > 0)
    return {
      status: 'failed',
      reason: `${cut} large files were held against the rules only in part`,
      retryable: false,
    };
  const findings = found.slice(0, MOST_MATCHES).map((match): Finding => {
    const said = match.description === '' ? '' : `: ${match.description}`;
    return {
      kind: 'malicious',
      severity: 'critical',
      subject: distribution.filename,
      summary: `a file matches the YARA rule ${match.rule} of ${match.origin}${said}`.slice(0, 500),
      location: match.path,
      data: { code: 'yara-match', rule: match.rule, origin: match.origin, ruleSeverity: match.severity },
    };
  });
  return { status: 'completed', findings };
}
