/** `pratique suggest`: the way to what a project needs that takes the fewest new reviews. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import type { EcosystemId } from '../../../domain/purl.ts';
import { type AskedPackage, fits, readAsked } from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { offeredIn } from '../../../features/snapshots/read.ts';
import type { LeastOptions, VersionWay, WayAnswer } from '../../../features/vetting/index.ts';
import type { App, CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../output.ts';
import { readProjectFile } from '../project-file.ts';
import { act, type Session } from '../session.ts';

const options = z.object({ from: z.array(z.string()).optional() });

export function registerSuggest(program: Command, host: CliHost): void {
  program
    .command('suggest')
    .description('versions that need the fewest new reviews, given what the channel offers')
    .argument('[purl...]', 'a purl, or a name; may carry a version')
    .option('--from <file>', 'a requirements, project or lock file: all of it together; may be repeated', collect)
    .addHelpText('after', '\nExample: pratique suggest --from requirements.txt --channel tier3')
    .action(act(host, 'suggest', z.tuple([z.array(z.string()), options]), suggest));
}

/** What no index can tell. */
const LIMITS = [
  'Counted by what indexes say: files are not opened, and a review may find more.',
  'How long a review takes is not known here, nor which other package would serve the same purpose.',
] as const;

interface Suggestion {
  readonly ecosystem: EcosystemId;
  /** All of it together, in the versions that need the fewest reviews. */
  readonly together: WayAnswer;
  /** For each package that is not available as asked: its versions, cheapest first. */
  readonly packages: readonly { readonly asked: string; readonly versions: readonly VersionWay[] }[];
}

async function suggest(session: Session, texts: readonly string[], { from }: z.infer<typeof options>) {
  const app = await session.app();
  const { targets } = await requireChannel(app.db, session.channel);
  const asked = texts.map((text) => readAsked(text, app.ecosystems));
  for (const file of from ?? []) asked.push(...(await readProjectFile(file, app.ecosystems, targets)));
  if (asked.length === 0)
    throw new Problem({
      kind: 'usage',
      code: 'nothing-asked',
      what: 'Nothing is asked about',
      next: 'Name packages, or a file with --from.',
    });
  const results: Suggestion[] = [];
  for (const [ecosystem, same] of Map.groupBy(asked, (one) => one.ecosystem.id))
    results.push(await suggestionFor(app, session.channel, { ecosystem, same }));
  const outcomes = results.map(({ together }) => together);
  const isUnchecked = outcomes.some(({ status }) => status === 'could-not-check');
  const isReady = outcomes.every((way) => way.status === 'found' && way.toReview.length === 0);
  return {
    json: { channel: session.channel, results, limits: LIMITS },
    text: results.map(textOf).join('\n\n'),
    hints: [...LIMITS],
    exit: isUnchecked ? EXIT.couldNotCheck : isReady ? EXIT.done : EXIT.notAllowed,
  };
}

async function suggestionFor(
  app: App,
  channel: string,
  { ecosystem, same }: { readonly ecosystem: EcosystemId; readonly same: readonly AskedPackage[] },
): Promise<Suggestion> {
  const offered = await offeredIn(app, channel);
  const least: LeastOptions = {
    channel,
    ecosystem,
    offered: async (name) => ((await offered(ecosystem, name))?.releases ?? []).map(({ version }) => version),
  };
  const { vetting } = app.rooms;
  const together = await vetting.leastVetting(same.map(exactly), least);
  const packages: Suggestion['packages'][number][] = [];
  for (const one of same) {
    if ((await least.offered(one.name)).some((version) => fits(one, version))) continue;
    const range = one.range ?? null;
    const versions = await vetting.versionsByVetting({ name: one.name, extras: one.extras, range }, least);
    packages.push({ asked: one.text, versions });
  }
  return { ecosystem, together, packages };
}

function exactly({ ecosystem, name, extras, version, range }: AskedPackage) {
  return { name, extras, range: version === null ? (range ?? null) : ecosystem.versions.exactly(version) };
}

function textOf({ ecosystem, together, packages }: Suggestion): string {
  const lines = packages.flatMap(({ asked, versions }) => {
    if (versions.length === 0) return [[asked, '', 'upstream has no version of it']];
    return versions.slice(0, SHOWN).map(({ version, way }, at) => [at === 0 ? asked : '', version, wayText(way)]);
  });
  const head = `${ecosystem}, all together: ${wayText(together)}`;
  return lines.length === 0 ? head : `${head}\n${table(['ASKED', 'VERSION', 'TAKES'], lines)}`;
}

const SHOWN = 4;

function wayText(way: WayAnswer): string {
  if (way.status !== 'found') return way.reason;
  const { toReview, cleared } = way;
  if (toReview.length === 0) return `0 reviews, installs today (${cleared} releases are offered)`;
  const named = toReview.slice(0, SHOWN).join(', ');
  const more = toReview.length > SHOWN ? `, and ${toReview.length - SHOWN} more` : '';
  return `${toReview.length} to review: ${named}${more}`;
}
