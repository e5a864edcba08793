/** `pratique request`: researchers ask. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { UnavailableTarget } from '../../../domain/evidence.ts';
import { Problem } from '../../../domain/problem.ts';
import { type PackageRef, purlOf } from '../../../domain/purl.ts';
import { sinceAccepted, stopsAmong } from '../../../features/availability/read.ts';
import {
  findRequest,
  listRequests,
  type Move,
  movesOf,
  moveText,
  REQUEST_STATES,
  type Request,
  showRequest,
} from '../../../features/requests/read.ts';
import { resolvedRelease, vettingProgress } from '../../../features/vetting/read.ts';
import type { CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';
import { untilCollected, waitOptions } from '../waiting.ts';
import { answerOptions, askedText, threeAnswers, withAnswers } from './request-answers.ts';
import { registerBootstrap } from './request-bootstrap.ts';
import { nameOf, packageAsked } from './request-name.ts';
import { draftNamed, fileFrom, listOfBundles, listOfDrafts, showOneBundle } from './request-project.ts';
import { progressText, resolvedText } from './request-resolved.ts';
import { unavailableRows } from './unavailable-targets.ts';

export const newOptions = answerOptions.extend({
  version: z.string().optional(),
  answers: z.string().optional(),
  from: z.array(z.string()).optional(),
  draft: z.boolean().optional(),
  fromDraft: z.string().optional(),
  wait: z.boolean().optional(),
});
type NewOptions = z.infer<typeof newOptions>;
const newGiven = z.tuple([z.string().optional(), z.string().optional(), newOptions]);
const one = z.tuple([z.string(), z.unknown()]);

export function registerRequest(program: Command, host: CliHost): void {
  const request = program.command('request').description('ask for a package, and follow what becomes of it');
  withAnswers(
    request
      .command('new')
      .description('ask for a package with everything it needs')
      .argument('[ecosystem]', 'pypi, npm or cran; or all in one: pkg:pypi/requests@2.32.3')
      .argument('[name]', 'may carry extras: fastapi[standard]'),
  )
    .option(
      '--from <file>',
      'ask for all that a project needs and that is missing, as one bundle; may be repeated',
      collect,
    )
    .option('--draft', 'keep the form for later, finished or not')
    .option('--from-draft <id>', 'file a draft (T-1), or a package that installs were refused of (pypi/numpy)')
    .option('--version <v>', 'one version (default: the newest that policy prefers)')
    .option('--answers <text>', 'what answers the concern of an earlier rejection')
    .option('--wait', 'wait until its evidence is there; a home without a worker always does')
    .addHelpText('after', '\nExample: pratique request new pypi requests --q1 "..." --q2 "..." --q3 "..." --as rosa')
    .action(act(host, 'request-new', newGiven, fileAny));
  withAnswers(request.command('join').description('ask for the same as somebody else').argument('<id>')).action(
    act(host, 'request-join', z.tuple([z.string(), answerOptions]), async (session, id, options) => {
      const { requests } = (await session.app()).rooms;
      const actor = await session.actor();
      return answerWith(session, await requests.join(actor, id, await threeAnswers(session, options)));
    }),
  );
  request
    .command('discard')
    .description('throw a draft of yours away')
    .argument('<id>')
    .action(
      act(host, 'request-discard', one, async (session, id) => {
        await (await session.app()).rooms.requests.discardDraft(await session.actor(), id);
        return { json: { discarded: id }, text: `${id} is gone` };
      }),
    );
  registerReads(request, host);
  registerBootstrap(request, host);
  registerMoves(request, host);
}

/** What requesters do with a request that is there. */
function registerMoves(request: Command, host: CliHost): void {
  request
    .command('answer')
    .description("answer the reviewer's question")
    .argument('<id>')
    .argument('<text>')
    .action(
      act(host, 'request-answer', z.tuple([z.string(), z.string(), z.unknown()]), async (session, id, text) => {
        const { requests } = (await session.app()).rooms;
        const answered = await requests.answer(await session.actor(), id, text);
        await session.settle();
        return answerWith(session, answered);
      }),
    );
  request
    .command('withdraw')
    .description('do not ask any more')
    .argument('<id>')
    .action(
      act(host, 'request-withdraw', one, async (session, id) =>
        answerWith(session, await (await session.app()).rooms.requests.withdraw(await session.actor(), id)),
      ),
    );
  request
    .command('retry')
    .description('collect evidence again for a request that could not be checked')
    .argument('<id>')
    .action(
      act(host, 'request-retry', one, async (session, id) => {
        const retried = await (await session.app()).rooms.requests.retry(await session.actor(), id);
        await session.settle();
        return answerWith(session, (await findRequest((await session.app()).db, id)) ?? retried);
      }),
    );
}

