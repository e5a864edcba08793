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
  const everywhere = uncheckedEverywhere(set.releases);
  for (const release of set.releases) lines.push(...releaseLines(release, everywhere));
  for (const one of everywhere) lines.push(`could not check any of the ${set.releases.length} releases: ${one}`);
  for (const { target, reason } of set.unavailableTargets) lines.push(`not available for ${target}: ${reason}`);
  for (const warning of set.warnings) lines.push(`warning: ${warning}`);
  if (set.alternative !== null)
    lines.push(`second answer: without ${set.alternative.without.join(', ')}: ${set.alternative.reason}`);
  lines.push(`verdict of the policy: ${set.verdict.outcome}`);
  lines.push(...reasonLines(set));
  return lines.join('\n');
}

/** Each reason of a verdict in one line; what a rule says alike of many releases is said of the first, with how many more. */
export function reasonLines({ releases, verdict }: ReasonsInShort): readonly string[] {
  const alike = Map.groupBy(verdict.reasons, ({ rule, outcome, needs, text }) => {
    const release = releases.find(({ purl }) => text.startsWith(`${purl}: `));
    const { purl = '', name = '', version = '' } = release ?? {};
    const general = release === undefined ? text : text.slice(purl.length + 2).replace(`${name} ${version}`, '');
    return JSON.stringify([rule, outcome, needs, general]);
  });
  return [...alike.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const { rule, outcome, text, needs } = first;
    const others = more.length === 0 ? '' : `; the same holds for ${more.length} more`;
    return [`  ${outcome} (${rule}${needs === 'nothing' ? '' : `, accepting needs: ${needs}`}) ${text}${others}`];
  });
}

interface ReasonsInShort {
  readonly releases: readonly Pick<VettedRelease, 'purl' | 'name' | 'version'>[];
  readonly verdict: Pick<EvidenceSet['verdict'], 'reasons'>;
}

/** What could not be checked of any release of a tree, for one and the same reason: `scanner: reason`. */
export function uncheckedEverywhere(releases: readonly Pick<VettedRelease, 'evidence'>[]): ReadonlySet<string> {
  const [first, ...others] = releases.map(uncheckedOf);
  if (first === undefined || others.length === 0) return new Set();
  return new Set(first.filter((one) => others.every((other) => other.includes(one))));
}

function uncheckedOf({ evidence }: Pick<VettedRelease, 'evidence'>): readonly string[] {
  return evidence.flatMap(({ scanner, status, reason }) =>
    status === 'failed' ? [`${scanner}: ${reason ?? ''}`] : [],
  );
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

function releaseLines(release: VettedRelease, everywhere: ReadonlySet<string>): readonly string[] {
  const { purl, role, evidence, verdict } = release;
  const findings = evidence.flatMap((one) => one.findings);
  const lines = [`${role === 'root' ? '' : '  '}${purl}  ${verdict.outcome}`];
  lines.push(...findingLines(findings).map((line) => `      ${line}`));
  for (const one of uncheckedOf(release)) if (!everywhere.has(one)) lines.push(`      could not check: ${one}`);
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
