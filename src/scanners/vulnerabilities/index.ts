import type { Advisory } from '../../domain/advisory.ts';
import { fixedVersions, isAffected } from '../../domain/advisory-range.ts';
import type { Finding, JsonValue, Severity } from '../../domain/evidence.ts';
import { cvesOf } from '../../domain/exploitation.ts';
import type { Exploitation, FeedState, ScanContext, Scanner, Subject } from '../contract.ts';

/** Cleared versions that one finding names; a person needs the newest few. */
const MOST_CLEARED_NAMED = 20;

/** Holds a release against the imported advisories. Without fresh advisories it says that it could not check. */
export const vulnerabilitiesScanner: Scanner<'release'> = {
  id: 'vulnerabilities',
  version: 2,
  looksAt: 'release',
  ecosystems: 'every',
  emits: ['vulnerability', 'malicious'],
  // Advisories appear every day; a day is what re-examination may lag behind.
  staleAfterHours: 24,
  sees: 'Advisories (OSV records) whose ranges or version lists hold this release, with aliases merged and scored by CVSS; which versions fix them, which of the cleared ones are free of them, and, where those lists are imported, whether a flaw is known to be exploited and how likely that is (EPSS).',
  cannotSee:
    'Flaws nobody has published, anything published after the last import, and whether the flawed code is ever reached by those who use the release.',
  async scan(subject, context) {
    const state = await context.advisories(subject.name);
    if (state.status === 'not-configured')
      return { status: 'failed', reason: 'no advisories imported for this ecosystem', retryable: false };
    if (state.status === 'stale')
      return { status: 'failed', reason: `the advisories are stale (imported ${state.importedAt})`, retryable: true };
    const { versions } = context.ecosystem;
    const hits = state.data.filter((one) => isAffected(subject.release.version, one, versions.compare));
    if (hits.length === 0) return { status: 'completed', findings: [] };
    const around: Around = {
      subject,
      context,
      cleared: await context.clearedVersions(subject.name),
      exploitation: await context.exploitation([...new Set(hits.flatMap(cvesOf))]),
    };
    return { status: 'completed', findings: hits.map((one) => findingOf(one, around)) };
  },
};

/** What all findings of one release share. */
interface Around {
  readonly subject: Subject<'release'>;
  readonly context: ScanContext;
  readonly cleared: readonly string[];
  readonly exploitation: Exploitation;
}

function findingOf(advisory: Advisory, around: Around): Finding {
  const { id, aliases, malicious, severity, summary } = advisory;
  const scored = severity.state === 'scored' ? severity : undefined;
  return {
    kind: malicious ? 'malicious' : 'vulnerability',
    severity: malicious ? 'critical' : scored === undefined ? 'unknown' : bandOf(scored.score),
    subject: around.subject.purl,
    summary: summary === '' ? id : `${id}: ${summary}`,
    location: undefined,
    data: {
      id,
      aliases,
      state: severity.state,
      cvss: scored?.score ?? null,
      vector: scored?.vector ?? null,
      reason: severity.state === 'unknown' ? severity.reason : null,
      ...remedyOf(advisory, around),
      ...exploitationOf(advisory, around.exploitation),
    },
  };
}

/** The versions that fix it, the nearest one upwards, and the cleared versions (newest first) that are free of it. */
function remedyOf(advisory: Advisory, { subject, context, cleared }: Around): Finding['data'] {
  const { compare } = context.ecosystem.versions;
  const fixed = fixedVersions(advisory, compare);
  const free = cleared.filter((version) => !isAffected(version, advisory, compare));
  return {
    fixed,
    nextFix: fixed.find((version) => compare(version, subject.release.version) > 0) ?? null,
    clearedAndFree: free.toSorted((a, b) => compare(b, a)).slice(0, MOST_CLEARED_NAMED),
  };
}

function exploitationOf(advisory: Advisory, { known, chance }: Exploitation): Finding['data'] {
  const cves = cvesOf(advisory);
  const listed = known.status === 'ready' ? known.data.filter(({ cve }) => cves.includes(cve)) : [];
  const chances = chance.status === 'ready' ? chance.data.filter(({ cve }) => cves.includes(cve)) : [];
  const likeliest = chances.toSorted((a, b) => b.epss - a.epss)[0];
  return {
    knownExploited: answerOf(known, listed.length > 0),
    exploitedSince: listed.flatMap(({ listedOn }) => listedOn ?? []).toSorted()[0] ?? null,
    ransomware: listed.some(({ ransomware }) => ransomware === true) ? true : null,
    epss: answerOf(chance, likeliest?.epss ?? null),
    epssPercentile: likeliest?.percentile ?? null,
  };
}

/** What a ready list says, or why there is no answer: a list that is not there is never "no". */
function answerOf(state: FeedState<unknown>, answer: JsonValue): JsonValue {
  switch (state.status) {
    case 'ready':
      return answer;
    case 'stale':
      return 'stale';
    case 'not-configured':
      return 'not configured';
  }
}

/** Source: CVSS v3.1 specification, section 5, qualitative severity rating scale. */
function bandOf(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}
