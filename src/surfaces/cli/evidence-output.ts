/** Evidence in the published form of `vet --json`, and in short for people. */
import type { EvidenceSet, VettedRelease } from '../../domain/evidence.ts';
import { wordsOfPassedOver } from '../../domain/passed-over.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** The contract's form (section 4): one result per release in the tree. */
export function resultsOf(set: EvidenceSet) {
  return set.releases.map((release) => resultOf(release, set));
}

function resultOf(release: VettedRelease, set: EvidenceSet) {
  const { purl, role, requiredBy, targets, files, evidence, verdict } = release;
  return {
    purl,
    role,
    required_by: requiredBy,
    targets,
    files: files.map(({ filename, sha256, size, derived }) => ({ filename, sha256, size, derived: derived ?? null })),
    unavailable_targets: set.unavailableTargets,
    evidence: evidence.map(({ scanner, version, status, reason, findings, collectedAt, freshUntil }) => ({
      scanner,
      version,
      status,
      reason,
      findings: findings.map((finding) => ({ ...finding, location: finding.location ?? null })),
      collected_at: collectedAt,
      fresh_until: freshUntil,
    })),
    verdict,
  };
}

/** Everything about a set beside its results. */
export function aboutSet(set: EvidenceSet) {
  const { channel, root, verdict, warnings, alternative, unavailableTargets, policy, collectedAt } = set;
  const about = { channel, root, passed_over: set.passedOver ?? null, verdict, warnings, alternative, policy };
  return { ...about, unavailable_targets: unavailableTargets, collected_at: collectedAt };
}

/** The dossier in short: the tree, each finding, what could not be checked, the verdict and its reasons. */
export function dossierText(set: EvidenceSet): string {
  const lines = [`tree of ${set.root}:`];
  if (set.passedOver !== undefined) lines.push(`not taken: the newer ${wordsOfPassedOver(set.passedOver)}`);
  for (const release of set.releases) lines.push(...releaseLines(release));
  for (const { target, reason } of set.unavailableTargets) lines.push(`not available for ${target}: ${reason}`);
  for (const warning of set.warnings) lines.push(`warning: ${warning}`);
  if (set.alternative !== null)
    lines.push(`second answer: without ${set.alternative.without.join(', ')}: ${set.alternative.reason}`);
  lines.push(`verdict of the policy: ${set.verdict.outcome}`);
  for (const { rule, outcome, text, needs } of set.verdict.reasons)
    lines.push(`  ${outcome} (${rule}${needs === 'nothing' ? '' : `, accepting needs: ${needs}`}) ${text}`);
  return lines.join('\n');
}

/** A finding in one line, with its place where it has one. */
function findingLine({ kind, severity, summary, location }: FindingInShort): string {
  const place = location === undefined || location === null || summary.includes(location) ? '' : ` at ${location}`;
  return `${kind} (${severity}): ${summary}${place}`;
}

/** More of one kind than this hide the rest from a reader on a terminal. */
const MOST_OF_A_KIND = 12;

/** Each finding in one line. Of many of one kind that are only worth knowing, the first and how many more there are. */
export function findingLines(findings: readonly FindingInShort[]): readonly string[] {
  const groups = Map.groupBy(findings, ({ kind, severity }) => `${kind} (${severity})`);
  return [...groups].flatMap(([about, all]) => {
    const most = all[0]?.severity === 'info' ? MOST_OF_A_KIND : all.length;
    const more = all.length > most ? [`${about}: ${all.length - most} more, which --json and --format html list`] : [];
    return [...all.slice(0, most).map(findingLine), ...more];
  });
}

interface FindingInShort {
  readonly kind: string;
  readonly severity: string;
  readonly summary: string;
  readonly location?: string | null | undefined;
}

function releaseLines({ purl, role, evidence, verdict }: VettedRelease): readonly string[] {
  const failed = evidence.filter(({ status }) => status === 'failed');
  const findings = evidence.flatMap((one) => one.findings);
  const lines = [`${role === 'root' ? '' : '  '}${purl}  ${verdict.outcome}`];
  lines.push(...findingLines(findings).map((line) => `      ${line}`));
  for (const { scanner, reason } of failed) lines.push(`      could not check: ${scanner}: ${reason ?? ''}`);
  return lines;
}

/** Refused is "not allowed"; review waits for people; evidence that could not be collected is never reported as done. */
export function exitOfSet({ verdict }: { readonly verdict: Pick<EvidenceSet['verdict'], 'outcome'> }): ExitCode {
  switch (verdict.outcome) {
    case 'admit':
      return EXIT.done;
    case 'review':
      return EXIT.pending;
    case 'refuse':
      return EXIT.notAllowed;
  }
}
