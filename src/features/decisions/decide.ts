/** One decision by a person: four eyes (or six), the newest evidence, and the words that each outcome needs. */
import { may, requireMay, requireStrength } from '../../domain/authority.ts';
import { asJson } from '../../domain/canonical-json.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { EvidenceSet } from '../../domain/evidence.ts';
import { differenceText, evidenceDifference } from '../../domain/evidence-difference.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { graceSeconds } from '../../domain/practice.ts';
import { Problem } from '../../domain/problem.ts';
import { parsePurl } from '../../domain/purl.ts';
import { next, REQUEST_WORKFLOW } from '../../domain/workflow.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { findPerson } from '../accounts/read.ts';
import { practiceOf, requireChannel } from '../channels/read.ts';
import { denials, isDenied } from '../lists/read.ts';
import { lockRequest, type RequestDetails, showRequest } from '../requests/read.ts';
import type { Choice, DecisionForm, DecisionsDeps } from './deps.ts';
import { type Decision, decisionOf, decisionsOf, finalDecision, standingApprovals } from './read.ts';
import { type DecisionOutcome, type DecisionRow, insertDecision, nextNumber } from './store.ts';
import { wordsOf } from './words.ts';

/** Records a decision. The caller has checked that the actor decides anywhere at all. */
export function decide(deps: DecisionsDeps, actor: Actor, form: DecisionForm): Promise<Decision> {
  return deps.ledger.change(actor, async (change) => {
    const { db } = change;
    await lockRequest(db, form.request);
    const request = await showRequest(db, form.request);
    await requireAuthority(change, actor, { request, choice: form.choice });
    requireOtherEyes(request, actorName(actor));
    const before = await decisionsOf(db, request.id);
    if (finalDecision(before) !== undefined) throw alreadyDecided(request.id);
    requireMove(request, form.choice);
    const seen = await evidenceSeen(deps, change, form);
    const outcome = await outcomeOf({ change, actor, form, request, before, seen });
    const dossier =
      seen === undefined
        ? null
        : await deps.keepDossier({ set: seen.set, evidence: seen.digest, request, at: change.now });
    const row = await rowOf({ change, actor, form, request, seen, dossier, ...outcome });
    if (!(await insertDecision(db, row))) throw alreadyDecided(request.id);
    if (form.choice.kind === 'deny') {
      const { versions, everywhere } = form.choice;
      const { channel, ecosystem, name, reason } = row;
      const reach = everywhere === true ? null : channel;
      await deps.deny(change, actor, { channel: reach, ecosystem, name, versions: versions ?? null, reason });
    }
    appendFact(change, row, { evidence: seen?.digest ?? null, dossier });
    return decisionOf(row);
  });
}

/** From this tier on the data are so sensitive that an acceptance takes a passkey, not a code that a false page could ask for. */
const PASSKEY_FROM_TIER = 3;

async function requireAuthority(
  { db }: Change,
  actor: Actor,
  { request, choice }: { readonly request: RequestDetails; readonly choice: Choice },
): Promise<void> {
  const { channel, ecosystem } = request;
  requireMay(actor, 'decide', { channel, ecosystem });
  // What reaches every channel takes a role in every channel, by this door as by that of the lists.
  if (choice.kind === 'deny' && choice.everywhere === true) requireMay(actor, 'add-denial', { ecosystem });
  if (choice.kind !== 'accept') return;
  const { tier } = await requireChannel(db, channel);
  if (tier >= PASSKEY_FROM_TIER) requireStrength(actor, 'phishing-resistant', `accepting into a list of tier ${tier}`);
}

/** An acceptance that waits for a second person is a fact of its own: nothing follows from it yet. */
function appendFact(
  { append }: Change,
  { id: decision, request, channel, outcome, list, reason, undo_until }: DecisionRow,
  pinned: { readonly evidence: Digest | null; readonly dossier: Digest | null },
): void {
  const undoUntil = undo_until?.toISOString();
  if (outcome === 'approved') {
    if (request !== null)
      append({ kind: 'approval-given', decision, request, channel, list, ...pinned, reason, undoUntil });
    return;
  }
  append({ kind: 'decision-made', decision, request, channel, outcome, list, ...pinned, reason, undoUntil });
}

interface Seen {
  readonly digest: Digest;
  readonly set: EvidenceSet;
}

/** The newest evidence, which must be what the form names; `undefined` where there is none. */
async function evidenceSeen(deps: DecisionsDeps, change: Change, form: DecisionForm): Promise<Seen | undefined> {
  const digest = await deps.newestEvidence(change.db, form.request);
  if (form.evidence !== undefined && form.evidence !== digest) throw await newerEvidence(deps, form, digest);
  if (digest === undefined) return undefined;
  const set = await deps.evidence(digest);
  if (form.choice.kind === 'accept') await requireNoDenial(deps, change, set);
  return { digest, set };
}

/** What the decision would have been blind to. */
async function newerEvidence(
  deps: DecisionsDeps,
  { evidence: named = '', request }: DecisionForm,
  newest: Digest | undefined,
): Promise<Problem> {
  const before = isDigest(named) ? await deps.evidence(named).catch(() => undefined) : undefined;
  const after = newest === undefined ? undefined : await deps.evidence(newest);
  // Evidence of something else says nothing about what changed here.
  const isSame =
    before !== undefined &&
    after !== undefined &&
    before.asked.name === after.asked.name &&
    before.channel === after.channel;
  const difference = isSame ? evidenceDifference(before, after) : undefined;
  return new Problem({
    kind: 'conflict',
    code: 'newer-evidence',
    what: `${request} has other evidence than the decision names`,
    why: difference === undefined ? `the newest is ${newest ?? 'none'}` : differenceText(difference),
    next: `Look at it (pratique review show ${request}) and decide again on ${newest ?? 'it'}.`,
    data: { named, newest: newest ?? null, difference: difference === undefined ? null : asJson(difference) },
  });
}

