/** `pratique objection`: data providers question or overturn an acceptance before it takes effect. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Actor } from '../../../domain/people.ts';
import { Problem } from '../../../domain/problem.ts';
import { type Decision, findDecision } from '../../../features/decisions/read.ts';
import { findWindow, listWindows, type ObjectionWindow } from '../../../features/objections/read.ts';
import type { CliHost, Rooms } from '../app.ts';
import { fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

const one = z.tuple([z.string(), z.unknown()]);
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
        const results = await listWindows((await session.app()).db, { channel: session.askedChannel, states });
        const rows = results.map((each) => [each.id, each.decision, each.channel, each.state, each.closesAt ?? '']);
        return { json: { results }, text: table(['ID', 'DECISION', 'CHANNEL', 'STATE', 'CLOSES'], rows) };
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
  say(objection, host, {
    name: 'answer',
    description: "answer the provider's question; the clock goes on",
    work: (room, actor, id, text) => room.answer(actor, id, text),
  });
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

interface Saying {
  readonly name: 'question' | 'answer' | 'overturn';
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

async function show(session: Session, id: string) {
  const { db } = await session.app();
  const window = await findWindow(db, id);
  if (window !== undefined) return shown(window, await findDecision(db, window.decision));
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-window',
    what: `There is no window ${id.slice(0, 40)}`,
    next: 'See `pratique objection list --all`.',
  });
}

/** With the way to what the decision was made on. */
function shown(window: ObjectionWindow, decision: Decision | undefined) {
  const { json, text } = answerWith(window);
  const dossier = decision?.dossier ?? null;
  if (dossier === null || decision === undefined || decision.request === null) return { json, text };
  const hint = `the dossier: pratique review show ${decision.request} --format html --output ${decision.request}.html`;
  return { json: { ...json, dossier }, text: `${text}\ndossier    ${dossier}`, hints: [hint] };
}

function answerWith(window: ObjectionWindow) {
  const text = fields([
    ['window', window.id],
    ['decision', window.decision],
    ['state', window.state],
    ['providers', window.providers.join(', ')],
    window.endedAt === null ? ['closes', window.closesAt ?? 'the clock stands still'] : ['ended', window.endedAt],
  ]);
  return { json: { window }, text };
}
