/** `pratique request`: researchers ask. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import {
  findRequest,
  listRequests,
  REQUEST_STATES,
  type Request,
  showRequest,
} from '../../../features/requests/read.ts';
import type { CliHost } from '../app.ts';
import { EXIT } from '../exit-codes.ts';
import { fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

const answers = z.object({
  q1: z.string().optional(),
  q2: z.string().optional(),
  q3: z.string().optional(),
  q3Unknown: z.boolean().optional(),
});
const newOptions = answers.extend({ version: z.string().optional(), answers: z.string().optional() });
const one = z.tuple([z.string(), z.unknown()]);

export function registerRequest(program: Command, host: CliHost): void {
  const request = program.command('request').description('ask for a package, and follow what becomes of it');
  withAnswers(
    request
      .command('new')
      .description('ask for a package with everything it needs')
      .argument('<ecosystem>')
      .argument('<name>', 'may carry extras: fastapi[standard]'),
  )
    .option('--version <v>', 'one version (default: the newest that policy prefers)')
    .option('--answers <text>', 'what answers the concern of an earlier rejection')
    .addHelpText('after', '\nExample: pratique request new pypi requests --q1 "..." --q2 "..." --q3 "..." --as rosa')
    .action(act(host, 'request-new', z.tuple([z.string(), z.string(), newOptions]), file));
  withAnswers(request.command('join').description('ask for the same as somebody else').argument('<id>')).action(
    act(host, 'request-join', z.tuple([z.string(), answers]), async (session, id, options) => {
      const { requests } = (await session.app()).rooms;
      return answerWith(await requests.join(await session.actor(), id, threeAnswers(options)));
    }),
  );
  registerReads(request, host);
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
        return answerWith(answered);
      }),
    );
  request
    .command('withdraw')
    .description('do not ask any more')
    .argument('<id>')
    .action(
      act(host, 'request-withdraw', one, async (session, id) =>
        answerWith(await (await session.app()).rooms.requests.withdraw(await session.actor(), id)),
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
        return answerWith((await findRequest((await session.app()).db, id)) ?? retried);
      }),
    );
}

function withAnswers(command: Command): Command {
  return command
    .option('--q1 <text>', 'what will you be able to do that you cannot do now?')
    .option('--q2 <text>', 'is it the most widely supported for its purpose, and what are the alternatives?')
    .option('--q3 <text>', 'are there risks to data integrity or security?')
    .option('--q3-unknown', 'the risks are not known to me');
}

/** Nobody is asked on a terminal yet: a missing answer names its flag. */
function threeAnswers({ q1, q2, q3, q3Unknown }: z.infer<typeof answers>) {
  const third = q3 ?? (q3Unknown === true ? 'unknown' : undefined);
  if (q1 !== undefined && q2 !== undefined && third !== undefined) return { q1, q2, q3: third };
  const missing = [
    q1 === undefined ? '--q1' : '',
    q2 === undefined ? '--q2' : '',
    third === undefined ? '--q3 (or --q3-unknown)' : '',
  ];
  throw new Problem({
    kind: 'usage',
    code: 'missing-answers',
    what: `A request needs three answers; missing: ${missing.filter((flag) => flag !== '').join(', ')}`,
    next: 'See `pratique request new --help` for the questions.',
  });
}

async function file(session: Session, ecosystem: string, name: string, options: z.infer<typeof newOptions>) {
  const app = await session.app();
  const form = { channel: session.channel, ecosystem, name, version: options.version, answersConcern: options.answers };
  const { request, outcome } = await app.rooms.requests.file(await session.actor(), {
    ...form,
    ...threeAnswers(options),
  });
  await session.settle();
  const now = (await findRequest(app.db, request.id)) ?? request;
  const hints = [`pratique request show ${request.id} tells what becomes of it`];
  return { ...answerWith(now), json: { request: now, outcome }, hints, exit: EXIT.done };
}

const listOptions = z.object({ state: z.string().optional(), mine: z.boolean().optional() });

function registerReads(request: Command, host: CliHost): void {
  request
    .command('list')
    .description('requests, oldest first')
    .option('--state <state>', REQUEST_STATES.join(', '))
    .option('--mine', 'only those of the person who acts')
    .action(
      act(host, 'request-list', z.tuple([listOptions]), async (session, { state, mine }) => {
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
          channel: session.askedChannel,
          states: state === undefined ? undefined : states,
          requester: actor?.kind === 'person' ? actor.name : undefined,
        });
        const rows = results.map((each) => [
          each.id,
          each.channel,
          nameOf(each),
          each.state,
          each.filedBy,
          each.filedAt.slice(0, 10),
        ]);
        return { json: { results }, text: table(['ID', 'CHANNEL', 'PACKAGE', 'STATE', 'BY', 'FILED'], rows) };
      }),
    );
  request
    .command('show')
    .description('one request')
    .argument('<id>')
    .action(
      act(host, 'request-show', one, async (session, id) => {
        const details = await showRequest((await session.app()).db, id);
        const said = details.messages.map(({ person, kind, text }) => `\n${kind} by ${person}: ${text}`).join('');
        return { ...answerWith(details), text: `${textOf(details)}${said}` };
      }),
    );
}

function answerWith(request: Request) {
  return { json: { request }, text: textOf(request) };
}

function textOf(request: Request): string {
  return fields([
    ['request', request.id],
    ['package', nameOf(request)],
    ['channel', request.channel],
    ['state', request.state],
    ['filed', `${request.filedAt} by ${request.filedBy}`],
    ['verdict', request.verdict ?? 'none yet'],
    ...(request.failure === null ? [] : [['could not check', request.failure] as const]),
  ]);
}

export function nameOf({ ecosystem, name, extras, version }: Request): string {
  const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  return `${ecosystem} ${name}${extra}${version === null ? '' : ` ${version}`}`;
}
