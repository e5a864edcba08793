/** `pratique advisories` and `pratique feed`: what is imported from outside. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { listAdvisories, listAdvisoryImports } from '../../../features/advisories/read.ts';
import { FEED_KINDS, type FeedKind, isFeedKind } from '../../../features/feeds/index.ts';
import { listFeeds } from '../../../features/feeds/read.ts';
import type { CliHost } from '../app.ts';
import { type Answer, table } from '../output.ts';
import { act } from '../session.ts';

export function registerFeeds(program: Command, host: CliHost): void {
  const advisories = program
    .command('advisories')
    .description('known vulnerabilities and malicious packages (OSV records)');
  advisories
    .command('import')
    .description('import OSV records, all or none')
    .argument('<place>', 'a .json, .jsonl, .jsonl.gz or .zip file, a folder, or a URL')
    .option('--skip-bad', 'import the others where some records are no OSV records')
    .addHelpText('after', '\nExample: pratique advisories import ./osv-export.zip --as olga')
    .action(
      act(
        host,
        'advisories-import',
        z.tuple([z.string(), z.object({ skipBad: z.boolean().optional() })]),
        async (session, place, options) => {
          const app = await session.app();
          const ask = { actor: await session.actor(), skipBad: options.skipBad === true };
          const summary = await app.rooms.advisories.importFrom(app.files.open(place), ask);
          await session.settle();
          return { json: { ...summary }, text: importedText({ ...summary, changed: summary.changed.length }) };
        },
      ),
    );
  advisories
    .command('list')
    .description('what was imported; with a package, the advisories about it')
    .argument('[ecosystem]')
    .argument('[name]')
    .action(
      act(
        host,
        'advisories-list',
        z.tuple([z.string().optional(), z.string().optional(), z.unknown()]),
        async (session, ecosystem, name) => {
          const { db } = await session.app();
          if (ecosystem === undefined || name === undefined) {
            return importsAnswer(await listAdvisoryImports(db));
          }
          return advisoriesAnswer(await listAdvisories(db, ecosystem, name));
        },
      ),
    );
  registerFeed(program, host);
}

interface Summary {
  readonly records: number;
  readonly changed: number;
  readonly withdrawn: number;
  readonly elsewhere: number;
}

export function importedText({ records, changed, withdrawn, elsewhere }: Summary): string {
  return `${records} records read, ${changed} new or newer, ${withdrawn} withdrawn, ${elsewhere} about other ecosystems`;
}

interface Imported {
  readonly ecosystem: string;
  readonly records: number;
  /** From a home, or in JSON from a server. */
  readonly importedAt: Date | string;
  readonly source: string;
}

/** What was imported, for each ecosystem. */
export function importsAnswer(results: readonly Imported[]): Answer {
  const rows = results.map((one) => [
    ...[one.ecosystem, String(one.records), new Date(one.importedAt).toISOString(), one.source],
  ]);
  return { json: { results }, text: table(['ECOSYSTEM', 'RECORDS', 'IMPORTED', 'FROM'], rows) };
}

interface Spoken {
  readonly id: string;
  readonly summary: string;
  readonly severity: { readonly state: 'unknown' } | { readonly state: 'scored'; readonly score: number };
}

/** Advisories about a package. */
export function advisoriesAnswer(results: readonly Spoken[]): Answer {
  const rows = results.map(({ id, severity, summary }) => [
    ...[id, severity.state === 'scored' ? String(severity.score) : 'unknown', summary],
  ]);
  return { json: { results }, text: table(['ID', 'CVSS', 'SUMMARY'], rows) };
}

/** Other data from outside. */
export function feedsAnswer(results: readonly ListedFeed[]): Answer {
  const rows = results.map(({ kind, ecosystem, records, importedAt, source }) => [
    ...[kind, ecosystem, String(records)],
    ...[typeof importedAt === 'string' ? importedAt : importedAt.toISOString(), source],
  ]);
  return { json: { results }, text: table(['FEED', 'ECOSYSTEM', 'RECORDS', 'IMPORTED', 'SOURCE'], rows) };
}

interface ListedFeed {
  readonly kind: string;
  readonly ecosystem: string;
  readonly records: number;
  /** Text where a server elsewhere says so. */
  readonly importedAt: Date | string;
  readonly source: string;
}

function registerFeed(program: Command, host: CliHost): void {
  const feed = program.command('feed').description('other data from outside');
  feed
    .command('import')
    .description('import a list from outside; it takes the place of the one before')
    .argument('<kind>', FEED_KINDS.map((kind) => `${kind}: ${FEED_WORDS[kind]}`).join('; '))
    .argument('<place>', 'a file, a folder or a URL')
    .option('--ecosystem <id>', 'the ecosystem of a popularity list', 'pypi')
    .action(
      act(
        host,
        'feed-import',
        z.tuple([z.string(), z.string(), z.object({ ecosystem: z.string() })]),
        async (session, kind, place, options) => {
          const app = await session.app();
          const ask = { kind: kindOf(kind), ecosystem: options.ecosystem, actor: await session.actor() };
          const summary = await app.rooms.feeds.importFrom({ ...ask, source: app.files.open(place) });
          await session.settle();
          return { json: { ...summary }, text: `${summary.records} records imported` };
        },
      ),
    );
  feed
    .command('list')
    .description('what was imported and when')
    .action(
      act(host, 'feed-list', z.tuple([z.unknown()]), async (session) => {
        const results = await listFeeds((await session.app()).db);
        return feedsAnswer(results);
      }),
    );
}

/** What each feed is, for the help. */
const FEED_WORDS: Readonly<Record<FeedKind, string>> = {
  popularity: 'names of packages, most popular first (CSV or JSON)',
  kev: 'flaws known to be exploited',
  epss: 'the chance that a flaw will be exploited (FIRST)',
  malicious: 'SHA-256 of malicious files and purls of malicious packages, one a line with what to say of it',
  yara: 'rules that every file of a distribution is held against; a file or a folder of .yar and .yara files',
  'breached-passwords': 'passwords known from leaks: one a line, or their SHA-1 as the published lists have it',
  'trust-root': 'whom to believe about attestations (Sigstore trusted_root.json, or seeds.json of @sigstore/tuf)',
};

function kindOf(text: string): FeedKind {
  if (isFeedKind(text)) return text;
  const what = `There is no feed ${JSON.stringify(text.slice(0, 40))}`;
  throw new Problem({ kind: 'usage', code: 'unknown-feed', what, next: `The feeds are ${FEED_KINDS.join(', ')}.` });
}
