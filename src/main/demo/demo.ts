/** `pratique demo`: the main job end to end, in a throw-away home, each step timed and printed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import * as journeys from './journey.ts';
import { MADE_HERE, type MadeHereProcess, startMadeHereProcess } from './made-here-packages.ts';
import { findPip, type PipClient } from './pip-client.ts';
import { type Product, productAt, type Server } from './product.ts';
import { createSteps, type Step } from './steps.ts';

export interface DemoOptions {
  readonly ecosystem: 'all' | 'pypi';
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

/** A small, well-known tree, and a small package that is not in it. */
const LIVE = { wanted: 'requests', uncleared: 'tomli' } as const;
/** Long enough to be seen, short enough to wait for. */
const WINDOW = '3s';
const CHANNEL = 'demo';

interface Stage {
  readonly options: DemoOptions;
  readonly home: string;
  readonly product: Product;
  pip: PipClient | undefined;
  server: Server | undefined;
  madeHere: MadeHereProcess | undefined;
}

/** Runs the demonstration. Never throws for a step that failed: the report says so. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const folder = await mkdtemp(join(tmpdir(), 'pratique-demo-'));
  const home = join(folder, 'home');
  const stage: Stage = {
    options,
    home,
    product: productAt(home),
    pip: undefined,
    server: undefined,
    madeHere: undefined,
  };
  const steps = createSteps(options.say);
  const journey = journeys.newJourney();
  try {
    await steps.run('start the server', () => startEverything(stage, folder));
    await steps.run('find the upstream registries', () => findUpstream(stage));
    const deps = journeyDeps(stage);
    if (deps !== undefined) await walk(steps, deps, journey);
    if (deps !== undefined && !options.keep) await steps.run('stop the server', () => stop(stage));
  } finally {
    const keeps = options.keep && steps.ok();
    await end(stage, folder, keeps);
  }
  return report(stage, steps, journey);
}

async function walk(steps: ReturnType<typeof createSteps>, deps: journeys.JourneyDeps, journey: journeys.Journey) {
  await steps.run(`try to install ${deps.wanted}`, () => journeys.tryAndBeRefused(deps, journey));
  await steps.run('file the request', () => journeys.fileRequest(deps, journey));
  await steps.run('vet the package and its tree', () => journeys.readDossier(deps, journey));
  await steps.run('accept as reviewer', () => journeys.accept(deps, journey));
  await steps.run('let the objection window pass and publish', () => journeys.waitForSnapshot(deps, journey));
  await steps.run(`install ${deps.wanted} from Pratique alone`, () => journeys.install(deps, journey));
  await steps.run(`try ${deps.uncleared}, which is not cleared`, () => journeys.stillRefused(deps, journey));
  await steps.run('quarantine stops an install at once', () => journeys.quarantineStops(deps, journey));
  await steps.run('verify the snapshot and the ledger', () => journeys.verify(deps));
}

async function startEverything(stage: Stage, folder: string): Promise<string> {
  const { product, options } = stage;
  stage.pip = await findPip(folder);
  if (stage.pip === undefined) {
    throw new Problem({
      kind: 'could-not-check',
      code: 'no-client',
      what: 'This machine has no pip',
      why: '`python3 -m pip --version` does not answer',
      next: 'Install Python 3 with pip and run the demo again.',
    });
  }
  const { operator_code: code } = await product.command(z.object({ operator_code: z.string() }), ['init']);
  await acceptThisMachine(stage.home);
  if (options.offline) await useMadeHere(stage);
  await product.command(z.unknown(), ['user', 'create', 'olga', '--role', 'operator', '--code', code]);
  for (const [name, role, organisation] of PEOPLE) {
    const of = organisation === undefined ? [] : ['--organisation', organisation];
    await product.command(z.unknown(), ['user', 'create', name, '--role', role, ...of, '--as', 'olga']);
  }
  const channel = ['--tier', '3', '--mode', 'cleared', '--provider', PROVIDER, '--window', WINDOW];
  await product.command(z.unknown(), ['channel', 'create', CHANNEL, ...channel, '--as', 'olga']);
  stage.server = await product.serve();
  return `listening on ${stage.server.url}, home ${stage.home}`;
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

/** Step 2. Asked of the package client of this machine, by the product itself. */
async function findUpstream(stage: Stage): Promise<string> {
  const { options, product } = stage;
  if (options.offline) return 'packages made here, offered on the loopback';
  const { sources } = await product.command(diagnosis, ['doctor', '--sources']);
  const mine = sources.filter(({ ecosystem }) => ecosystem === 'pypi');
  if (mine.some(({ answers }) => answers)) return `pip's own settings: ${mine.map(({ name }) => name).join(', ')}`;
  const why = mine.map(({ name, detail }) => `${name}: ${detail}`).join('; ') || 'pip names no index';
  if (options.ecosystem !== 'all') {
    const next = 'Try again later, or run the demo with --offline.';
    throw new Problem({
      kind: 'could-not-check',
      code: 'no-upstream',
      what: 'The upstream does not answer',
      why,
      next,
    });
  }
  await stage.server?.stop();
  await useMadeHere(stage);
  stage.server = await product.serve();
  return `the upstream does not answer (${why}); packages made here instead`;
}

/** A demonstration also runs where the machine forbids namespaces; a real home decides that for itself. */
async function acceptThisMachine(home: string): Promise<void> {
  const file = join(home, 'pratique.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('when_not_isolated: refuse', 'when_not_isolated: run'));
}

async function useMadeHere(stage: Stage): Promise<void> {
  stage.madeHere = await startMadeHereProcess();
  const file = join(stage.home, 'pratique.yaml');
  const source = `sources:\n  pypi:\n    - name: made-here\n      url: ${stage.madeHere.indexUrl}\n`;
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('sources:\n  pypi: discover\n', source));
}

function journeyDeps(stage: Stage): journeys.JourneyDeps | undefined {
  const { product, pip, server } = stage;
  if (pip === undefined || server === undefined) return undefined;
  const packages = stage.madeHere === undefined ? LIVE : MADE_HERE;
  return { product, pip, channel: CHANNEL, url: server.url, ...packages };
}

async function stop(stage: Stage): Promise<string> {
  await stage.server?.stop();
  stage.server = undefined;
  return 'stopped; the home is removed';
}

async function end(stage: Stage, folder: string, keeps: boolean): Promise<void> {
  if (keeps && stage.server !== undefined) {
    stage.madeHere?.follow(stage.server.pid);
    return;
  }
  await stage.server?.stop().catch((error: unknown) => stage.options.say(String(error)));
  stage.server = undefined;
  stage.madeHere?.stop();
  await rm(folder, { recursive: true, force: true });
}

function report(stage: Stage, steps: ReturnType<typeof createSteps>, journey: journeys.Journey): DemoReport {
  const packages = stage.madeHere === undefined ? LIVE : MADE_HERE;
  const { cleared, installed, refusal, denied } = journey;
  const upstream = stage.madeHere === undefined ? 'live' : 'made-here';
  const pypi: EcosystemReport = { upstream, package: packages.wanted, cleared, installed, refusal, denied };
  const { server } = stage;
  const kept = server === undefined ? {} : { url: server.url, pid: server.pid, channel: CHANNEL };
  return { ok: steps.ok(), steps: steps.all(), ecosystems: { pypi }, ...kept };
}
