import type { Channel } from '../../domain/channel.ts';
import type { Evidence, Finding, JsonValue, VettedRelease } from '../../domain/evidence.ts';
import { type LicenceFact, licenceFact } from './licence-fact.ts';
import { type ProvenanceFact, provenanceFact } from './provenance-fact.ts';
import type { PolicySettings } from './schema.ts';
import { type SourceFact, sourceFact } from './source-fact.ts';

/** One release as policy judges it: what was found, where it is to go, and when. */
export interface PolicySubject {
  readonly release: Omit<VettedRelease, 'verdict'>;
  readonly channel: Channel;
  readonly now: Date;
}

/** A vulnerability as rules see it. `cvss` is 0 where `scored` is false: ask for `scored` first. */
export type VulnerabilityFact = {
  id: string;
  scored: boolean;
  cvss: number;
  fixed: string[];
  /** `yes`, `no`, or why the imported list gives no answer: `not configured`, `stale`. Never a guess. */
  exploited: string;
  /** The chance of exploitation within 30 days, 0 to 1; -1 where no imported list gives one. */
  epss: number;
  text: string;
};
export type LookalikeFact = { target: string; method: string; text: string };
export type FindingFact = { kind: string; severity: string; subject: string; code: string; text: string };
/** A required check that is missing, failed or stale. */
export type UncheckedFact = { check: string; state: string; text: string };

/** The variables of a rule: plain JSON, so that they cross the border to the sandbox. */
export interface PolicyFacts {
  readonly purl: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly role: string;
  readonly channel: string;
  readonly tier: number;
  readonly mode: string;
  /** Whole and part days since the release appeared; -1 where upstream does not say. */
  readonly age_days: number;
  readonly has_upload_time: boolean;
  readonly cool_down_days: number;
  readonly yanked: boolean;
  readonly yanked_reason: string;
  readonly has_wheel: boolean;
  readonly has_sdist: boolean;
  readonly allow_sdists: boolean;
  readonly vulnerabilities: readonly VulnerabilityFact[];
  readonly malicious: readonly FindingFact[];
  readonly lookalikes: readonly LookalikeFact[];
  readonly archive_problems: readonly FindingFact[];
  readonly provenance: ProvenanceFact;
  readonly source: SourceFact;
  readonly licence: LicenceFact;
  /** Every finding of every scanner. */
  readonly findings: readonly FindingFact[];
  readonly unchecked: readonly UncheckedFact[];
}

const MS_PER_DAY = 86_400_000;

/** The variables of one subject under the settings in force. */
export function factsOf(subject: PolicySubject, settings: PolicySettings): PolicyFacts {
  const { release, channel, now } = subject;
  const findings = release.evidence.flatMap((evidence) => evidence.findings);
  const of = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind);
  const yanked = release.files.length > 0 && release.files.every((file) => file.yanked !== false);
  const reasons = release.files.flatMap((file) => (file.yanked ? [file.yanked] : []));
  return {
    purl: release.purl,
    ecosystem: release.ecosystem,
    name: release.name,
    version: release.version,
    role: release.role,
    channel: channel.name,
    tier: channel.tier,
    mode: channel.mode,
    ...ageOf(release.releasedAt, now),
    cool_down_days: settings.coolDownDays,
    yanked,
    yanked_reason: yanked ? (reasons[0] ?? '') : '',
    has_wheel: release.files.some((file) => file.kind === 'wheel'),
    has_sdist: release.files.some((file) => file.kind === 'sdist'),
    allow_sdists: settings.allowSdists,
    vulnerabilities: of('vulnerability').map(vulnerabilityFact).toSorted(byText),
    malicious: of('malicious').map(findingFact).toSorted(byText),
    lookalikes: of('typosquat').map(lookalikeFact).toSorted(byText),
    // A note that something could not be compared is no breach of the archive.
    archive_problems: of('archive')
      .filter(({ severity }) => severity !== 'info')
      .map(findingFact)
      .toSorted(byText),
    provenance: provenanceFact(release.evidence),
    source: sourceFact(release.evidence),
    licence: licenceFact(release.evidence, settings),
    findings: findings.map(findingFact),
    unchecked: [
      ...settings.requiredChecks.flatMap((check) => uncheckedFact(check, release.evidence, now)),
      ...failedFacts(release.evidence, settings),
    ],
  };
}

/** A time that is none, or in the future, gives no age: it must not look like a release past its cool-down. */
function ageOf(releasedAt: string | null, now: Date): Pick<PolicyFacts, 'age_days' | 'has_upload_time'> {
  const time = releasedAt === null ? Number.NaN : Date.parse(releasedAt);
  if (Number.isNaN(time)) return { age_days: -1, has_upload_time: false };
  return { age_days: Math.max(0, (now.getTime() - time) / MS_PER_DAY), has_upload_time: true };
}

function vulnerabilityFact(finding: Finding): VulnerabilityFact {
  const { data } = finding;
  const cvss = typeof data.cvss === 'number' ? data.cvss : undefined;
  const scored = data.state === 'scored' && cvss !== undefined;
  const id = textOf(data.id) || finding.summary;
  const fixed = Array.isArray(data.fixed) ? data.fixed.map(textOf).filter((version) => version !== '') : [];
  const severity = scored ? `CVSS ${cvss.toFixed(1)}` : 'severity unknown';
  const remedy = fixed.length > 0 ? `fixed in ${fixed.join(', ')}` : 'no fix known';
  const epss = typeof data.epss === 'number' ? data.epss : -1;
  const text = `${id} (${severity}, ${remedy})`;
  return { id, scored, cvss: scored ? cvss : 0, fixed, exploited: exploitedOf(data.knownExploited), epss, text };
}

function exploitedOf(value: JsonValue | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return textOf(value) || 'not configured';
}

function lookalikeFact(finding: Finding): LookalikeFact {
  return { target: textOf(finding.data.target), method: textOf(finding.data.method), text: finding.summary };
}

function findingFact(finding: Finding): FindingFact {
  const { kind, severity, subject, summary, data } = finding;
  return { kind, severity, subject, code: textOf(data.code ?? data.sign), text: summary };
}

function uncheckedFact(check: string, evidence: readonly Evidence[], now: Date): readonly UncheckedFact[] {
  const mine = evidence.filter(({ scanner }) => scanner === check);
  if (mine.length === 0) return [{ check, state: 'missing', text: `${check} (not run)` }];
  // "Does not apply" is no answer either: a check that may not apply is not required, and `unchecked` says which.
  const undone = mine.find(({ status }) => status !== 'completed');
  if (undone !== undefined)
    return [{ check, state: undone.status, text: `${check} (${undone.reason ?? undone.status})` }];
  const stale = mine.find(({ freshUntil }) => freshUntil !== null && !(Date.parse(freshUntil) >= now.getTime()));
  return stale === undefined ? [] : [{ check, state: 'stale', text: `${check} (stale)` }];
}

/** Files can be made so that a check fails over them: that is no answer, although the check is not required. */
function failedFacts(evidence: readonly Evidence[], settings: PolicySettings): readonly UncheckedFact[] {
  const checks = settings.mustNotFail.filter((check) => !settings.requiredChecks.includes(check));
  return checks.flatMap((check): readonly UncheckedFact[] => {
    const failed = evidence.find(({ scanner, status }) => scanner === check && status === 'failed');
    return failed === undefined ? [] : [{ check, state: 'failed', text: `${check} (${failed.reason ?? 'failed'})` }];
  });
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function byText(a: { readonly text: string }, b: { readonly text: string }): number {
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}
