/** `pratique list`: core, extra, expanded and denied. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { parsePurl } from '../../../domain/purl.ts';
import { touchedBy } from '../../../features/availability/read.ts';
import { clearedEntries, type Denial, denials, historyOf, type ListEntry } from '../../../features/lists/read.ts';
import { type ExpandedEntry, expandedList } from '../../../features/snapshots/read.ts';
import type { CliHost } from '../app.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
import { act, type Session } from '../session.ts';
import { deniedAnswer } from './list-denied.ts';
import { registerListExchange } from './list-exchange.ts';
import { registerListExport } from './list-export.ts';

export const denyOptions = z.object({
  versions: z.string().optional(),
  reason: z.string(),
  everywhere: z.boolean().optional(),
  draft: z.boolean().optional(),
});

export function registerList(program: Command, host: CliHost): void {
  const list = program.command('list').description('what was accepted, what is offered, what is denied');
  list
    .command('show')
    .description('one list of the channel')
    .argument('<core|extra|expanded|denied>', 'what was accepted, what is offered with all it needs, or what is denied')
    .option('--history', 'what came onto it and what went off: who, when, and by which decision')
    .action(act(host, 'list-show', z.tuple([z.string(), z.object({ history: z.boolean().optional() })]), show));
  list
    .command('why')
    .description('the path by which a package came onto the expanded list')
    .argument('<name>')
    .action(act(host, 'list-why', z.tuple([z.string(), z.unknown()]), why));
  registerListExport(list, host);
  registerListExchange(list, host);
  registerChanges(list, host);
}

function registerChanges(list: Command, host: CliHost): void {
  const reasoned = z.tuple([z.string(), z.object({ reason: z.string() })]);
  list
    .command('remove')
    .description('take an entry off core or extra')
    .argument('<entry>', 'L-1')
    .requiredOption('--reason <text>', 'why')
    .action(
      act(host, 'list-remove', reasoned, async (session, id, { reason }) => {
        const entry = await (await session.app()).rooms.lists.remove(await session.actor(), id, reason);
        await session.settle();
        return removedAnswer(entry);
      }),
    );
  list
    .command('deny')
    .description('put a package, or a range of its versions, on the denied list; takes effect at once')
    .argument('<ecosystem>')
    .argument('<name>')
    .option('--versions <range>', "a range in the ecosystem's language (default: all)")
    .option('--everywhere', 'in every channel, not only in --channel')
    .option('--draft', 'say what it would stop; changes nothing')
    .requiredOption('--reason <text>', 'why; researchers read it')
    .action(act(host, 'list-deny', z.tuple([z.string(), z.string(), denyOptions]), deny));
  list
    .command('lift')
    .description('lift a denial')
    .argument('<denial>', 'D-1')
    .requiredOption('--reason <text>', 'why')
    .action(
      act(host, 'list-lift', reasoned, async (session, id, { reason }) => {
        const denial = await (await session.app()).rooms.lists.lift(await session.actor(), id, reason);
        await session.settle();
        return liftedAnswer(denial);
      }),
    );
}

async function deny(session: Session, ecosystem: string, name: string, options: z.infer<typeof denyOptions>) {
  const { versions, reason, everywhere, draft } = options;
  const app = await session.app();
  const channel = everywhere === true ? null : session.channel;
  const asked = { channel, ecosystem, name, versions: versions ?? null, reason };
  const actor = await session.actor();
  const scope = await app.rooms.lists.rehearseDenial(actor, asked);
  const touched = await touchedBy(app, scope.ecosystem, scope);
  if (draft === true) return deniedAnswer(null, touched);
  const denial = await app.rooms.lists.deny(actor, asked);
  await session.settle();
  return deniedAnswer(denial, touched);
}

async function show(session: Session, which: string, { history }: { readonly history?: boolean | undefined }) {
  await session.knownChannel();
  if (history === true) return showHistory(session, which);
  const app = await session.app();
  const { channel } = session;
  switch (which) {
    case 'core':
    case 'extra': {
      const results = (await clearedEntries(app.db, channel)).filter(({ list }) => list === which);
      const rows = results.map((one) => [one.id, one.ecosystem, one.name, one.version, one.decision]);
      return {
        json: { channel, list: which, results },
        text: table(['ID', 'ECOSYSTEM', 'NAME', 'VERSION', 'DECISION'], rows),
      };
    }
    case 'expanded': {
      const expanded = await expandedList(app, channel);
      const results = expanded?.entries ?? [];
      const rows = results.map((one) => [one.purl, one.state, one.why.join(' > ')]);
      const json = { channel, list: which, snapshot: expanded?.snapshot ?? null, results };
      return { json, text: table(['RELEASE', 'STATE', 'WHY'], rows) };
    }
    case 'denied': {
      const results = await denials(app.db, channel);
      const rows = results.map((one) => [one.id, one.ecosystem, one.name, one.versions ?? 'all', one.reason]);
      return {
        json: { channel, list: which, results },
        text: table(['ID', 'ECOSYSTEM', 'NAME', 'VERSIONS', 'REASON'], rows),
      };
    }
    default: {
      const next = 'The lists are core, extra, expanded and denied.';
      throw new Problem({
        kind: 'usage',
        code: 'unknown-list',
        what: `There is no list ${JSON.stringify(which.slice(0, 40))}`,
        next,
      });
    }
  }
}

async function showHistory(session: Session, which: string) {
  const { channel } = session;
  const list = LISTS.find((one) => one === which);
  if (list === undefined)
    throw new Problem({
      kind: 'usage',
      code: 'no-history',
      what: `${which.slice(0, 40)} has no history of its own`,
      next: 'core, extra and denied have; expanded follows from them: `pratique snapshot list`, `pratique list why NAME`.',
    });
  const results = await historyOf((await session.app()).db, { channel, list });
  const rows = results.map((one) => [
    ...[one.id, `${one.ecosystem} ${one.name} ${one.versions ?? '(all)'}`, one.addedAt.slice(0, 10), one.addedBy],
    ...[one.decision ?? '', one.removedAt?.slice(0, 10) ?? '', one.removedBy ?? '', one.removedReason ?? one.reason],
  ]);
  const headings = ['ID', 'PACKAGE', 'ADDED', 'BY', 'DECISION', 'REMOVED', 'BY', 'WHY'];
  return { json: { channel, list, results }, text: table(headings, rows) };
}

const LISTS = ['core', 'extra', 'denied'] as const;

async function why(session: Session, name: string) {
  const app = await session.app();
  const expanded = await expandedList(app, session.channel);
  const { name: asked, version } = releaseAsked(name);
  const wanted = app.ecosystems.map(({ names }) => names.normalise(asked));
  const results =
    expanded?.entries.filter(
      (one) => wanted.includes(one.name) && (version === undefined || one.version === version),
    ) ?? [];
  return whyAnswer(session.channel, name, results);
}

/** A name, or the purl that the expanded list shows. */
export function releaseAsked(text: string): { readonly name: string; readonly version: string | undefined } {
  const purl = parsePurl(text);
  return purl === undefined ? { name: text, version: undefined } : { name: purl.name, version: purl.version };
}

/** The paths by which a package came onto the expanded list. */
export function whyAnswer(
  channel: string,
  name: string,
  results: readonly Pick<ExpandedEntry, 'purl' | 'state' | 'why'>[],
): Answer {
  const text =
    results.length === 0
      ? `${name} is not on the expanded list of ${channel}`
      : results.map((one) => `${one.purl} (${one.state}): ${one.why.join(' > ')}`).join('\n');
  const purl = parsePurl(name) === undefined ? `pkg:ECOSYSTEM/${name}` : name;
  const hints = results.length === 0 ? [`pratique why ${purl} --channel ${channel}   what became of it`] : [];
  return { json: { channel, results }, text, hints, exit: results.length === 0 ? EXIT.notAllowed : EXIT.done };
}

export function removedAnswer(entry: Pick<ListEntry, 'id' | 'name' | 'version' | 'list'>): Answer {
  return { json: { entry }, text: `${entry.id} ${entry.name} ${entry.version} is off the ${entry.list} list` };
}

type ShownDenial = Pick<Denial, 'id' | 'name' | 'versions'>;

export function liftedAnswer(denial: ShownDenial): Answer {
  return { json: { denial }, text: `${denial.id} is lifted` };
}
