/** `pratique demo`: the main job end to end, in a throw-away home, each step timed and printed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import { DEMONSTRATIONS, type Demonstration, type Packages } from './demonstrations.ts';
import * as journeys from './journey.ts';
import { type MadeHereProcess, startMadeHereProcess } from './made-here.ts';
import type { PackageClient } from './package-client.ts';
import { type Product, productAt, type Server } from './product.ts';
import { createSteps, type Step } from './steps.ts';

export interface DemoOptions {
  readonly ecosystem: 'all' | Demonstration['ecosystem'];
  readonly keep: boolean;
  readonly offline: boolean;
  /** Tells people, step by step. */
  say(text: string): void;
}

/** The document that `--json` prints (contract, section 2). */
export interface DemoReport {
  readonly ok: boolean;
  readonly steps: readonly Step[];
  readonly ecosystems: Readonly<Record<string, EcosystemReport>>;
  readonly url?: string;
  /** The process to end. */
  readonly pid?: number;
  readonly channel?: string;
}

interface EcosystemReport {
  readonly upstream: 'live' | 'made-here';
  readonly package: string;
  readonly cleared: number;
  readonly installed: readonly string[];
  readonly refusal: string;
  readonly denied: string;
}

/** Long enough to be seen, short enough to wait for. */
const WINDOW = '3s';
const CHANNEL = 'demo';

/** One ecosystem on its way through the demonstration. */
interface Act extends Demonstration {
  readonly client: PackageClient;
  readonly journey: journeys.Journey;
  madeHereBy: MadeHereProcess | undefined;
}

interface Stage {
  readonly options: DemoOptions;
  readonly home: string;
  readonly product: Product;
  acts: readonly Act[];
  server: Server | undefined;
}

/** Runs the demonstration. Never throws for a step that failed: the report says so. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const folder = await mkdtemp(join(tmpdir(), 'pratique-demo-'));
  const home = join(folder, 'home');
  const stage: Stage = { options, home, product: productAt(home), acts: [], server: undefined };
  const steps = createSteps(options.say);
  try {
    await steps.run('start the server', () => startEverything(stage, folder));
    await steps.run('find the upstream registries', () => findUpstreams(stage));
    for (const act of stage.acts) await walk(steps, stage, act);
    await steps.run('verify the snapshot and the ledger', () => journeys.verify(stage.product, CHANNEL));
    if (!options.keep) await steps.run('stop the server', () => stop(stage));
  } finally {
    const keeps = options.keep && steps.ok();
    await end(stage, folder, keeps);
  }
  return report(stage, steps);
}

async function walk(steps: ReturnType<typeof createSteps>, stage: Stage, act: Act): Promise<void> {
  const { journey, ecosystem, client } = act;
  const { wanted, uncleared } = packagesOf(act);
  const url = stage.server?.url ?? '';
  const deps = { product: stage.product, ecosystem, client, channel: CHANNEL, url, wanted, uncleared };
  const step = (name: string, work: () => Promise<string>) => steps.run(`${ecosystem}: ${name}`, work);
  await step(`try to install ${wanted}`, () => journeys.tryAndBeRefused(deps, journey));
  await step('file the request', () => journeys.fileRequest(deps, journey));
  await step('vet the package and its tree', () => journeys.readDossier(deps, journey));
  await step('accept as reviewer', () => journeys.accept(deps, journey));
  await step('let the objection window pass and publish', () => journeys.waitForSnapshot(deps, journey));
  await step(`install ${wanted} from Pratique alone`, () => journeys.install(deps, journey));
  await step(`try ${uncleared}, which is not cleared`, () => journeys.stillRefused(deps, journey));
  await step('quarantine stops an install at once', () => journeys.quarantineStops(deps, journey));
}

function packagesOf({ madeHereBy, live, madeHere }: Act): Packages {
  return madeHereBy === undefined ? live : madeHere;
}

async function startEverything(stage: Stage, folder: string): Promise<string> {
  const { product, options } = stage;
  stage.acts = await findActs(options, folder);
  const { operator_code: code } = await product.command(z.object({ operator_code: z.string() }), ['init']);
  await acceptThisMachine(stage.home);
  if (options.offline) for (const act of stage.acts) await useMadeHere(stage, act);
  await product.command(z.unknown(), ['user', 'create', 'olga', '--role', 'operator', '--code', code]);
  for (const [name, role, organisation] of PEOPLE) {
    const of = organisation === undefined ? [] : ['--organisation', organisation];
    await product.command(z.unknown(), ['user', 'create', name, '--role', role, ...of, '--as', 'olga']);
  }
  const channel = ['--tier', '3', '--mode', 'cleared', '--provider', PROVIDER, '--window', WINDOW];
  await product.command(z.unknown(), ['channel', 'create', CHANNEL, ...channel, '--as', 'olga']);
  stage.server = await product.serve();
  const clients = stage.acts.map(({ client }) => client.label).join(', ');
  return `listening on ${stage.server.url}, home ${stage.home}; clients: ${clients}`;
}

/** Every ecosystem whose client is here; the one that was named must be. */
async function findActs({ ecosystem }: DemoOptions, folder: string): Promise<readonly Act[]> {
  const wanted = DEMONSTRATIONS.filter((one) => ecosystem === 'all' || one.ecosystem === ecosystem);
  const acts: Act[] = [];
  for (const one of wanted) {
    const client = await one.find(folder);
    if (client !== undefined) acts.push({ ...one, client, journey: journeys.newJourney(), madeHereBy: undefined });
  }
  if (acts.length > 0) return acts;
  throw new Problem({
    kind: 'could-not-check',
    code: 'no-client',
    what: `This machine has no client of ${wanted.map((one) => one.ecosystem).join(', ')}`,
    why: 'none answers when it is asked for its version',
    next: wanted.map(({ without }) => without).join(' '),
  });
}

