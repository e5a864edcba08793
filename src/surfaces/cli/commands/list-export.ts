/** `pratique list export`: what a channel offers, for people, for machines, and for other installations. */
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { parsePurl, purlOf } from '../../../domain/purl.ts';
import {
  clearedEntries,
  type ExportedEntry,
  type ListEntry,
  writeNames,
  writeUkTre,
} from '../../../features/lists/read.ts';
import { type ExpandedEntry, expandedList } from '../../../features/snapshots/read.ts';
import type { CliHost } from '../app.ts';
import type { Answer } from '../output.ts';
import { act, type Session } from '../session.ts';
import { ecosystemNamed } from './list-ecosystem.ts';

const FORMS = ['names', 'uk-tre'] as const;
export const exportOptions = z.object({ to: z.enum(FORMS).optional(), ecosystem: z.string().optional() });

export function registerListExport(list: Command, host: CliHost): void {
  list
    .command('export')
    .description(
      'the expanded list, as pip reads it, with purls for other ecosystems; or in a form that other installations read',
    )
    .addOption(
      new Option('--to <form>', 'names: one per line; uk-tre: uk-tre/packages JSON; needs --ecosystem').choices(FORMS),
    )
    .option('--ecosystem <id>', 'only pypi, npm or cran')
    .addHelpText('after', '\nExample: pratique list export --to uk-tre --ecosystem cran --channel tier3 > cran.json')
    .action(act(host, 'list-export', z.tuple([exportOptions]), exportList));
}

async function exportList(session: Session, { to, ecosystem }: z.infer<typeof exportOptions>) {
  const app = await session.app();
  const { channel } = session;
  const asked = ecosystem === undefined && to === undefined ? undefined : ecosystemNamed(ecosystem, app.ecosystems).id;
  const all = (await expandedList(app, channel))?.entries ?? [];
  const results = all.filter((one) => asked === undefined || one.ecosystem === asked);
  return exportAnswer({ channel, ecosystem: asked, to }, results, () => clearedEntries(app.db, channel));
}

interface Asked {
  readonly channel: string;
  readonly ecosystem: string | undefined;
  readonly to: (typeof FORMS)[number] | undefined;
}

type Offered = Pick<ExpandedEntry, 'ecosystem' | 'name' | 'version' | 'why'>;
type Accepted = Pick<ListEntry, 'ecosystem' | 'name' | 'version' | 'addedAt'>;

/** What a channel offers, in the form that was asked for, of a home and of a server elsewhere. */
export async function exportAnswer(
  { channel, ecosystem, to }: Asked,
  offered: readonly Offered[],
  accepted: () => Promise<readonly Accepted[]>,
): Promise<Answer> {
  const results = offered.toSorted((a, b) => inOrder(purlOf(a), purlOf(b)));
  if (to === undefined) {
    const text = results.map(lineOf).join('\n');
    return { json: { channel, results }, text };
  }
  const entries = withDates(results, await accepted());
  const document = to === 'names' ? writeNames(entries) : writeUkTre(entries);
  return { json: { channel, ecosystem, format: to, results, document }, text: document.trimEnd() };
}

/** pip reads lines of its own form alone: what is of another ecosystem must not pass for a PyPI package of that name. */
function lineOf({ ecosystem, name, version }: Offered): string {
  return ecosystem === 'pypi' ? `${name}==${version}` : purlOf({ ecosystem, name, version });
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** A dependency is here by the entry that its path begins with. */
function withDates(entries: readonly Offered[], cleared: readonly Accepted[]): readonly ExportedEntry[] {
  const dates = new Map(cleared.map((one) => [keyOf(one), one.addedAt]));
  return entries.map(({ ecosystem, name, version, why }) => {
    const root = parsePurl(why[0] ?? '');
    const acceptedAt = root === undefined ? undefined : dates.get(keyOf({ ...root, version: root.version ?? '' }));
    return { name, version, acceptedAt: acceptedAt ?? dates.get(keyOf({ ecosystem, name, version })) ?? UNDATED };
  });
}

/** Of what came with a snapshot from another home, which has no entries here. */
const UNDATED = new Date(0).toISOString();

function keyOf({ ecosystem, name, version }: { ecosystem: string; name: string; version: string }): string {
  return `${ecosystem} ${name} ${version}`;
}
