/** `pratique objection`: data providers question or overturn an acceptance before it takes effect. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Actor } from '../../../domain/people.ts';
import { purlOf } from '../../../domain/purl.ts';
import { type Decision, decisionsById, findDecision } from '../../../features/decisions/read.ts';
import { listWindows, type ObjectionWindow, showWindow, silenceRule } from '../../../features/objections/read.ts';
import type { CliHost, Rooms } from '../app.ts';
import { fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

const one = z.tuple([z.string(), z.unknown()]);
const answering = z.tuple([z.string(), z.object({ text: z.string(), provider: z.string().optional() })]);
const said = z.tuple([z.string(), z.object({ text: z.string() })]);

export function registerObjection(program: Command, host: CliHost): void {
  const objection = program
    .command('objection')
    .description('what data providers say to an acceptance, before it takes effect');
  objection
    .command('list')
    .description('open windows')
    .option('--all', 'also those that ended')
    .action(
      act(host, 'objection-list', z.tuple([z.object({ all: z.boolean().optional() })]), async (session, { all }) => {
        const states = all === true ? undefined : (['waiting-for-provider', 'running', 'questioned'] as const);
        const { db } = await session.app();
        const windows = await listWindows(db, { channel: await session.knownChannel(), states });
        const ids = windows.map(({ decision }) => decision);
        const decisions = await decisionsById(db, ids);
        return windowsAnswer(
          windows.map((window) => ({ ...window, package: purlDecided(decisions.get(window.decision)) })),
        );
      }),
    );
  objection
    .command('show')
    .description('one window (W-1) or the window of a decision (A-1)')
    .argument('<id>')
    .action(act(host, 'objection-show', one, show));
  say(objection, host, {
    name: 'question',
    description: 'ask; the clock stands still until it is answered',
    work: (room, actor, id, text) => room.question(actor, id, text),
  });
  objection
    .command('answer')
    .description("answer the provider's question; the clock goes on")
    .argument('<id>')
    .requiredOption('--text <text>', 'the words')
    .option('--provider <organisation>', 'whose question, where several asked')
    .action(act(host, 'objection-answer', answering, answer));
  say(objection, host, {
    name: 'overturn',
    description: 'end the acceptance, with the reason',
    work: (room, actor, id, text) => room.overturn(actor, id, text),
  });
  objection
    .command('none')
    .description('no objection; when every provider has said so, the window closes early')
    .argument('<id>')
    .action(
      act(host, 'objection-none', one, async (session, id) => {
        const window = await (await session.app()).rooms.objections.none(await session.actor(), id);
        await session.settle();
        return answerWith(window);
      }),
    );
}

/** What a window is about; `null` where the decision is not to be seen. */
interface WithPackage {
  readonly package: string | null;
}

/** The package that a decision is about. */
export function purlDecided(about: Pick<Decision, 'ecosystem' | 'name' | 'version'> | undefined): string | null {
  if (about === undefined) return null;
  const { ecosystem, name, version } = about;
  return purlOf({ ecosystem, name, ...(version === null ? {} : { version }) });
}

type ListedWindow = WithPackage &
  Pick<ObjectionWindow, 'id' | 'decision' | 'channel' | 'closesAt'> & { readonly state: string };

/** What `objection list` prints, of a home and of a server elsewhere. */
export function windowsAnswer(results: readonly ListedWindow[]) {
  const rows = results.map((one) => [
    ...[one.id, one.decision, one.package ?? '', one.channel, one.state],
    one.closesAt ?? '',
  ]);
  return { json: { results }, text: table(['ID', 'DECISION', 'PACKAGE', 'CHANNEL', 'STATE', 'CLOSES'], rows) };
}

interface Saying {
  readonly name: 'question' | 'overturn';
  readonly description: string;
  work(room: Rooms['objections'], actor: Actor, id: string, text: string): Promise<ObjectionWindow>;
}

function say(objection: Command, host: CliHost, { name, description, work }: Saying): void {
  objection
    .command(name)
    .description(description)
    .argument('<id>')
    .requiredOption('--text <text>', 'the words')
    .action(
      act(host, `objection-${name}`, said, async (session, id, { text }) => {
        const window = await work((await session.app()).rooms.objections, await session.actor(), id, text);
        await session.settle();
        return answerWith(window);
      }),
    );
}

async function answer(session: Session, id: string, words: { text: string; provider?: string | undefined }) {
  const { objections } = (await session.app()).rooms;
  const window = await objections.answer(await session.actor(), id, words.text, words.provider);
  await session.settle();
  return answerWith(window);
}

async function show(session: Session, id: string) {
  const { db } = await session.app();
  const window = await showWindow(db, id);
  const rule = await silenceRule(db, window);
  const words = window.said.map(({ kind, organisation, person, text }) => {
    const who = organisation === null ? person : `${person} (${organisation})`;
    return `\n${kind} by ${who}${text === '' ? '' : `: ${text}`}`;
  });
  const { hints, json, text } = shown(window, await findDecision(db, window.decision));
  return {
    hints,
    json: { ...json, silence: rule },
    text: [text, ...words.map((one) => one.slice(1)), rule].join('\n'),
  };
}

/** With the way to what the decision was made on. */
function shown(window: ObjectionWindow, decision: Decision | undefined) {
  const { json, text } = answerWith(window);
  const dossier = decision?.dossier ?? null;
  if (dossier === null || decision === undefined || decision.request === null) return { json, text, hints: [] };
  const hint = `the dossier: pratique review show ${decision.request} --format html --output ${decision.request}.html`;
  return { json: { ...json, dossier }, text: `${text}\ndossier    ${dossier}`, hints: [hint] };
}

function clockText(state: string, closesAt: string | null): string {
  return closesAt === null ? state : `${state}, until ${closesAt}`;
}

function answerWith(window: ObjectionWindow) {
  const text = fields([
    ['window', window.id],
    ['decision', window.decision],
    ['state', window.state],
    ['providers', window.providers.join(', ')],
    ...window.clocks.map(({ provider, state, closesAt }) => [provider, clockText(state, closesAt)] as const),
    window.endedAt === null ? ['closes', window.closesAt ?? 'the clock stands still'] : ['ended', window.endedAt],
  ]);
  return { json: { window }, text };
}