interface Outcome {
  readonly outcome: DecisionOutcome;
  /** The approval that this acceptance completes. */
  readonly approvedWith: string | null;
}

interface Weighing {
  readonly change: Change;
  readonly actor: Actor;
  readonly form: DecisionForm;
  readonly request: RequestDetails;
  readonly before: readonly Decision[];
  readonly seen: Seen | undefined;
}

/** Where a channel takes two approvals, the first is only that: two different people must have seen the same evidence. */
async function outcomeOf({ change, actor, form, request, before, seen }: Weighing): Promise<Outcome> {
  const { choice } = form;
  const alone = { outcome: OUTCOMES[choice.kind], approvedWith: null };
  if (choice.kind !== 'accept' || seen === undefined) return alone;
  if ((await practiceOf(change.db, request.channel)).approvers < 2) return alone;
  const given = standingApprovals(before, { list: choice.list, evidence: seen.digest });
  const standing = await ofDeciders(change, given, request);
  const other = standing.find((one) => one.decidedBy !== actorName(actor));
  if (other !== undefined) return { outcome: 'accepted', approvedWith: other.id };
  if (standing.length === 0) return { outcome: 'approved', approvedWith: null };
  throw conflict(
    'already-approved',
    `${actorName(actor)} has approved ${request.id} already, and ${request.channel} takes two people`,
    'Ask another reviewer for the second approval.',
  );
}

/** An approval counts only while its giver could still give it: not once the account is closed or the role is gone. */
async function ofDeciders(
  { db }: Change,
  given: readonly Decision[],
  { channel, ecosystem }: RequestDetails,
): Promise<readonly Decision[]> {
  const counting: Decision[] = [];
  for (const one of given) {
    const giver = await findPerson(db, one.decidedBy);
    if (giver === undefined || giver.disabledAt !== null) continue;
    if (may({ kind: 'person', ...giver }, 'decide', { channel, ecosystem })) counting.push(one);
  }
  return counting;
}

const OUTCOMES = { accept: 'accepted', reject: 'rejected', ask: 'asked', deny: 'denied' } as const;

interface Deciding extends Outcome {
  readonly change: Change;
  readonly actor: Actor;
  readonly form: DecisionForm;
  readonly request: RequestDetails;
  readonly seen: Seen | undefined;
  readonly dossier: Digest | null;
}

async function rowOf({ change, actor, form, request, seen, dossier, ...made }: Deciding): Promise<DecisionRow> {
  const { reviewAgain, ...words } = wordsOf(form, seen?.set, change.now);
  const number = await nextNumber(change.db);
  const { channel, ecosystem, name } = request;
  return {
    id: `A-${number}`,
    number,
    request: request.id,
    channel,
    ecosystem,
    name,
    version: rootVersion(seen?.set) ?? request.version,
    extras: [...request.extras],
    outcome: made.outcome,
    list: form.choice.kind === 'accept' ? form.choice.list : null,
    evidence: seen?.digest ?? null,
    dossier,
    policy: seen?.set.policy ?? null,
    verdict: seen?.set.verdict.outcome ?? null,
    decided_by: actorName(actor),
    decided_at: change.now,
    ...words,
    expired_at: null,
    undo_until: await undoUntil(change, channel, made.outcome),
    undone_at: null,
    approved_with: made.approvedWith,
    review_again_at: reviewAgain,
    reminded_at: null,
  };
}

/** A denial stops at once, and is lifted rather than undone. */
async function undoUntil({ db, now }: Change, name: string, outcome: DecisionOutcome): Promise<Date | null> {
  const seconds = graceSeconds(await requireChannel(db, name), await practiceOf(db, name));
  return outcome === 'denied' || seconds === 0 ? null : new Date(now.getTime() + seconds * 1000);
}

function alreadyDecided(request: string): Problem {
  return conflict('already-decided', `${request} was decided meanwhile`, `See \`pratique review show ${request}\`.`);
}

/** A tree that holds a denied release could never be published: the denial is lifted first, or other evidence collected. */
async function requireNoDenial(deps: DecisionsDeps, { db }: Change, set: EvidenceSet): Promise<void> {
  const all = await denials(db, set.channel);
  const rules = deps.ecosystem(set.ecosystem)?.versions;
  if (rules === undefined) return;
  for (const { ecosystem, name, version, purl } of set.releases) {
    const denial = isDenied(all, { channel: set.channel, ecosystem, name, version }, rules);
    if (denial === undefined) continue;
    throw refused(
      'denied',
      `${purl} is on the denied list (${denial.id}): ${denial.reason}`,
      `Have its requester withdraw it and ask anew, where it can do with another version of that; or reject it, or have ${denial.id} lifted first.`,
    );
  }
}

function rootVersion(set: EvidenceSet | undefined): string | undefined {
  return set === undefined ? undefined : parsePurl(set.root)?.version;
}

function requireOtherEyes(request: RequestDetails, who: string): void {
  if (request.filedBy === who || request.requesters.some((one) => one.person === who))
    throw refused(
      'own-request',
      `${who} asked for ${request.id}, so somebody else decides`,
      'Ask another reviewer (four-eyes rule).',
    );
}

function requireMove({ id, state }: RequestDetails, { kind }: Choice): void {
  if (next(REQUEST_WORKFLOW, state, kind) !== undefined) return;
  throw conflict(
    'wrong-state',
    `${id} is ${state}, which this decision does not fit (${kind})`,
    `See \`pratique request show ${id}\`.`,
  );
}

function conflict(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'conflict', code, what, next });
}
function refused(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'not-allowed', code, what, next });
}
