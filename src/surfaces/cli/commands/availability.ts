/** `pratique check`, `why` and `status`: is it available, and if not, why. */
import type { Command } from 'commander';
import { z } from 'zod';
import { CHANNEL_CLOSED } from '../../../domain/channel.ts';
import { Problem } from '../../../domain/problem.ts';
import { wantedTag } from '../../../domain/tag.ts';
import type { Ecosystem } from '../../../ecosystems/contract.ts';
import {
  type AskedPackage,
  type Availability,
  availabilityOf,
  checkProject,
  pageAbout,
  readAsked,
  type Standing,
  standingOf,
} from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { listRequests } from '../../../features/requests/read.ts';
import type { CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { EXIT, type ExitCode, worstExit } from '../exit-codes.ts';
import { fields, table } from '../output.ts';
import { readProjectFile } from '../project-file.ts';
import { act, type Session } from '../session.ts';
import { nameOf } from './request-name.ts';
import { isKnown, isNameAlone, whereKnown } from './some-ecosystem.ts';
import { unavailableRows } from './unavailable-targets.ts';

export function registerAvailability(program: Command, host: CliHost): void {
  program
    .command('check')
    .description('is every package of a project allowed?')
    .argument('[purl...]')
    .option('--from <file>', 'a requirements, project or lock file; may be repeated', collect)
    .option('--require-tag <tag>', 'a tag that each must have beside those of the channel; may be repeated', collect)
    .option('--allow-empty', 'nothing to check is no failure')
    .addHelpText('after', '\nExample: pratique check --from requirements.txt --channel tier3')
    .action(act(host, 'check', z.tuple([z.array(z.string()), checkOptions]), check));
  program
    .command('why')
    .description('why a package is or is not available, and what to do')
    .argument('<purl>', 'a purl, or a name: PyPI’s, or where PyPI knows nothing of it here npm’s or CRAN’s')
    .action(act(host, 'why', z.tuple([z.string(), z.unknown()]), why));
  program
    .command('status')
    .description('requests and where they stand, yours with --as')
    .action(act(host, 'status', z.tuple([z.unknown()]), status));
}

export const checkOptions = z.object({
  from: z.array(z.string()).optional(),
  requireTag: z.array(z.string()).optional(),
  allowEmpty: z.boolean().optional(),
});

async function check(session: Session, texts: readonly string[], options: z.infer<typeof checkOptions>) {
  const app = await session.app();
  const { targets } = await requireChannel(app.db, session.channel);
  const asked = texts.map((text) => readAsked(text, app.ecosystems));
  for (const file of options.from ?? []) asked.push(...(await readProjectFile(file, app.ecosystems, targets)));
  const wanted = (options.requireTag ?? []).map(wantedTag);
  const { results, summary } = await checkProject(app, session.channel, asked, wanted);
  return checkAnswer(session.channel, { results, summary }, options);
}

/** What `check` prints, of a home and of a server elsewhere. */
export function checkAnswer(
  channel: string,
  { results, summary }: { readonly results: readonly Availability[]; readonly summary: object },
  { allowEmpty }: Pick<z.infer<typeof checkOptions>, 'allowEmpty'>,
) {
  const codes = results.map(exitOfAvailability);
  const isEmpty = results.length === 0 && allowEmpty !== true;
  const exit = isEmpty ? EXIT.nothing : worstExit(codes);
  const rows = results.map((one) => [one.asked, one.state, one.request ?? '', remarkOn(one)]);
  const isRefused = results.some(({ state }) => standingOf(state) === 'refused');
  return {
    json: { channel, summary, results, exit_code: exit },
    text: table(['PACKAGE', 'STATE', 'REQUEST', ''], rows),
    hints: isRefused ? ['pratique why PACKAGE   what to do about one of them'] : [],
    exit,
  };
}

/** What a line says beside the state: why not, which tags are missing, or the way to it. */
function remarkOn({ missing_tags: missing, reason, path, unavailable_targets: unavailable }: Availability): string {
  if (missing.length > 0) return `has not got ${missing.join(', ')}`;
  if (unavailable.length > 0)
    return unavailableRows(unavailable)
      .map((row) => row.join(' '))
      .join('; ');
  return reason ?? path.join(' > ');
}

async function why(session: Session, text: string) {
  const app = await session.app();
  await requireChannel(app.db, session.channel);
  const answerTo = async (asked: AskedPackage) => {
    const { name, version } = asked;
    const page = `${app.publicUrl()}${pageAbout(session.channel, asked)}`;
    const about = { ecosystem: asked.ecosystem.id, name, version, page };
    return { ...(await availabilityOf(app, session.channel, asked)), ...about };
  };
  const found = await whereKnown(text, await answerTo(readAsked(text, app.ecosystems)), async (purl) => {
    const asked = askedIfAny(purl, app.ecosystems);
    return asked === undefined ? undefined : await answerTo(asked);
  });
  return { ...whyAnswer(session.channel, found, { ...found, text }), json: { channel: session.channel, ...found } };
}

/** Names differ between ecosystems: what is none in one of them is not there. */
function askedIfAny(purl: string, ecosystems: readonly Ecosystem[]): AskedPackage | undefined {
  try {
    return readAsked(purl, ecosystems);
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-a-package') return undefined;
    throw error;
  }
}

/** What was asked about, and where a person reads about it. */
export interface AskedAbout {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string | null;
  readonly page: string;
  /** As it was typed. */
  readonly text: string;
}

/** What `why` says of a package, of a home and of a server elsewhere. */
export function whyAnswer(channel: string, found: Availability, about: AskedAbout) {
  const exit = exitOfAvailability(found);
  const isAlone = isNameAlone(about.text);
  const which: readonly (readonly [string, string])[] = isAlone ? [['ecosystem', about.ecosystem]] : [];
  const text = fields([...which, ...whyFields(channel, found), ['page', about.page]]);
  const others =
    isAlone && !isKnown(found) ? [`pratique why pkg:ECOSYSTEM/${about.name}   for one of another ecosystem`] : [];
  return { text, hints: [...hintsOf(exit, nextStep(channel, found, about)), ...others], exit };
}

function nextStep(
  channel: string,
  { request, state, reason, available_versions: available }: Availability,
  { ecosystem, name, version }: Omit<AskedAbout, 'text'>,
): string {
  // What was asked for and then stopped: the request is settled, and says nothing of what to do.
  if (request !== null && (state === 'denied' || state === 'quarantined'))
    return 'ask a reviewer about it; where it is something it needs that is stopped, it comes back by itself once another version of that is cleared, which may be asked for';
  if (reason === CHANNEL_CLOSED)
    return `nothing can be asked for in it: look in another channel (pratique channel list), or ask an operator to open it (pratique channel change ${channel} --mode cleared)`;
  if (request !== null) return `pratique request show ${request}`;
  if (state === 'denied') return 'it is not open to request; ask a reviewer about the denial';
  const wanted = available.length > 0 ? null : version;
  return `pratique request new ${ecosystem} ${name}${wanted === null ? '' : ` --version ${wanted}`} --channel ${channel}`;
}

function hintsOf(exit: ExitCode, next: string): readonly string[] {
  if (exit === EXIT.done) return [];
  return [exit === EXIT.missingTag ? 'pratique tag require   what each tag says' : next];
}

function whyFields(channel: string, found: Availability): readonly (readonly [string, string])[] {
  return [
    ['package', found.purl ?? found.asked],
    ['channel', channel],
    ['state', found.state],
    ...(found.reason === null ? [] : [['because', found.reason] as const]),
    ...(found.missing_tags.length === 0 ? [] : [['tags missing', found.missing_tags.join(', ')] as const]),
    ...(found.unavailable_targets.length === 0 ? [] : [['offered to', found.targets.join(', ')] as const]),
    ...unavailableRows(found.unavailable_targets),
    ['path', found.path.length === 0 ? '-' : found.path.join(' > ')],
  ];
}

async function status(session: Session) {
  const actor = session.isNamed ? await session.actor() : undefined;
  const results = await listRequests((await session.app()).db, {
    channel: await session.knownChannel(),
    requester: actor?.kind === 'person' ? actor.name : undefined,
  });
  const rows = results.map((one) => [one.id, one.channel, nameOf(one), one.state]);
  return { json: { results }, text: table(['REQUEST', 'CHANNEL', 'PACKAGE', 'STATE'], rows) };
}

/** What is allowed and has not got a tag that is asked for ends with a code of its own. */
export function exitOfAvailability({ state, missing_tags: missing }: Availability): ExitCode {
  return missing.length > 0 ? EXIT.missingTag : exitOfStanding(standingOf(state));
}

function exitOfStanding(standing: Standing): ExitCode {
  switch (standing) {
    case 'allowed':
      return EXIT.done;
    case 'pending':
      return EXIT.pending;
    case 'refused':
      return EXIT.notAllowed;
    case 'could_not_check':
      return EXIT.couldNotCheck;
  }
}
