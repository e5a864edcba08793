/** `pratique check`, `why` and `status`: is it available, and if not, why. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { ReleaseState } from '../../../domain/states.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { decisionsAbout } from '../../../features/decisions/read.ts';
import { clearedEntries, denials, isDenied } from '../../../features/lists/read.ts';
import { findWindow } from '../../../features/objections/read.ts';
import { isQuarantined, listQuarantines } from '../../../features/quarantine/read.ts';
import { listRequests, type Request } from '../../../features/requests/read.ts';
import type { App, CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { EXIT, type ExitCode, worstExit } from '../exit-codes.ts';
import { offeredReleases } from '../expanded-list.ts';
import { fields, table } from '../output.ts';
import { type AskedPackage, readAsked, readProjectFile } from '../project-file.ts';
import { act, type Session } from '../session.ts';
import { nameOf } from './request.ts';

interface Availability {
  readonly asked: string;
  readonly purl: string | null;
  readonly state: ReleaseState;
  readonly reason: string | null;
  readonly path: readonly string[];
  readonly request: string | null;
}

export function registerAvailability(program: Command, host: CliHost): void {
  program
    .command('check')
    .description('is every package of a project allowed?')
    .argument('[purl...]')
    .option('--from <file>', 'a requirements file; may be repeated', collect)
    .option('--allow-empty', 'nothing to check is no failure')
    .addHelpText('after', '\nExample: pratique check --from requirements.txt --channel tier3')
    .action(act(host, 'check', z.tuple([z.array(z.string()), checkOptions]), check));
  program
    .command('why')
    .description('why a package is or is not available, and what to do')
    .argument('<purl>', 'a purl, or a name')
    .action(act(host, 'why', z.tuple([z.string(), z.unknown()]), why));
  program
    .command('status')
    .description('open requests, yours with --as')
    .action(act(host, 'status', z.tuple([z.unknown()]), status));
}

const checkOptions = z.object({ from: z.array(z.string()).optional(), allowEmpty: z.boolean().optional() });

async function check(session: Session, texts: readonly string[], options: z.infer<typeof checkOptions>) {
  const app = await session.app();
  await requireChannel(app.db, session.channel);
  const asked = texts.map((text) => readAsked(text, app.ecosystems));
  for (const file of options.from ?? []) asked.push(...(await readProjectFile(file, app.ecosystems)));
  const results: Availability[] = [];
  for (const one of asked) results.push(await availabilityOf(app, session.channel, one));
  const codes = results.map(({ state }) => exitOf(state));
  const count = (code: ExitCode) => codes.filter((one) => one === code).length;
  const summary = {
    allowed: count(EXIT.done),
    refused: count(EXIT.notAllowed),
    pending: count(EXIT.pending),
    missing_tag: 0,
    could_not_check: count(EXIT.couldNotCheck),
  };
  const isEmpty = results.length === 0 && options.allowEmpty !== true;
  const exit = isEmpty ? EXIT.nothing : worstExit(codes);
  const rows = results.map((one) => [one.asked, one.state, one.request ?? '', one.reason ?? one.path.join(' > ')]);
  return {
    json: { channel: session.channel, summary, results, exit_code: exit },
    text: table(['PACKAGE', 'STATE', 'REQUEST', ''], rows),
    exit,
  };
}

async function why(session: Session, text: string) {
  const app = await session.app();
  await requireChannel(app.db, session.channel);
  const asked = readAsked(text, app.ecosystems);
  const found = await availabilityOf(app, session.channel, asked);
  const next =
    found.request === null
      ? `pratique request new ${asked.ecosystem.id} ${asked.name}`
      : `pratique request show ${found.request}`;
  const exit = exitOf(found.state);
  const lines = fields([
    ['package', found.purl ?? asked.text],
    ['channel', session.channel],
    ['state', found.state],
    ['because', found.reason ?? '-'],
    ['path', found.path.length === 0 ? '-' : found.path.join(' > ')],
    ['page', `${app.publicUrl}/b/${asked.ecosystem.id}/${asked.name}?channel=${session.channel}`],
  ]);
  return { json: { channel: session.channel, ...found }, text: lines, hints: exit === EXIT.done ? [] : [next], exit };
}

async function status(session: Session) {
  const actor = session.isNamed ? await session.actor() : undefined;
  const results = await listRequests((await session.app()).db, {
    channel: session.askedChannel,
    requester: actor?.kind === 'person' ? actor.name : undefined,
  });
  const rows = results.map((one) => [one.id, one.channel, nameOf(one), one.state]);
  return { json: { results }, text: table(['REQUEST', 'CHANNEL', 'PACKAGE', 'STATE'], rows) };
}

/** What stops wins over what is offered; then come the newest request and the newest decision. */
async function availabilityOf(app: App, channel: string, asked: AskedPackage): Promise<Availability> {
  const { ecosystem, name, version } = asked;
  const about = { channel, ecosystem: ecosystem.id, name };
  const offered = (await offeredReleases(app, about)).filter((one) => version === null || one.version === version);
  const known = version ?? offered.at(-1)?.version ?? (await clearedEntries(app.db, channel, about)).at(-1)?.version;
  const stopped = await stopOf(app, { ...about, version: known ?? null }, asked);
  const purl = offered.at(-1)?.purl ?? null;
  const requests = await listRequests(app.db, { channel, ecosystem: ecosystem.id, name });
  const request = requests.at(-1)?.id ?? null;
  const base = { asked: asked.text, purl, request, path: [] };
  if (stopped !== undefined) return { ...base, ...stopped };
  const best = offered.at(-1);
  if (best !== undefined) return { ...base, state: best.state, reason: null, path: best.why };
  return { ...base, ...(await stateWithoutOffer(app, about, requests.at(-1))) };
}

