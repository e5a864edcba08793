import type { DerivedFile } from './derivation.ts';
import type { Digest } from './digest.ts';
import type { DistributionKind } from './distribution.ts';
import type { JsonValue } from './json.ts';

export type { JsonValue } from './json.ts';

/** What a finding is about. The list grows; a name once used keeps its meaning (contract of the JSON output). */
export const FINDING_KINDS = [
  'vulnerability',
  'malicious',
  'typosquat',
  'weakness',
  'secret',
  'licence',
  'copied-code',
  'install-code',
  'archive',
  'provenance',
  'source-mismatch',
  'identity',
  'popularity',
  'maintenance',
  'unsatisfied-dependency',
  'tests',
  'opaque-data',
  'capability',
  'change',
  'installation',
  'upstream-tests',
  'system-requirement',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** `unknown` is a state of its own: it is not "none" and never reads as harmless. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'none' | 'info' | 'unknown';

/** One claim by a scanner. Texts are for people; `data` is for policy and machines. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** The purl or the file name the claim is about. */
  readonly subject: string;
  readonly summary: string;
  /** Path inside the distribution, or other place, where there is one. */
  readonly location: string | undefined;
  readonly data: Readonly<Record<string, JsonValue>>;
}

/** Never a boolean: "found nothing", "could not look" and "does not apply" are three outcomes. */
export type ScanOutcome =
  | { readonly status: 'completed'; readonly findings: readonly Finding[] }
  | { readonly status: 'not-applicable'; readonly reason: string }
  | { readonly status: 'failed'; readonly reason: string; readonly retryable: boolean };

/** A scan outcome with who, when and over what: the form in `vet --json`. */
export interface Evidence {
  readonly scanner: string;
  readonly version: number;
  readonly status: ScanOutcome['status'];
  /** Why it failed or does not apply; `null` where it completed. */
  readonly reason: string | null;
  readonly findings: readonly Finding[];
  /** RFC 3339, UTC. */
  readonly collectedAt: string;
  /** After this moment the evidence is stale and no longer satisfies policy; `null` where it never goes stale. */
  readonly freshUntil: string | null;
}

export type VerdictOutcome = 'admit' | 'review' | 'refuse';

/** One policy rule that spoke. */
export interface VerdictReason {
  /** Id of the rule in `policy.yaml`. */
  readonly rule: string;
  readonly outcome: VerdictOutcome;
  /** Plain language, with the figures filled in. */
  readonly text: string;
  /** What a person must add to accept in spite of it: nothing, a remediation note, or an exception with an end date. */
  readonly needs: 'nothing' | 'note' | 'exception';
}

/** What policy says. What people say is a decision. */
export interface Verdict {
  readonly outcome: VerdictOutcome;
  readonly reasons: readonly VerdictReason[];
}

/** A file that was vetted and that a snapshot may offer once its release is cleared. */
export interface VettedFile {
  readonly filename: string;
  readonly sha256: Digest;
  /** Bytes. */
  readonly size: number;
  readonly kind: DistributionKind;
  /** RFC 3339, UTC. */
  readonly uploadedAt: string | undefined;
  readonly requiresRuntime: string | undefined;
  readonly yanked: string | false;
  /** Digest of the stored metadata text: the exact one inside the file (`METADATA`), or the index's own (npm). */
  readonly metadataSha256: Digest | undefined;
  /** Of a source distribution: what its build asks for, in the ecosystem's own language. Absent where it is not known. */
  readonly buildRequires?: readonly string[] | undefined;
  /** What is offered in its place, where policy wants that: made here from this file. */
  readonly derived?: DerivedFile | undefined;
  /** Digest of what upstream published as its attestations, byte for byte. Absent where there are none, or could not be had. */
  readonly attestations?: Digest | undefined;
  readonly source: string;
  /** Ids of the channel targets for which the resolver picked this file. */
  readonly targets: readonly string[];
}

/** A dependency edge as resolved for one target. */
export interface Edge {
  readonly target: string;
  /** Purl of the release that is needed. */
  readonly to: string;
}

/** One release of a vetted tree. */
export interface VettedRelease {
  readonly purl: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly role: 'root' | 'dependency';
  /** Extras asked for, over all targets; sorted. */
  readonly extras: readonly string[];
  /** Purls of the releases that need this one; empty for a root. */
  readonly requiredBy: readonly string[];
  readonly needs: readonly Edge[];
  readonly targets: readonly string[];
  /** RFC 3339, UTC; `null` where upstream does not say. */
  readonly releasedAt: string | null;
  readonly files: readonly VettedFile[];
  readonly evidence: readonly Evidence[];
  readonly verdict: Verdict;
}

/** A target for which the tree cannot be had, with the reason in plain words. */
export interface UnavailableTarget {
  readonly target: string;
  readonly reason: string;
}

/**
 * The other answer, where policy refuses a dependency of the newest tree. Where the request resolves without the refused
 * releases, that second tree is the vetted one and `tree` names the first; where it does not, `tree` is `null`.
 */
export interface Alternative {
  /** Purls that policy refuses and that were left out. */
  readonly without: readonly string[];
  /** Purls of the first tree; `null` where there is no second one. */
  readonly tree: readonly string[] | null;
  readonly reason: string;
}

/**
 * A newer release of what was asked for than the one that was taken: too young; itself denied, quarantined or refused; or not
 * to be installed on the channel's targets with all that it needs, as where something it needs is denied.
 */
export interface PassedOver {
  readonly version: string;
  readonly reason: 'cooling-down' | 'stopped' | 'not-installable';
  /** When the cool-down ends: RFC 3339, UTC. */
  readonly until: string | null;
  /** What stops it, or keeps it from being installed, in words; absent where that was not found out. */
  readonly cause?: string | undefined;
}

/** All evidence for one request at one moment. Stored as a blob; its digest is what a decision is pinned to. */
export interface EvidenceSet {
  readonly schema: 'pratique.evidence-set/1';
  readonly channel: string;
  readonly ecosystem: string;
  /** The request as asked: normal name, extras, version or `null` for the newest that policy prefers. */
  readonly asked: { readonly name: string; readonly extras: readonly string[]; readonly version: string | null };
  readonly root: string;
  readonly releases: readonly VettedRelease[];
  readonly unavailableTargets: readonly UnavailableTarget[];
  /** The tree as first resolved differs from the second one where policy refuses a dependency. */
  readonly alternative: Alternative | null;
  /** Absent where nothing newer was kept back, or where a version was asked for. */
  readonly passedOver?: PassedOver | undefined;
  /** Source warnings and other things a reviewer must know. */
  readonly warnings: readonly string[];
  /** The worst verdict of the tree. */
  readonly verdict: Verdict;
  /** Digest of the policy text in force. */
  readonly policy: Digest;
  readonly collectedAt: string;
}