const PROVIDER = 'Survey-Trust';
const PEOPLE: readonly (readonly [string, string, string | undefined])[] = [
  ['rosa', 'researcher', undefined],
  ['vera', 'reviewer', undefined],
  ['pia', 'provider', PROVIDER],
];

const diagnosis = z.object({
  sources: z.array(z.object({ ecosystem: z.string(), name: z.string(), answers: z.boolean(), detail: z.string() })),
});

/** Step 2. Asked of the package clients of this machine, by the product itself. */
async function findUpstreams(stage: Stage): Promise<string> {
  const { options, product } = stage;
  if (options.offline) return 'packages made here, offered on the loopback';
  const { sources } = await product.command(diagnosis, ['doctor', '--sources']);
  const lines: string[] = [];
  const silent: Act[] = [];
  for (const act of stage.acts) {
    const mine = sources.filter(({ ecosystem }) => ecosystem === act.ecosystem);
    const answers = mine.some((one) => one.answers);
    const why = mine.map(({ name, detail }) => `${name}: ${detail}`).join('; ') || 'its client names no source';
    if (answers) lines.push(`${act.ecosystem}: its client's own settings: ${mine.map(({ name }) => name).join(', ')}`);
    else lines.push(`${act.ecosystem}: the upstream does not answer (${why}); packages made here instead`);
    if (!answers && options.ecosystem !== 'all') throw noUpstream(why);
    if (!answers) silent.push(act);
  }
  if (silent.length > 0) await restartWithMadeHere(stage, silent);
  return lines.join('\n');
}

function noUpstream(why: string): Problem {
  const next = 'Try again later, or run the demo with --offline.';
  return new Problem({
    kind: 'could-not-check',
    code: 'no-upstream',
    what: 'The upstream does not answer',
    why,
    next,
  });
}

async function restartWithMadeHere(stage: Stage, acts: readonly Act[]): Promise<void> {
  await stage.server?.stop();
  for (const act of acts) await useMadeHere(stage, act);
  stage.server = await stage.product.serve();
}

/** A demonstration also runs where the machine forbids namespaces; a real home decides that for itself. */
async function acceptThisMachine(home: string): Promise<void> {
  const file = join(home, 'pratique.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('when_not_isolated: refuse', 'when_not_isolated: run'));
}

async function useMadeHere(stage: Stage, act: Act): Promise<void> {
  act.madeHereBy = await startMadeHereProcess(act.ecosystem);
  const file = join(stage.home, 'pratique.yaml');
  const source = `  ${act.ecosystem}:\n    - name: made-here\n      url: ${act.madeHereBy.url}\n`;
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(`\n  ${act.ecosystem}: discover\n`, `\n${source}`));
}

async function stop(stage: Stage): Promise<string> {
  await stage.server?.stop();
  stage.server = undefined;
  return 'stopped; the home is removed';
}

async function end(stage: Stage, folder: string, keeps: boolean): Promise<void> {
  if (keeps && stage.server !== undefined) {
    for (const { madeHereBy } of stage.acts) madeHereBy?.follow(stage.server.pid);
    return;
  }
  await stage.server?.stop().catch((error: unknown) => stage.options.say(String(error)));
  stage.server = undefined;
  for (const { madeHereBy } of stage.acts) madeHereBy?.stop();
  await rm(folder, { recursive: true, force: true });
}

function report({ acts, server }: Stage, steps: ReturnType<typeof createSteps>): DemoReport {
  const ecosystems = Object.fromEntries(acts.map((act) => [act.ecosystem, reportOf(act)]));
  const kept = server === undefined ? {} : { url: server.url, pid: server.pid, channel: CHANNEL };
  return { ok: steps.ok(), steps: steps.all(), ecosystems, ...kept };
}

function reportOf(act: Act): EcosystemReport {
  const { cleared, installed, refusal, denied } = act.journey;
  const upstream = act.madeHereBy === undefined ? 'live' : 'made-here';
  return { upstream, package: packagesOf(act).wanted, cleared, installed, refusal, denied };
}
