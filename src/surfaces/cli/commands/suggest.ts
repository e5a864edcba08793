/** `pratique suggest`: the way to what a project needs that takes the fewest new reviews. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import {
  readAsked,
  SUGGESTION_LIMITS,
  type Suggestion,
  suggestionsFor,
  type WayAnswer,
} from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import type { CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
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
  const results = await suggestionsFor(app, session.channel, { asked, advisers: app.rooms.vetting });
  return suggestionAnswer(session.channel, results);
}

/** What a suggestion says, and how the command ends by it. */
export function suggestionAnswer(channel: string, results: readonly Suggestion[]): Answer {
  const outcomes = results.map(({ together }) => together);
  const isUnchecked = outcomes.some(({ status }) => status === 'could-not-check');
  const isReady = outcomes.every((way) => way.status === 'found' && way.toReview.length === 0);
  return {
    json: { channel, results, limits: SUGGESTION_LIMITS },
    text: results.map(textOf).join('\n\n'),
    hints: [...SUGGESTION_LIMITS],
    exit: isUnchecked ? EXIT.couldNotCheck : isReady ? EXIT.done : EXIT.notAllowed,
  };
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
