/** One decision by a person: four eyes, the newest evidence, and the words that each outcome needs. */
import { requireMay, requireStrength } from '../../domain/authority.ts';
import type { Digest } from '../../domain/digest.ts';
import type { EvidenceSet } from '../../domain/evidence.ts';
import { freeText, optionalText } from '../../domain/free-text.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem, unreachable } from '../../domain/problem.ts';
import { parsePurl } from '../../domain/purl.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { requireChannel } from '../channels/read.ts';
import { denials, isDenied } from '../lists/read.ts';
import { lockRequest, type RequestDetails, showRequest } from '../requests/read.ts';
import type { Choice, DecisionForm, DecisionsDeps } from './deps.ts';
import { type Decision, decisionOf, decisionsOf, finalDecision } from './read.ts';
import { type DecisionOutcome, type DecisionRow, insertDecision, nextNumber } from './store.ts';

/** Records a decision. The caller has checked that the actor decides anywhere at all. */
export function decide(deps: DecisionsDeps, actor: Actor, form: DecisionForm): Promise<Decision> {
  return deps.ledger.change(actor, async (change) => {
    const { db, append } = change;
    await lockRequest(db, form.request);
    const request = await showRequest(db, form.request);
    await requireAuthority(change, actor, { request, choice: form.choice });
    requireOtherEyes(request, actorName(actor));
    await requireUndecided(change, request.id);
    requireState(request.id, request.state, form.choice);
    const seen = await evidenceSeen(deps, change, form);
    const dossier =
      seen === undefined
        ? null
        : await deps.keepDossier({ set: seen.set, evidence: seen.digest, request, at: change.now });
    const row = await rowOf({ change, actor, form, request, seen, dossier });
    if (!(await insertDecision(db, row))) throw alreadyDecided(request.id);
    if (form.choice.kind === 'deny') {
      const { versions, everywhere } = form.choice;
      const { channel, ecosystem, name, reason } = row;
      const reach = everywhere === true ? null : channel;
      await deps.deny(change, actor, { channel: reach, ecosystem, name, versions: versions ?? null, reason });
    }
    const { id: decision, channel, outcome, list, reason } = row;
    const evidence = seen?.digest ?? null;
    const made = { kind: 'decision-made', decision, request: request.id, channel, outcome, list } as const;
    append({ ...made, evidence, dossier, reason });
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
  if (choice.kind !== 'accept') return;
  const { tier } = await requireChannel(db, channel);
  if (tier >= PASSKEY_FROM_TIER) requireStrength(actor, 'phishing-resistant', `accepting into a list of tier ${tier}`);
}

interface Seen {
  readonly digest: Digest;
  readonly set: EvidenceSet;
}

/** The newest evidence, which must be what the form names; `undefined` where there is none. */
async function evidenceSeen(deps: DecisionsDeps, change: Change, form: DecisionForm): Promise<Seen | undefined> {
  const digest = await deps.newestEvidence(change.db, form.request);
  if (form.evidence !== undefined && form.evidence !== digest)
    throw conflict(
      'newer-evidence',
      `${form.request} has other evidence than the decision names`,
      'Look at the newest evidence and decide again.',
    );
  if (digest === undefined) return undefined;
  const set = await deps.evidence(digest);
  if (form.choice.kind === 'accept') await requireNoDenial(deps, change, set);
  return { digest, set };
}

interface Deciding {
  readonly change: Change;
  readonly actor: Actor;
  readonly form: DecisionForm;
  readonly request: RequestDetails;
  readonly seen: Seen | undefined;
  readonly dossier: Digest | null;
}

async function rowOf({ change, actor, form, request, seen, dossier }: Deciding): Promise<DecisionRow> {
  const words = wordsOf(form, seen?.set, change.now);
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
    outcome: outcomeOf(form.choice),
    list: form.choice.kind === 'accept' ? form.choice.list : null,
    evidence: seen?.digest ?? null,
    dossier,
    policy: seen?.set.policy ?? null,
    verdict: seen?.set.verdict.outcome ?? null,
    decided_by: actorName(actor),
    decided_at: change.now,
    ...words,
    expired_at: null,
  };
}

async function requireUndecided({ db }: Change, request: string): Promise<void> {
  if (finalDecision(await decisionsOf(db, request)) !== undefined) throw alreadyDecided(request);
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
      `Reject the request, or have ${denial.id} lifted first.`,
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

function outcomeOf(choice: Choice): DecisionOutcome {
  switch (choice.kind) {
    case 'accept':
      return 'accepted';
    case 'reject':
      return 'rejected';
    case 'ask':
      return 'asked';
    case 'deny':
      return 'denied';
    default:
      return unreachable(choice);
  }
}

function requireState(id: string, state: string, choice: Choice): void {
  const open =
    choice.kind === 'accept' ? ['in-review', 'submitted'] : ['submitted', 'in-review', 'failed', 'needs-answer'];
  if (open.includes(state)) return;
  throw conflict(
    'wrong-state',
    `${id} is ${state}, which this decision does not fit`,
    `See \`pratique request show ${id}\`.`,
  );
}

interface Words {
  readonly reason: string;
  readonly concern: string | null;
  readonly criterion: number | null;
  readonly note: string | null;
  readonly until: Date | null;
}

function wordsOf(form: DecisionForm, set: EvidenceSet | undefined, now: Date): Words {
  const note = optionalText('The note', form.note);
  const { choice } = form;
  const until = form.until === undefined ? null : laterThan(now, form.until);
  const plain = { concern: optionalText('The concern', form.concern), criterion: null, note, until };
  if (choice.kind === 'reject')
    return {
      ...plain,
      reason: freeText('The reason', form.reason ?? ''),
      concern: freeText('What would change our mind (--concern)', form.concern ?? ''),
    };
  if (choice.kind !== 'accept')
    return {
      ...plain,
      reason: freeText(choice.kind === 'ask' ? 'The question (--reason)' : 'The reason', form.reason ?? ''),
    };
  if (set === undefined)
    throw conflict(
      'no-evidence',
      `${form.request} has no evidence yet`,
      'Wait until it is collected; nothing is accepted unseen.',
    );
  const { reasons, outcome } = set.verdict;
  const needs = new Set(reasons.map((one) => one.needs));
  if (note === null && (outcome !== 'admit' || needs.has('note')))
    throw usage(
      'note-needed',
      `Policy says ${outcome}: accepting needs a note`,
      'Say with --note what is done about it.',
    );
  if (until === null && (outcome === 'refuse' || needs.has('exception')))
    throw usage(
      'exception-needed',
      'Policy refuses this: accepting is an exception with an end date',
      'Give the date with --until YYYY-MM-DD.',
    );
  return {
    ...plain,
    reason: freeText('The reason', form.reason ?? ''),
    criterion: criterionOf(choice.list, form.criterion, note),
  };
}

/** The policy's five criteria for the core list; any one suffices. */
function criterionOf(list: 'core' | 'extra', criterion: number | undefined, note: string | null): number | null {
  if (list === 'extra') return null;
  if (criterion !== undefined && Number.isInteger(criterion) && criterion >= 1 && criterion <= 5 && note !== null)
    return criterion;
  throw usage(
    'criterion-needed',
    'The core list needs one of the five criteria, and a note on how it is met',
    'Give --criterion 1 to 5 and --note.',
  );
}

function laterThan(now: Date, text: string): Date {
  const shape = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.exec(text);
  const at = Date.parse(text);
  // Date.parse rolls 30 February over to March: what is read back must be what was written.
  const isDate = shape !== null && !Number.isNaN(at) && new Date(at).toISOString().startsWith(shape[1] ?? '-');
  if (isDate && at > now.getTime()) return new Date(at);
  throw usage(
    'not-a-date',
    `${JSON.stringify(text.slice(0, 40))} is no date after now`,
    'Write YYYY-MM-DD (00:00 UTC of that day).',
  );
}

function usage(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'usage', code, what, next });
}
function conflict(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'conflict', code, what, next });
}
function refused(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'not-allowed', code, what, next });
}