async function fileAny(session: Session, ...[first, second, given]: z.infer<typeof newGiven>) {
  const { ecosystem, name, version } = packageAsked({ ecosystem: first, name: second, version: given.version });
  const options = { ...given, version };
  const ways = [options.from, options.fromDraft, name].filter((way) => way !== undefined);
  if (ways.length !== 1 || (options.from !== undefined && options.draft === true)) throw oneWay();
  if (options.from !== undefined) return fileFrom(session, options.from, options);
  if (options.fromDraft !== undefined) {
    const { saved, words, ...about } = await draftNamed(session, options.fromDraft);
    const answer = await file(session, about, { ...words, ...options, version: options.version ?? about.version });
    if (saved !== undefined) await (await session.app()).rooms.requests.discardDraft(await session.actor(), saved);
    return answer;
  }
  const about = { channel: session.channel, ecosystem: ecosystem ?? '', name: name ?? '' };
  return options.draft === true ? keepDraft(session, about, options) : file(session, about, options);
}

function oneWay(): Problem {
  return new Problem({
    kind: 'usage',
    code: 'one-way',
    what: 'A request names an ecosystem and a package, or files of a project, or a draft',
    next: 'Write one of: request new pypi NAME; request new pkg:pypi/NAME; request new --from FILE; request new --from-draft ID.',
  });
}

interface AboutOne {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
}

async function keepDraft(session: Session, about: AboutOne, options: NewOptions) {
  const { version, q1, q2, project, contact } = options;
  const q3 = options.q3 ?? (options.q3Unknown === true ? 'unknown' : undefined);
  const { requests } = (await session.app()).rooms;
  const draft = await requests.saveDraft(await session.actor(), { ...about, version, q1, q2, q3, project, contact });
  const hints = [`pratique request new --from-draft ${draft.id} files it`];
  return { json: { draft }, text: `${draft.id} is kept; nobody but you sees it`, hints };
}

async function file(session: Session, about: AboutOne, options: NewOptions) {
  const app = await session.app();
  const form = { ...about, version: options.version, answersConcern: options.answers };
  const actor = await session.actor();
  const answers = await threeAnswers(session, options);
  const { request, outcome } = await app.rooms.requests.file(actor, { ...form, ...answers });
  if (options.wait === true) await collected(session, request.id);
  else await session.settle();
  const now = (await findRequest(app.db, request.id)) ?? request;
  const { json, text } = await answerWith(session, now);
  return { json: { ...json, outcome }, text, hints: filedHints(outcome, now), exit: EXIT.done };
}

/** What who asked should know: whether others had, and where to look. */
export function filedHints(
  outcome: string,
  { id, filedBy }: { readonly id: string; readonly filedBy: string | null },
): readonly string[] {
  const joined = `it was asked for already${filedBy === null ? '' : `, by ${filedBy}`}: you are one of those who ask for ${id} now`;
  return [...(outcome === 'joined' ? [joined] : []), `pratique request show ${id} tells what becomes of it`];
}

const listOptions = z.object({
  state: z.string().optional(),
  mine: z.boolean().optional(),
  drafts: z.boolean().optional(),
  bundles: z.boolean().optional(),
});

