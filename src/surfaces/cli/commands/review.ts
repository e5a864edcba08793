/** `pratique review`: reviewers decide, pinned to the evidence they saw. */
import type { Command } from 'commander';
import { z } from 'zod';
import { type Actor, actorName } from '../../../domain/people.ts';
import { Problem } from '../../../domain/problem.ts';
import type { Choice, DecisionForm } from '../../../features/decisions/index.ts';
import { decisionsOf, evidenceSeenBy } from '../../../features/decisions/read.ts';
import { findWindow, type ObjectionWindow } from '../../../features/objections/read.ts';
import { type Move, type Request, showBundle, showRequest } from '../../../features/requests/read.ts';
import type { CliHost } from '../app.ts';
import { parseWhole } from '../arguments.ts';
import { checksAnswer, dossierFormat } from '../dossier-format.ts';
import { aboutSet, dossierText, resultsOf } from '../evidence-output.ts';
import { EXIT } from '../exit-codes.ts';
import { fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';
import { nameOf } from './request-name.ts';
import { showOneBundle } from './request-project.ts';

export const decideOptions = z.object({
  accept: z.string().optional(),
  reject: z.boolean().optional(),
  ask: z.boolean().optional(),
  deny: z.boolean().optional(),
  versions: z.string().optional(),
  everywhere: z.boolean().optional(),
  reason: z.string().optional(),
  concern: z.string().optional(),
  criterion: z.string().optional(),
  note: z.string().optional(),
  until: z.string().optional(),
  reviewAgain: z.string().optional(),
  evidence: z.string().optional(),
  newest: z.boolean().optional(),
});
type DecideOptions = z.infer<typeof decideOptions>;

const showOptions = z.object({ verify: z.boolean().optional() });

export function registerReview(program: Command, host: CliHost): void {
  const review = program.command('review').description('decide what researchers asked for');
  review
    .command('queue')
    .alias('list')
    .description('what waits for a reviewer')
    .action(act(host, 'review-queue', z.tuple([z.unknown()]), queue));
  review
    .command('show')
    .description('the dossier of a request (R-1), or the requests of a bundle (B-1)')
    .argument('<id>')
    .addOption(dossierFormat())
    .option('--output <file>', 'write the answer into a file')
    .option('--verify', 'compose the dossier of each decision again and compare')
    .action(act(host, 'review-show', z.tuple([z.string(), showOptions]), show));
  review
    .command('decide')
    .description(
      'accept, reject, ask back or deny a request (R-1) or what is undecided of a bundle (B-1); nobody decides their own',
    )
    .argument('<id>')
    .option('--accept <list>', 'accept into extra or core')
    .option('--reject', 'not accepted; needs --reason and --concern')
    .option('--ask', 'ask the requesters; --reason is the question')
    .option('--deny', 'put the package on the denied list')
    .option('--versions <range>', 'with --deny: only these versions')
    .option('--everywhere', 'with --deny: in every channel')
    .option('--reason <text>', 'why')
    .option('--concern <text>', 'what would change our mind')
    .option('--criterion <n>', 'for core: which of the five criteria, 1 to 5')
    .option('--note <text>', 'how the risk is dealt with; needed over a verdict of review')
    .option('--until <date>', 'end of an exception (needed over a verdict of refuse)')
    .option('--review-again <date>', 'when somebody is reminded to look again')
    .option('--evidence <digest>', 'the evidence set that was seen (default: what `review show` last showed you)')
    .option('--newest', 'decide on the newest evidence, whatever it says')
    .addHelpText(
      'after',
      '\nExample: pratique review decide R-1 --accept extra --reason "Standard tool." --note "No advisories known." --as vera',
    )
    .action(act(host, 'review-decide', z.tuple([z.string(), decideOptions]), decide));
  review
    .command('undo')
    .description('take back a decision of yours (A-1), as long as the channel lets you and nobody has acted on it')
    .argument('<id>')
    .action(act(host, 'review-undo', z.tuple([z.string(), z.unknown()]), undo));
}

/** What the queue says where it is empty. */
export const NOTHING_WAITS = 'Nothing waits for a reviewer.';

async function queue(session: Session) {
  const { decisions } = (await session.app()).rooms;
  const results = await decisions.queue({ channel: await session.knownChannel() });
  const rows = results.map((item) =>
    item.kind === 'request'
      ? [
          ...[item.request.id, item.request.channel, nameOf(item.request), item.request.verdict ?? ''],
          ...[item.request.filedBy, dueText(item.move)],
        ]
      : ['first use', item.channel, `${item.ecosystem} ${item.name}`, item.verdict, '', ''],
  );
  const list = table(['ID', 'CHANNEL', 'PACKAGE', 'VERDICT', 'BY', 'DUE'], rows);
  return { json: { results }, text: rows.length === 0 ? NOTHING_WAITS : list };
}

function dueText(move: Move | null): string {
  return `${move?.due?.slice(0, 10) ?? ''}${move?.isLate === true ? ' (late)' : ''}`;
}

async function show(session: Session, id: string, { verify }: z.infer<typeof showOptions>) {
  if (/^B-/.test(id)) return showOneBundle(session, id);
  if (verify === true) return verifyDossiers(session, id);
  const { db, rooms } = await session.app();
  const request = await showRequest(db, id);
  const decisions = await decisionsOf(db, id);
  const asked = request.requesters.map(({ person, q1, q2, q3 }) => `${person}:\n  1. ${q1}\n  2. ${q2}\n  3. ${q3}`);
  const head = `${id} ${nameOf(request)} in ${request.channel}: ${request.state}`;
  const open = await rooms.dossiers.ofRequest(id);
  if (open === undefined) {
    if (session.document !== undefined) throw noDossier(id);
    const text = [
      head,
      ...asked,
      request.failure === null ? 'no evidence yet' : `could not check: ${request.failure}`,
    ].join('\n');
    const exit = request.failure === null ? EXIT.pending : EXIT.couldNotCheck;
    return { json: { request, decisions, evidence: null, results: [] }, text, exit };
  }
  const { set, dossier, digest, standing } = open;
  // Who reads without saying who they are cannot have seen it.
  if (session.isNamed)
    await rooms.decisions.noteShown(await session.actor(), { request: id, evidence: dossier.evidence });
  const more = session.document === undefined ? {} : { document: await rooms.dossiers.render(open, session.document) };
  const about = { request, decisions, evidence: dossier.evidence, dossier: { digest, ...dossier } };
  const stopped = standing.stopped.map(({ purl, by }) => ({ purl, by }));
  const json = { ...about, ...aboutSet(set), stopped, results: resultsOf(set) };
  const now = stopped.map(({ purl, by }) => `now: ${by} stops ${purl}; the evidence below is of ${set.collectedAt}`);
  return {
    ...more,
    hints: whatToDecide(request),
    json,
    text: [head, ...now, ...asked, dossierText(set), `dossier ${digest}`].join('\n'),
  };
}

/** What is left to do about what was shown. */
export function whatToDecide({ id, state }: { readonly id: string; readonly state: string }): readonly string[] {
  if (state !== 'in-review') return [];
  return [`pratique review decide ${id} --accept extra --reason "...", or --reject, --ask, --deny`];
}

function noDossier(id: string): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'no-evidence',
    what: `${id} has no evidence yet, so there is no dossier`,
    next: `See \`pratique request show ${id}\`.`,
  });
}