interface About {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
}

async function stopOf(app: App, about: About & { readonly version: string | null }, { ecosystem }: AskedPackage) {
  const denied = isDenied(await denials(app.db, about.channel), about, ecosystem.versions);
  if (denied !== undefined) return { state: 'denied' as const, reason: `${denied.id}: ${denied.reason}` };
  const all = await listQuarantines(app.db);
  const id = isQuarantined(all, about, ecosystem.versions);
  if (id === undefined) return undefined;
  return { state: 'quarantined' as const, reason: `${id}: ${all.find((one) => one.id === id)?.reason ?? ''}` };
}

async function stateWithoutOffer(app: App, about: About, request: Request | undefined) {
  switch (request?.state) {
    case undefined:
    case 'withdrawn':
      return { state: 'not-requested' as const, reason: 'nobody has asked for it' };
    case 'failed':
      return { state: 'unknown' as const, reason: request.failure };
    case 'in-window':
      return { state: 'in-window' as const, reason: await openingOf(app, about) };
    case 'accepted':
      return {
        state: 'in-window' as const,
        reason: 'accepted, but not in the current snapshot: it is not published yet, or the channel was rolled back',
      };
    case 'needs-answer':
      return { state: 'needs-answer' as const, reason: 'the reviewer asked the requester something' };
    case 'submitted':
    case 'in-review':
      return { state: 'in-review' as const, reason: 'it is being looked at' };
    case 'rejected':
    case 'overturned':
    case 'denied': {
      const decision = (await decisionsAbout(app.db, about)).at(-1);
      return { state: 'rejected' as const, reason: decision?.concern ?? decision?.reason ?? null };
    }
  }
}

/** When what was accepted opens. */
async function openingOf(app: App, about: About): Promise<string> {
  const decision = (await decisionsAbout(app.db, about)).at(-1);
  const window = decision === undefined ? undefined : await findWindow(app.db, decision.id);
  const closes = window?.closesAt ?? null;
  return closes === null
    ? 'accepted; it opens when the data provider has answered'
    : `accepted; it opens ${closes} unless the data provider objects`;
}

function exitOf(state: ReleaseState): ExitCode {
  switch (state) {
    case 'core':
    case 'accepted':
    case 'dependency':
      return EXIT.done;
    case 'in-window':
    case 'in-review':
    case 'needs-answer':
      return EXIT.pending;
    case 'not-requested':
    case 'rejected':
    case 'quarantined':
    case 'denied':
      return EXIT.notAllowed;
    case 'unknown':
      return EXIT.couldNotCheck;
  }
}
