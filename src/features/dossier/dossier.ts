/**
 * The dossier as a document: what one evidence set, one request and one policy say, in plain words, every statement with
 * pointers to its evidence. Its canonical JSON is stored as a blob, and a decision is pinned to the digest of that.
 */
import type { Digest } from '../../domain/digest.ts';
import type { Severity, Verdict } from '../../domain/evidence.ts';
import type { ChangedFile } from '../../domain/file-changes.ts';

/**
 * Raise it when the same evidence gives other words: a dossier of an earlier version is then checked by its digest and by
 * its evidence, and is not composed again.
 */
export const COMPOSER_VERSION = 15;

/** JSON pointer (RFC 6901) into the evidence set that the dossier names by digest: `/releases/0/evidence/3/findings/1`. */
export type Pointer = string;

/** One sentence with what it rests on. */
export interface Statement {
  readonly text: string;
  readonly evidence: readonly Pointer[];
}

/** A request as it stood: the answers and the talk, without names of people, projects and contacts. */
export interface AskedFor {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly filedAt: string;
  readonly answers: readonly { readonly q1: string; readonly q2: string; readonly q3: string }[];
  readonly talk: readonly { readonly kind: 'question' | 'answer'; readonly text: string; readonly at: string }[];
  /** The answer to the concern of an earlier request. */
  readonly answersConcern: string | null;
}

/** Something the code can do, and which packages of the tree can. */
export interface Ability {
  /** As the capability finding names it: `network`. */
  readonly id: string;
  readonly text: string;
  readonly packages: readonly { readonly purl: string; readonly evidence: readonly Pointer[] }[];
}

/** Something that could change the decision. */
export interface Concern {
  readonly text: string;
  readonly purls: readonly string[];
  /** `policy` where a rule of the policy speaks, else the severity of the finding. */
  readonly weight: 'refuse' | 'review' | Severity;
  /** Rule of the policy, or kind of the finding. */
  readonly about: string;
  /** Who says so. */
  readonly source: string;
  /** What accepting in spite of it takes, by policy. */
  readonly needs: 'nothing' | 'note' | 'exception';
  readonly places: number;
  readonly evidence: readonly Pointer[];
}

/** What one check came to over the whole tree. */
export interface CheckSummary {
  readonly scanner: string;
  /** The question that the check answers, in plain words. */
  readonly question: string;
  readonly packages: number;
  /** Why, where it could not look or does not apply; each reason once. */
  readonly reasons: readonly string[];
  readonly evidence: readonly Pointer[];
}

/** One of the risks that the policy names, with what was found on it. */
export interface Risk {
  readonly id: string;
  readonly text: string;
  readonly found: readonly Statement[];
  /** Of the checks that bear on it and ran to their end: what "nothing found" rests on. */
  readonly evidence: readonly Pointer[];
}

/** One advisory for one release of the tree. */
export interface KnownFlaw {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly text: string;
  readonly severity: Severity;
  readonly cvss: number | null;
  readonly vector: string | null;
  /** As the imported lists say; "not configured" and "stale" are answers too. */
  readonly exploited: string;
  readonly epss: string;
  readonly purl: string;
  /** From the root to the release: why it is in the tree. */
  readonly path: readonly string[];
  readonly fixed: readonly string[];
  readonly nextFix: string | null;
  /** Versions that are cleared here and free of it, newest first. */
  readonly clearedAndFree: readonly string[];
  readonly evidence: readonly Pointer[];
}

/** What is new against the release that was cleared before. */
export interface ReleaseChange {
  readonly purl: string;
  /** The version it is compared with; `null` where none is cleared. */
  readonly since: string | null;
  readonly isCleared: boolean;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  readonly lines: readonly Statement[];
  /** What is other in its files; empty where that could not be compared, or there is nothing to compare with. */
  readonly files: readonly FileDifference[];
  readonly evidence: readonly Pointer[];
}

/** What differs in files of a release that changed alike; the figures stand in the evidence. */
export interface FileDifference {
  readonly text: string;
  /** Each with the file of the earlier release that it was compared with. */
  readonly of: readonly { readonly filename: string; readonly comparedWith: string }[];
  /** The files that differ most, the weightiest first. */
  readonly largest: readonly Pick<ChangedFile, 'path' | 'change' | 'lines'>[];
  readonly evidence: readonly Pointer[];
}

/** One row of the policy's evidence table, and what is added to it. `null` is "could not check". */
export interface PackageRow {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly role: 'root' | 'dependency';
  readonly path: readonly string[];
  /** RFC 3339, UTC. */
  readonly published: string | null;
  readonly downloads30Days: Cell;
  readonly downloads12Months: Cell;
  readonly flaws: Cell;
  readonly people: Cell;
  readonly here: Cell;
  readonly licence: Cell;
  readonly atInstall: Cell;
  readonly opaque: Cell;
  readonly provenance: Cell;
  readonly files: readonly { readonly filename: string; readonly sha256: Digest; readonly size: number }[];
  readonly outcome: Verdict['outcome'];
  readonly evidence: readonly Pointer[];
}

export interface Cell {
  /** What to show; `null` where it could not be checked. */
  readonly text: string | null;
  readonly evidence: readonly Pointer[];
}

export type AnswerState = 'answered' | 'could-not-check' | 'for-a-person';

/** One question of the Concise Guide for Evaluating Open Source Software (OpenSSF), by our number. */
export interface GuideAnswer {
  readonly id: string;
  readonly chapter: string;
  readonly question: string;
  readonly state: AnswerState;
  /** Whether a person still judges what was collected. */
  readonly toJudge: boolean;
  readonly answer: string;
  readonly evidence: readonly Pointer[];
}

export interface Dossier {
  readonly schema: 'pratique.dossier/1';
  readonly composer: number;
  readonly evidence: Digest;
  readonly policy: Digest;
  /** RFC 3339, UTC: when the evidence was collected. */
  readonly collectedAt: string;
  readonly channel: string;
  readonly ecosystem: string;
  readonly root: string;
  readonly name: string;
  readonly version: string;
  readonly request: AskedFor | null;
  readonly verdict: Verdict['outcome'];
  readonly short: readonly Statement[];
  readonly abilities: readonly Ability[];
  /** What the checks for abilities looked for and did not see anywhere in the tree. */
  readonly unseenAbilities: readonly string[];
  readonly concerns: readonly Concern[];
  /** Checks that ran to their end and claim nothing, those that describe included. */
  readonly clean: readonly CheckSummary[];
  /** Those of them that say something all the same: what the code can do, who made it, its licence. */
  readonly described: readonly CheckSummary[];
  readonly unchecked: readonly CheckSummary[];
  readonly notApplicable: readonly CheckSummary[];
  readonly purpose: readonly Statement[];
  readonly use: readonly Statement[];
  readonly risks: readonly Risk[];
  readonly changes: readonly ReleaseChange[];
  readonly flaws: readonly KnownFlaw[];
  readonly packages: readonly PackageRow[];
  readonly guide: readonly GuideAnswer[];
  /** Source warnings, targets without a tree, and a second answer where there was one. */
  readonly remarks: readonly string[];
}
