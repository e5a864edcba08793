/** The audit room: reads the book for those who ask who allowed what, when, and on what evidence. It changes nothing. */
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { EvidenceSet } from '../../domain/evidence.ts';
import { differenceText, type EvidenceDifference, evidenceDifference } from '../../domain/evidence-difference.ts';
import { Problem } from '../../domain/problem.ts';
import type { Database } from '../../platform/db/port.ts';
import type { LedgerFilter, LedgerRow } from '../../platform/ledger/port.ts';
import { type Decision, findDecision } from '../decisions/read.ts';

export interface AuditDeps {
  readonly db: Database;
  ledger(filter: LedgerFilter): Promise<readonly LedgerRow[]>;
  evidence(digest: Digest): Promise<EvidenceSet>;
  /** The newest evidence about a release that was asked for in a channel, whoever asked. */
  newestEvidence(about: Pick<Decision, 'channel' | 'ecosystem' | 'name' | 'version'>): Promise<Digest | undefined>;
  /** Whether the dossier that the decision names is what its evidence and request give. */
  dossier(decision: Decision): Promise<DossierState>;
  /** The id of what stops the release by now, or `undefined`. */
  stoppedBy(release: Pick<Decision, 'channel' | 'ecosystem' | 'name' | 'version'>): Promise<string | undefined>;
}

export type DossierState =
  | { readonly status: 'whole' | 'older-composer' | 'not-pinned' }
  | { readonly status: 'broken'; readonly what: string };

/** A decision on two clocks: what was known then, and what is known now. Times are RFC 3339, UTC. */
export interface Replay {
  readonly decision: Decision;
  /** The evidence that the deciding person had; `null` where there was none. */
  readonly seen: {
    readonly digest: string;
    readonly collectedAt: string;
    readonly verdict: string;
    readonly reasons: readonly string[];
    readonly releases: readonly string[];
  } | null;
  readonly dossier: DossierState;
  /** Everything that the ledger says of the request and the decision, oldest first. */
  readonly rows: readonly LedgerRow[];
  readonly since: {
    /** The difference of the newest evidence to what was seen; `null` where there is no newer one. */
    readonly difference: EvidenceDifference | null;
    readonly text: string;
    readonly stoppedBy: string | null;
  };
}

export interface Audit {
  /** Throws `unknown-decision`. */
  replay(decision: string): Promise<Replay>;
}

/** Rows of one replay; a request with more has been talked about for years. */
const MOST_ROWS = 1000;

export function createAudit(deps: AuditDeps): Audit {
  return { replay: (id) => replay(deps, id) };
}

async function replay(deps: AuditDeps, id: string): Promise<Replay> {
  const decision = await findDecision(deps.db, id);
  if (decision === undefined)
    throw new Problem({
      kind: 'not-found',
      code: 'unknown-decision',
      what: `There is no decision ${JSON.stringify(id.slice(0, 40))}`,
      next: 'Decisions have ids like A-12: `pratique log list --kind decision-made`.',
    });
  const set = isEvidence(decision.evidence) ? await deps.evidence(decision.evidence) : undefined;
  return {
    decision,
    seen: set === undefined || decision.evidence === null ? null : seenIn(set, decision.evidence),
    dossier: await deps.dossier(decision),
    rows: await rowsAbout(deps, decision),
    since: { ...(await differenceSince(deps, decision, set)), stoppedBy: (await deps.stoppedBy(decision)) ?? null },
  };
}

function isEvidence(text: string | null): text is Digest {
  return text !== null && isDigest(text);
}

function seenIn({ collectedAt, verdict, releases }: EvidenceSet, digest: string): Replay['seen'] {
  const reasons = verdict.reasons.map(({ text }) => text);
  return { digest, collectedAt, verdict: verdict.outcome, reasons, releases: releases.map(({ purl }) => purl) };
}

async function rowsAbout({ ledger }: AuditDeps, { id, request }: Decision): Promise<readonly LedgerRow[]> {
  const found = new Map<number, LedgerRow>();
  for (const about of request === null ? [id] : [request, id])
    for (const row of await ledger({ about, order: 'oldest-first', limit: MOST_ROWS })) found.set(row.sequence, row);
  return [...found.values()].toSorted((a, b) => a.sequence - b.sequence);
}

async function differenceSince(
  deps: AuditDeps,
  decision: Decision,
  seen: EvidenceSet | undefined,
): Promise<Pick<Replay['since'], 'difference' | 'text'>> {
  const newest = await deps.newestEvidence(decision);
  if (seen === undefined || newest === undefined || newest === decision.evidence)
    return { difference: null, text: 'nothing: no newer evidence was collected' };
  const difference = evidenceDifference(seen, await deps.evidence(newest));
  return { difference, text: differenceText(difference) };
}