async function verifyDossiers(session: Session, id: string) {
  const { db, rooms } = await session.app();
  await showRequest(db, id);
  return checksAnswer(await rooms.dossiers.verify(id));
}

async function decide(session: Session, id: string, options: DecideOptions) {
  return /^B-/.test(id) ? decideBundle(session, id, options) : decideOne(session, id, options);
}

/** Everything of a bundle that is still undecided, one after the other: what cannot be decided so is named. */
async function decideBundle(session: Session, id: string, options: DecideOptions) {
  if (options.evidence !== undefined)
    throw new Problem({
      kind: 'usage',
      code: 'one-evidence',
      what: 'A bundle has evidence for each of its requests',
      next: 'Leave --evidence out: what `review show` last showed you of each counts, else the newest.',
    });
  const { db } = await session.app();
  const { requests } = await showBundle(db, id);
  const open = requests.filter(({ state }) => !['in-window', ...ENDED].includes(state));
  const results: { readonly request: string; readonly outcome: string; readonly detail: string }[] = [];
  for (const request of open) results.push(await decideLine(session, request, options));
  await session.settle();
  const failed = results.filter(({ outcome }) => outcome === 'not-decided').length;
  const rows = results.map((one) => [one.request, one.outcome, one.detail]);
  return {
    json: { bundle: id, results },
    text: results.length === 0 ? `${id} has nothing undecided` : table(['REQUEST', 'OUTCOME', ''], rows),
    exit: failed > 0 ? EXIT.notAllowed : EXIT.done,
  };
}

const ENDED: readonly string[] = ['accepted', 'rejected', 'overturned', 'withdrawn', 'denied'];