function registerReads(request: Command, host: CliHost): void {
  request
    .command('list')
    .description('requests, oldest first')
    .option('--state <state>', REQUEST_STATES.join(', '))
    .option('--mine', 'only those of the person who acts')
    .option('--bundles', 'the bundles that projects asked for')
    .option('--drafts', 'your drafts, and what people tried to install and nobody asked for')
    .action(
      act(host, 'request-list', z.tuple([listOptions]), async (session, { state, mine, drafts, bundles }) => {
        if (drafts === true) return listOfDrafts(session);
        if (bundles === true) return listOfBundles(session);
        const actor = mine === true ? await session.actor() : undefined;
        const states = REQUEST_STATES.filter((one) => one === state);
        if (state !== undefined && states.length === 0)
          throw new Problem({
            kind: 'usage',
            code: 'unknown-state',
            what: `There is no state ${state}`,
            next: `States: ${REQUEST_STATES.join(', ')}.`,
          });
        const results = await listRequests((await session.app()).db, {
          channel: await session.knownChannel(),
          states: state === undefined ? undefined : states,
          requester: actor?.kind === 'person' ? actor.name : undefined,
        });
        return listAnswer(session, results);
      }),
    );
  request
    .command('show')
    .description('one request (R-1), or one bundle (B-1)')
    .argument('<id>')
    .option('--wait', 'wait until the evidence of the request is there, or could not be collected')
    .action(
      act(host, 'request-show', z.tuple([z.string(), waitOptions]), async (session, id, { wait }) => {
        if (/^B-/.test(id)) return showOneBundle(session, id);
        const app = await session.app();
        if (wait === true) await collected(session, id);
        const details = await showRequest(app.db, id);
        const resolved = await resolvedRelease(app.blobs, details.evidence);
        const vetting = (await vettingProgress(app.db, id)) ?? null;
        const said = details.messages.map(({ person, kind, text }) => `\n${kind} by ${person}: ${text}`).join('');
        const { json, text } = await answerWith(session, details);
        const { now, unavailable } = await sinceAccepted(app, details, app.ecosystems);
        const head = `${text}${nowText(now, unavailable)}${progressText(vetting)}${resolvedText(resolved)}`;
        const found = resolved === null ? null : { version: resolved.version, passed_over: resolved.passedOver };
        const shown = { ...json, resolved: found, vetting, now, unavailable_targets: unavailable };
        return { json: shown, text: `${head}${askedText(details.requesters)}${said}`, hints: whereToReadWhy(details) };
      }),
    );
}

/** The state in a list, beside what stopped since what was accepted. */
export function stateText({ state, now }: { readonly state: string; readonly now: string | null }): string {
  return now === null ? state : `${state}, now ${now}`;
}

/** The reason stands with the package, where everybody reads it who is refused the same. */
export function whereToReadWhy(
  request: PackageRef & { readonly state: string; readonly version: string | null; readonly channel: string },
) {
  const { ecosystem, name, version, state, channel } = request;
  if (state !== 'rejected' && state !== 'denied') return [];
  const purl = purlOf({ ecosystem, name, ...(version === null ? {} : { version }) });
  return [`pratique why ${purl} --channel ${channel} tells the reason`];
}

/** What was accepted may have been stopped since, or for some targets. */
export function nowText(
  now: { readonly state: string; readonly reason: string | null } | null,
  unavailable: readonly UnavailableTarget[],
): string {
  const state: readonly (readonly [string, string])[] =
    now === null ? [] : [['now', `${now.state}${now.reason === null ? '' : `: ${now.reason}`}`]];
  // As wide as what the lines above begin with, so that they stand below each other.
  const rows = [...state, ...unavailableRows(unavailable)].map(
    ([name, value]) => [name.padEnd('request'.length), value] as const,
  );
  return rows.length === 0 ? '' : `\n${fields(rows)}`;
}

/** Works on what is left to do, and waits for what another process works on. */
async function collected(session: Session, id: string): Promise<void> {
  await session.settle();
  const { db } = await session.app();
  await untilCollected(session.progress, async () => {
    const { state } = await showRequest(db, id);
    return { state, vetting: (await vettingProgress(db, id)) ?? null };
  });
}

/** With whose move each is, and when it is due. */
async function listAnswer(session: Session, requests: readonly Request[]) {
  const app = await session.app();
  const moves = await movesOf(app.db, requests, app.now());
  const stops = await stopsAmong(app.db, requests, app.ecosystems);
  const results = requests.map((one) => ({
    ...one,
    move: moves.get(one.id) ?? null,
    now: stops.get(one.id) ?? null,
  }));
  const rows = results.map(({ move, ...one }) => [
    ...[one.id, one.channel, nameOf(one), stateText(one), one.filedBy, one.filedAt.slice(0, 10)],
    ...(move === null ? ['', ''] : [move.whose, move.due?.slice(0, 10) ?? '']),
  ]);
  const headings = ['ID', 'CHANNEL', 'PACKAGE', 'STATE', 'BY', 'FILED', 'MOVE', 'DUE'];
  return { json: { results }, text: table(headings, rows) };
}

async function answerWith(session: Session, request: Request) {
  const app = await session.app();
  const move = (await movesOf(app.db, [request], app.now())).get(request.id);
  return { json: { request, move: move ?? null }, text: textOf(request, move) };
}

function textOf(request: Request, move: Move | undefined): string {
  return fields([
    ['request', request.id],
    ['package', nameOf(request)],
    ['channel', request.channel],
    ['state', request.state],
    ...(move === undefined ? [] : [['move', moveText(move)] as const]),
    ['filed', `${request.filedAt} by ${request.filedBy}`],
    ['verdict', request.verdict ?? 'none yet'],
    ...(request.failure === null ? [] : [['could not check', request.failure] as const]),
  ]);
}
