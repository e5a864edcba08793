import type { Advisory } from '../../domain/advisory.ts';
import { fixedVersions, isAffected } from '../../domain/advisory-range.ts';
import type { Finding, Severity } from '../../domain/evidence.ts';
import type { ScanContext, Scanner } from '../contract.ts';

/** Holds a release against the imported advisories. Without fresh advisories it says that it could not check. */
export const vulnerabilitiesScanner: Scanner<'release'> = {
  id: 'vulnerabilities',
  version: 1,
  looksAt: 'release',
  ecosystems: 'every',
  emits: ['vulnerability', 'malicious'],
  // Advisories appear every day; a day is what re-examination may lag behind.
  staleAfterHours: 24,
  sees: 'Advisories (OSV records) whose ranges or version lists hold this release, with aliases merged and scored by CVSS.',
  cannotSee: 'Flaws nobody has published, and anything published after the last import of advisories.',
  async scan(subject, context) {
    const state = await context.advisories(subject.name);
    if (state.status === 'not-configured')
      return { status: 'failed', reason: 'no advisories imported for this ecosystem', retryable: false };
    if (state.status === 'stale')
      return { status: 'failed', reason: `the advisories are stale (imported ${state.importedAt})`, retryable: true };
    const { versions } = context.ecosystem;
    const hits = state.data.filter((one) => isAffected(subject.release.version, one, versions.compare));
    return { status: 'completed', findings: hits.map((one) => findingOf(one, subject.purl, context)) };
  },
};

function findingOf(advisory: Advisory, purl: string, context: ScanContext): Finding {
  const { id, aliases, malicious, severity, summary } = advisory;
  const scored = severity.state === 'scored' ? severity : undefined;
  return {
    kind: malicious ? 'malicious' : 'vulnerability',
    severity: malicious ? 'critical' : scored === undefined ? 'unknown' : bandOf(scored.score),
    subject: purl,
    summary: summary === '' ? id : `${id}: ${summary}`,
    location: undefined,
    data: {
      id,
      aliases,
      state: severity.state,
      cvss: scored?.score ?? null,
      vector: scored?.vector ?? null,
      reason: severity.state === 'unknown' ? severity.reason : null,
      fixed: fixedVersions(advisory, context.ecosystem.versions.compare),
    },
  };
}

/** Source: CVSS v3.1 specification, section 5, qualitative severity rating scale. */
function bandOf(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}