async function decideLine(session: Session, request: Request, options: DecideOptions) {
  const { id } = request;
  const actor = await session.actor();
  try {
    const { evidence } = await evidenceFor(session, actor, { id, options });
    const form = formOf(id, evidence, options);
    const decision = await (await session.app()).rooms.decisions.decide(actor, form);
    return { request: id, outcome: decision.outcome, detail: `${decision.id} ${nameOf(request)}` };
  } catch (error) {
    if (!(error instanceof Problem) || error.kind === 'internal') throw error;
    return { request: id, outcome: 'not-decided', detail: `${error.code}: ${error.what}` };
  }
}

function formOf(request: string, evidence: string | undefined, options: DecideOptions): DecisionForm {
  const { reason, concern, note, until, reviewAgain } = options;
  const criterion =
    options.criterion === undefined ? undefined : parseWhole(options.criterion, 'The criterion', { least: 1, most: 5 });
  return { request, choice: choiceOf(options), evidence, reason, concern, criterion, note, until, reviewAgain };
}

async function decideOne(session: Session, id: string, options: DecideOptions) {
  const app = await session.app();
  const actor = await session.actor();
  const seen = await evidenceFor(session, actor, { id, options });
  const form = formOf(id, seen.evidence, options);
  const decision = await app.rooms.decisions.decide(actor, form);
  await session.settle();
  const window = await findWindow(app.db, decision.id);
  const text = fields([
    ['decision', decision.id],
    ['outcome', decision.list === null ? decision.outcome : `${decision.outcome} into ${decision.list}`],
    ['evidence', `${decision.evidence ?? 'none'} (${seen.how})`],
    ['dossier', decision.dossier ?? 'none'],
    ...(window === undefined ? [] : [['window', windowText(window)] as const]),
  ]);
  const providers = window === undefined || window.endedAt !== null ? [] : window.providers;
  const hints = [
    ...(decision.outcome === 'approved'
      ? [`${decision.channel} takes two people: another reviewer decides the same`]
      : []),
    // Where a server runs, it may be the one that opens it, a moment later.
    ...(decision.outcome === 'accepted' && window === undefined
      ? [`its objection window opens in a moment: pratique request show ${id}`]
      : []),
    ...providers.map((one) => `${one} may object, or let it open now: pratique objection none ${window?.id}`),
    ...(decision.undoUntil === null ? [] : [`until ${decision.undoUntil}: pratique review undo ${decision.id}`]),
  ];
  return { json: { decision, window: window ?? null, evidence_chosen: seen.how }, text, hints };
}

/**
 * Which evidence a decision is about: what it names, else what this person was last shown. Who was shown nothing decides on
 * the newest, and is told so.
 */
async function evidenceFor(
  session: Session,
  actor: Actor,
  { id, options }: { readonly id: string; readonly options: DecideOptions },
) {
  if (options.evidence !== undefined && options.newest === true)
    throw new Problem({ kind: 'usage', code: 'one-evidence', what: 'Name --evidence or --newest, not both' });
  if (options.evidence !== undefined) return { evidence: options.evidence, how: 'as named' } as const;
  const shown = await evidenceSeenBy((await session.app()).db, id, actorName(actor));
  if (options.newest === true || shown === undefined)
    return {
      evidence: undefined,
      how: options.newest === true ? 'the newest' : 'the newest: you were shown none',
    } as const;
  return { evidence: shown, how: 'as you were shown it' } as const;
}

async function undo(session: Session, id: string) {
  const { decisions } = (await session.app()).rooms;
  const decision = await decisions.undo(await session.actor(), id);
  await session.settle();
  return { json: { decision }, text: `${id} is undone; ${decision.request ?? 'its request'} is in review again` };
}

function windowText({ id, state, closesAt }: ObjectionWindow): string {
  return closesAt === null ? `${id}, ${state}` : `${id}, ${state}, closes ${closesAt}`;
}

/** Exactly one of the four must be chosen. */
export function choiceOf({ accept, reject, ask, deny, versions, everywhere }: DecideOptions): Choice {
  const choices: Choice[] = [];
  if (accept === 'core' || accept === 'extra') choices.push({ kind: 'accept', list: accept });
  if (reject === true) choices.push({ kind: 'reject' });
  if (ask === true) choices.push({ kind: 'ask' });
  if (deny === true) choices.push({ kind: 'deny', versions, everywhere });
  const [choice] = choices;
  if (choice !== undefined && choices.length === 1 && (accept === undefined || choice.kind === 'accept')) return choice;
  throw new Problem({
    kind: 'usage',
    code: 'one-choice',
    what: 'A decision is exactly one of --accept extra, --accept core, --reject, --ask and --deny',
    next: 'Name one of them, and say why with --reason.',
  });
}
