/** `pratique list import`: what a list of another installation is made of. Nothing of it is accepted. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import type { Ecosystem } from '../../../ecosystems/contract.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { type EntryReport, hygieneOf, type ListReport, namesToAsk, parseList } from '../../../features/lists/read.ts';
import { expandedList } from '../../../features/snapshots/read.ts';
import type { CliHost } from '../app.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../output.ts';
import { act, type Session } from '../session.ts';

const importOptions = z.object({ ecosystem: z.string().optional() });

export function registerListExchange(list: Command, host: CliHost): void {
  list
    .command('import')
    .description('read a list of another installation and report on it; accepts nothing')
    .argument('<file>', 'one name per line, or uk-tre/packages JSON')
    .option('--ecosystem <id>', 'pypi, npm or cran; default: the one that the name of the file holds')
    .addHelpText('after', '\nExample: pratique list import cran.json --channel tier3')
    .action(act(host, 'list-import', z.tuple([z.string(), importOptions]), importList));
}

async function importList(session: Session, file: string, options: z.infer<typeof importOptions>) {
  const app = await session.app();
  await requireChannel(app.db, session.channel);
  const ecosystem = ecosystemOf(file, options.ecosystem, app.ecosystems);
  const list = parseList(await textOf(file));
  const names = namesToAsk(list.entries, ecosystem);
  const ask = { channel: session.channel, ecosystem: ecosystem.id, names };
  const outlines = await app.rooms.vetting.outlines(ask, (done, label) =>
    session.progress.watch({ step: 'resolve', done, total: names.length, label }),
  );
  session.progress.end();
  const report = hygieneOf(list.entries, ecosystem, outlines);
  const offered = (await expandedList(app, session.channel))?.entries.filter((one) => one.ecosystem === ecosystem.id);
  const states = new Map(offered?.map(({ name, state }) => [name, state]));
  const summary = summaryOf(report);
  const results = report.entries.map(({ neededBy, ...entry }) => ({
    ...entry,
    needed_by: neededBy,
    here: states.get(entry.name ?? '') ?? null,
  }));
  const missing = report.missing.map(({ name, neededBy }) => ({ name, needed_by: neededBy }));
  return {
    json: {
      ...{ channel: session.channel, ecosystem: ecosystem.id, format: list.format, accepted: 0 },
      ...{ summary, results, missing },
    },
    text: inWords(report, summary),
    hints: [`Nothing was accepted. To ask for one: pratique request new ${ecosystem.id} NAME`],
    exit: list.entries.length === 0 ? EXIT.nothing : summary.could_not_check > 0 ? EXIT.couldNotCheck : EXIT.done,
  };
}

function summaryOf({ entries, missing }: ListReport) {
  const count = (is: (entry: EntryReport) => boolean) => entries.filter(is).length;
  const has = (problem: EntryReport['problems'][number]) => count(({ problems }) => problems.includes(problem));
  return {
    entries: entries.length,
    needed_by_others: count(({ neededBy }) => neededBy.length > 0),
    needed_by_nothing: count(({ name, neededBy }) => name !== null && neededBy.length === 0),
    not_names: has('not-a-name'),
    not_found: has('not-found'),
    not_installable: has('not-installable'),
    part_of_runtime: has('part-of-runtime'),
    duplicates: has('duplicate'),
    written_otherwise: has('written-otherwise'),
    revoked: has('revoked'),
    could_not_check: has('could-not-check'),
    missing: missing.length,
  };
}

function inWords({ entries, missing }: ListReport, summary: ReturnType<typeof summaryOf>): string {
  const rows = entries.map(({ at, text, problems, reason, neededBy, missing: lacks }) => [
    String(at),
    text,
    neededBy.length === 0 ? 'nothing here needs it' : `needed by ${short(neededBy)}`,
    [...problems, ...(reason === null ? [] : [reason])].join('; '),
    lacks.length === 0 ? '' : short(lacks),
  ]);
  const lacking = missing.map(({ name, neededBy }) => [name, short(neededBy)]);
  const counts = Object.entries(summary).map(([what, count]) => `${what.replaceAll('_', ' ')}: ${count}`);
  return [
    table(['AT', 'NAME', 'WHY', 'PROBLEMS', 'LACKS'], rows),
    ...(lacking.length === 0 ? [] : [table(['MISSING', 'PULLED IN BY'], lacking)]),
    counts.join(', '),
  ].join('\n\n');
}

/** Names that fit on a line. */
const SHOWN_NAMES = 4;

function short(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  return `${names.slice(0, SHOWN_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function ecosystemOf(file: string, asked: string | undefined, ecosystems: readonly Ecosystem[]): Ecosystem {
  const words = basename(file)
    .toLowerCase()
    .split(/[^a-z]+/);
  const found = ecosystems.filter(({ id }) => (asked === undefined ? words.includes(id) : id === asked));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const ids = ecosystems.map(({ id }) => id).join(', ');
  throw new Problem({
    kind: 'usage',
    code: 'unknown-ecosystem',
    what:
      asked === undefined
        ? `The name of ${file} does not say which ecosystem it is about`
        : `There is no ecosystem ${JSON.stringify(asked.slice(0, 40))}`,
    next: `Add --ecosystem, one of ${ids}.`,
  });
}

async function textOf(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const next = 'Give the path of a text file in UTF-8.';
    throw new Problem({ kind: 'usage', code: 'unreadable-file', what: `${file} cannot be read`, why, next });
  }
}
