/** Facts about decisions, for other rooms and surfaces. */
import type { Queryable, Transaction } from '../../platform/db/port.ts';
import {
  allRows,
  type DecisionOutcome,
  type DecisionPage,
  type DecisionRow,
  finalRows,
  findRow,
  firstUseRow,
  firstUses,
  pageOfRows,
  rowsOfIds,
  rowsOfPackage,
  rowsOfRequest,
  seenRow,
} from './store.ts';

export type { DecisionOutcome } from './store.ts';

/** A decision with everything it is pinned to. Times are RFC 3339, UTC. */
export interface Decision {
  readonly id: string;
  readonly request: string | null;
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
  /** The version in the evidence; `null` where nothing was resolved. */
  readonly version: string | null;
  readonly extras: readonly string[];
  readonly outcome: DecisionOutcome;
  readonly list: 'core' | 'extra' | null;
  readonly evidence: string | null;
  /** Digest of the dossier that it was made on; `null` where there was no evidence. */
  readonly dossier: string | null;
  readonly policy: string | null;
  readonly verdict: string | null;
  /** A person's name, or `system` where policy decided. */
  readonly decidedBy: string;
  readonly decidedAt: string;
  readonly reason: string;
  readonly concern: string | null;
  readonly criterion: number | null;
  readonly note: string | null;
  readonly until: string | null;
  readonly expiredAt: string | null;
  /** Until then whoever made it may undo it; `null` where it took effect at once. */
  readonly undoUntil: string | null;
  /** It was undone, and counts for nothing. */
  readonly undoneAt: string | null;
  /** The first of the two approvals, where the channel takes two. */
  readonly approvedWith: string | null;
  /** When somebody is reminded to look again; `until` is when an exception ends. */
  readonly reviewAgainAt: string | null;
}

export async function findDecision(db: Queryable, id: string): Promise<Decision | undefined> {
  const row = await findRow(db, id);
  return row === undefined ? undefined : decisionOf(row);
}

/** Holds a decision still until the transaction ends, so that it is not undone while somebody acts on it. */
export async function lockDecision(db: Transaction, id: string): Promise<Decision | undefined> {
  const row = await findRow(db, id, true);
  return row === undefined ? undefined : decisionOf(row);
}

/** Digest of the evidence that a person was last shown of a request. */
export async function evidenceSeenBy(db: Queryable, request: string, person: string): Promise<string | undefined> {
  return (await seenRow(db, request, person))?.evidence;
}

/** A page of decisions, newest first. */
export async function pageOfDecisions(db: Queryable, asked: DecisionPage): Promise<readonly Decision[]> {
  return (await pageOfRows(db, asked)).map(decisionOf);
}

export interface FirstUse {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly evidence: string;
  readonly verdict: string;
  readonly seenAt: string;
}

/** What was used for the first time in open channels, and policy did not admit; oldest first. */
export async function firstUsesOf(db: Queryable, channel: string | undefined): Promise<readonly FirstUse[]> {
  return (await firstUses(db, channel)).map(({ seen_at, ...use }) => ({ ...use, seenAt: seen_at.toISOString() }));
}

/** What policy said of a package when an open channel was first asked for it; `undefined` where that was never. */
export async function firstUseOf(
  db: Queryable,
  about: { readonly channel: string; readonly ecosystem: string; readonly name: string },
): Promise<FirstUse | undefined> {
  const row = await firstUseRow(db, about);
  return row === undefined ? undefined : { ...row, seenAt: row.seen_at.toISOString() };
}

/** Every decision ever made, oldest first. */
export async function listDecisions(db: Queryable): Promise<readonly Decision[]> {
  return (await allRows(db)).map(decisionOf);
}

/** Oldest first. */
export async function decisionsOf(db: Queryable, request: string): Promise<readonly Decision[]> {
  return (await rowsOfRequest(db, request)).map(decisionOf);
}

/** The one that ended the request, where people made it; a question, one of two approvals and what was undone end nothing. */
export function finalDecision(decisions: readonly Decision[]): Decision | undefined {
  return decisions.find(({ outcome, undoneAt }) => outcome !== 'asked' && outcome !== 'approved' && undoneAt === null);
}

/** Of many requests, the decisions that ended them. */
export async function finalDecisionsOf(db: Queryable, requests: readonly string[]): Promise<readonly Decision[]> {
  return (await finalRows(db, requests)).map(decisionOf);
}

/** By id. */
export async function decisionsById(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Decision>> {
  return new Map((await rowsOfIds(db, ids)).map((row) => [row.id, decisionOf(row)]));
}

/** Approvals that a second person may complete: of this evidence, into this list. */
export function standingApprovals(
  decisions: readonly Decision[],
  { list, evidence }: { readonly list: 'core' | 'extra'; readonly evidence: string },
): readonly Decision[] {
  return decisions.filter(
    (one) => one.outcome === 'approved' && one.undoneAt === null && one.list === list && one.evidence === evidence,
  );
}

/** Decisions about a package in a channel, oldest first. */
export async function decisionsAbout(
  db: Queryable,
  asked: { readonly channel: string; readonly ecosystem: string; readonly name: string },
): Promise<readonly Decision[]> {
  return (await rowsOfPackage(db, asked)).map(decisionOf);
}

export function decisionOf(row: DecisionRow): Decision {
  const { id, request, channel, ecosystem, name, version, extras, outcome, list, evidence, dossier } = row;
  const { policy, verdict, reason, concern, criterion, note } = row;
  return {
    id,
    request,
    channel,
    ecosystem,
    name,
    version,
    extras,
    outcome,
    list,
    evidence,
    dossier,
    policy,
    verdict,
    reason,
    concern,
    criterion,
    note,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at.toISOString(),
    until: row.until?.toISOString() ?? null,
    expiredAt: row.expired_at?.toISOString() ?? null,
    undoUntil: row.undo_until?.toISOString() ?? null,
    undoneAt: row.undone_at?.toISOString() ?? null,
    approvedWith: row.approved_with,
    reviewAgainAt: row.review_again_at?.toISOString() ?? null,
  };
}
