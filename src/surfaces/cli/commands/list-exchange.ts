/** `pratique list import`: what a list of another installation is made of, and requests for it. Nothing of it is accepted. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import {
  type EntryReport,
  hygieneOf,
  type ListReport,
  namesToAsk,
  parseList,
  wishesOf,
} from '../../../features/lists/read.ts';
import { expandedList } from '../../../features/snapshots/read.ts';
import type { CliHost } from '../app.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
import { act, type Session } from '../session.ts';
import { ecosystemOfFile } from './list-ecosystem.ts';
import { type Asked, askedFor } from './list-requests.ts';
import { answerOptions, threeAnswers, withAnswers } from './request-answers.ts';

export const importOptions = answerOptions.extend({
  ecosystem: z.string().optional(),
  draft: z.boolean().optional(),
  file: z.boolean().optional(),
});

export function registerListExchange(list: Command, host: CliHost): void {
  withAnswers(
    list
      .command('import')
      .description('read a list of another installation and report on it; accepts nothing')
      .argument('<file>', 'one name per line, or uk-tre/packages JSON')
      .option('--ecosystem <id>', 'pypi, npm or cran; default: the one that the name of the file holds')
      .option('--draft', 'say which requests --file would make')
      .option('--file', 'file a request for each entry that is not here and that no other entry brings along'),
  )
    .addHelpText(
      'after',
      '\nExample: pratique list import cran.json --channel tier3\n         pratique list import cran.json --file --q1 "..." --q2 "..." --q3-unknown --as rosa',
    )
    .action(act(host, 'list-import', z.tuple([z.string(), importOptions]), importList));
}

async function importList(session: Session, file: string, options: z.infer<typeof importOptions>) {
  const app = await session.app();
  await requireChannel(app.db, session.channel);
  const ecosystem = ecosystemOfFile(file, options.ecosystem, app.ecosystems);
  const list = parseList(await textOf(file));
  // Asked before upstream is: who has no answers should not have to wait for that.
  const answers = options.file === true ? await threeAnswers(session, options) : undefined;
  if (answers !== undefined) await session.actor();
  const names = namesToAsk(list.entries, ecosystem);
  const ask = { channel: session.channel, ecosystem: ecosystem.id, names };
  const outlines = await app.rooms.vetting.outlines(ask, (done, label) =>
    session.progress.watch({ step: 'resolve', done, total: names.length, label }),
  );
  session.progress.end();
  const report = hygieneOf(list.entries, ecosystem, outlines);
  const offered = (await expandedList(app, session.channel))?.entries.filter((one) => one.ecosystem === ecosystem.id);
  const here = new Map(offered?.map(({ name, state }) => [name, state]));
  const wishes = wishesOf(report.entries, new Set(here.keys()), ecosystem);
  const how = { isDraft: options.draft === true, answers };
  const asked = await askedFor(wishes, how, async ({ name, version }, words) => {
    const form = { channel: session.channel, ecosystem: ecosystem.id, name, version: version ?? undefined };
    const { request, outcome } = await app.rooms.requests.file(await session.actor(), { ...form, ...words });
    return { request: request.id, outcome };
  });
  if (answers !== undefined && !how.isDraft) await session.settle();
  return importAnswer({ channel: session.channel, ecosystem: ecosystem.id, format: list.format, report, here }, asked);
}

/** What is known of a list: of a home, and of a server elsewhere. */
export interface Reported {
  readonly channel: string;
  readonly ecosystem: string;
  readonly format: string;
  readonly report: ListReport;
  /** States of what is offered here already, by name. */
  readonly here: ReadonlyMap<string, string>;
}

/** `asked` is `undefined` where the list is only reported on. */
export function importAnswer({ report, here, ...about }: Reported, asked: readonly Asked[] | undefined): Answer {
  const summary = summaryOf(report);
  const results = report.entries.map(({ neededBy, ...entry }, at) => ({
    ...entry,
    needed_by: neededBy,
    here: here.get(entry.name ?? '') ?? null,
    ...(asked === undefined ? {} : { asked: asked[at] }),
  }));
  const missing = report.missing.map(({ name, neededBy }) => ({ name, needed_by: neededBy }));
  return {
    json: { ...about, accepted: 0, summary, results, missing },
    text: asked === undefined ? inWords(report, summary) : askedInWords(report, asked),
    hints: [hintOf(about.ecosystem, asked)],
    exit: report.entries.length === 0 ? EXIT.nothing : summary.could_not_check > 0 ? EXIT.couldNotCheck : EXIT.done,
  };
}

function askedInWords({ entries }: ListReport, asked: readonly Asked[]): string {
  const rows = entries.map(({ at, text }, index) => {
    const { request, outcome, reason } = asked[index] ?? NOT_ASKED;
    return [String(at), text, outcome, request ?? '', reason ?? ''];
  });
  return table(['AT', 'NAME', 'OUTCOME', 'REQUEST', 'WHY NOT'], rows);
}

const NOT_ASKED: Asked = { request: null, outcome: 'not-filed', reason: null };

function hintOf(id: string, asked: readonly Asked[] | undefined): string {
  if (asked === undefined)
    return `Nothing was accepted. To ask for one: pratique request new ${id} NAME; for all: --draft`;
  const count = (outcome: Asked['outcome']) => asked.filter((one) => one.outcome === outcome).length;
  const would = count('would-file');
  if (would > 0) return `Nothing was filed. With --file, ${would === 1 ? '1 request' : `${would} requests`} would be.`;
  return `${count('filed')} filed, ${count('joined')} joined. Nothing was accepted: people decide on each.`;
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

export async function textOf(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const next = 'Give the path of a text file in UTF-8.';
    throw new Problem({ kind: 'usage', code: 'unreadable-file', what: `${file} cannot be read`, why, next });
  }
}
