/** The main journey of one ecosystem, step by step, with its stock client and the real product: refused, requested, vetted, installed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import type { ClientEnvironment, InstallOutcome, PackageClient } from './package-client.ts';
import type { Product } from './product.ts';

/** Vetting a small real tree takes seconds; a slow upstream gets minutes. */
const PATIENCE_MS = 600_000;
const POLL_MS = 300;

export interface JourneyDeps {
  readonly product: Product;
  readonly ecosystem: string;
  readonly client: PackageClient;
  readonly channel: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly wanted: string;
  readonly uncleared: string;
}

/** What the journey learnt, for the report. */
export interface Journey {
  request: string;
  /** Number of the channel's newest snapshot when the request was filed. */
  snapshotBefore: number;
  refusal: string;
  cleared: number;
  installed: readonly string[];
  denied: string;
  refusing: ClientEnvironment | undefined;
}

export function newJourney(): Journey {
  return { request: '', snapshotBefore: 0, refusal: '', cleared: 0, installed: [], denied: '', refusing: undefined };
}

/** Step 3: the stock client is refused, and what it prints names the package and where to ask. */
export async function tryAndBeRefused(deps: JourneyDeps, journey: Journey): Promise<string> {
  journey.refusing = await deps.client.environment();
  const outcome = await journey.refusing.install(baseOf(deps), deps.wanted);
  requireRefusal(outcome, deps.wanted);
  if (!/\/b\/|pratique[ -](?:request|why)/.test(outcome.printed))
    throw unexpected('the refusal does not say where to ask', outcome.printed);
  journey.refusal = tellingLines(outcome.printed, deps.wanted);
  return `${deps.client.label} was refused:\n${indented(journey.refusal)}`;
}

const filed = z.object({ request: z.object({ id: z.string() }) });
const requestState = z.object({ request: z.object({ state: z.string() }) });

/** Step 4a: the researcher asks, with the three answers of the policy's form. */
export async function fileRequest(deps: JourneyDeps, journey: Journey): Promise<string> {
  const answers = [
    ['--q1', 'Fetch and clean the survey data that the project was approved for.'],
    ['--q2', 'The most widely used package for this; the standard library would need much code of our own.'],
    ['--q3', 'It talks to servers, and inside the environment there are none to talk to.'],
  ].flat();
  const who = ['--as', 'rosa', '--channel', deps.channel];
  journey.snapshotBefore = await newestSnapshot(deps);
  const answer = await deps.product.command(filed, ['request', 'new', deps.ecosystem, deps.wanted, ...answers, ...who]);
  journey.request = answer.request.id;
  return `${journey.request} filed by rosa (researcher)`;
}

const dossier = z.object({
  verdict: z.object({ outcome: z.string(), reasons: z.array(z.object({ text: z.string() })) }),
  results: z.array(
    z.object({
      purl: z.string(),
      role: z.string(),
      evidence: z.array(
        z.object({
          scanner: z.string(),
          status: z.string(),
          reason: z.string().nullable(),
          findings: z.array(z.object({ summary: z.string() })),
        }),
      ),
    }),
  ),
});

/** Step 4b: waits for the evidence and prints the dossier in short. */
export async function readDossier(deps: JourneyDeps, journey: Journey): Promise<string> {
  await until(`${journey.request} is in review`, async () => {
    const { request } = await deps.product.command(requestState, ['request', 'show', journey.request]);
    if (request.state === 'failed') throw unexpected('the package could not be vetted', JSON.stringify(request));
    return request.state === 'in-review';
  });
  const read = await deps.product.command(dossier, ['review', 'show', journey.request, '--as', 'vera']);
  return dossierText(read);
}

function dossierText(read: z.infer<typeof dossier>): string {
  const tree = read.results.map(({ purl, role }) => `  ${role === 'root' ? '' : '  '}${purl}`);
  const all = read.results.flatMap(({ evidence }) => evidence);
  const checks = [...new Set(all.map(({ scanner }) => scanner))].toSorted().map((scanner) => {
    const mine = all.filter((one) => one.scanner === scanner);
    const count = (status: string) => mine.filter((one) => one.status === status).length;
    const findings = mine.flatMap((one) => one.findings).length;
    return `  ${scanner}: ${count('completed')} completed, ${count('not-applicable')} not applicable, ${count('failed')} could not check; ${findings} findings`;
  });
  const failures = [
    ...new Set(all.filter((one) => one.status === 'failed').map((one) => `${one.scanner}: ${one.reason}`)),
  ];
  const lines = ['tree:', ...tree, 'checks:', ...checks, 'could not be checked:'];
  lines.push(...(failures.length === 0 ? ['  nothing'] : failures.map((line) => `  ${line}`)));
  lines.push(`verdict of the policy: ${read.verdict.outcome}`);
  return lines.join('\n');
}

/** Step 5a: a reviewer, who is not the researcher, accepts. */
export async function accept(deps: JourneyDeps, journey: Journey): Promise<string> {
  const reason = 'Widely used and maintained; the evidence shows nothing that speaks against it.';
  const note = 'Advisories are not configured in this throw-away home; checked by hand.';
  await deps.product.command(z.unknown(), [
    ...['review', 'decide', journey.request, '--accept', 'extra', '--as', 'vera'],
    ...['--reason', reason, '--note', note],
  ]);
  return 'accepted by vera (reviewer); the objection window is open';
}

const snapshots = z.object({ results: z.array(z.object({ number: z.number(), state: z.string() })) });

async function newestSnapshot({ product, channel }: JourneyDeps): Promise<number> {
  const { results } = await product.command(snapshots, ['snapshot', 'list', '--channel', channel]);
  return Math.max(0, ...results.map(({ number }) => number));
}

/** Step 5b: nothing installs before the window has closed; then the snapshot appears by itself. */
export async function waitForSnapshot(deps: JourneyDeps, journey: Journey): Promise<string> {
  await until('the snapshot is published', async () => {
    const { request } = await deps.product.command(requestState, ['request', 'show', journey.request]);
    return request.state === 'accepted' && (await newestSnapshot(deps)) > journey.snapshotBefore;
  });
  const expanded = await deps.product.command(z.object({ results: z.array(z.object({ purl: z.string() })) }), [
    ...['list', 'show', 'expanded', '--channel', deps.channel],
  ]);
  journey.cleared = expanded.results.filter(({ purl }) => purl.startsWith(`pkg:${deps.ecosystem}/`)).length;
  return `the window closed without an objection; ${journey.cleared} releases are cleared`;
}

/** Step 6: the stock client installs from Pratique alone, into an empty environment. */
export async function install(deps: JourneyDeps, journey: Journey): Promise<string> {
  const environment = await deps.client.environment();
  const outcome = await environment.install(baseOf(deps), deps.wanted);
  if (!outcome.ok) throw unexpected(`${deps.client.label} could not install what was cleared`, outcome.printed);
  journey.installed = outcome.installed;
  return `installed: ${outcome.installed.join(', ')}`;
}

/** Step 7a: what nobody cleared is refused as before. */
export async function stillRefused(deps: JourneyDeps, journey: Journey): Promise<string> {
  const outcome = await refusing(journey).install(baseOf(deps), deps.uncleared);
  requireRefusal(outcome, deps.uncleared);
  return `refused:\n${indented(tellingLines(outcome.printed, deps.uncleared))}`;
}

const started = z.object({ quarantine: z.object({ id: z.string() }) });

/** Step 7b: a quarantine stops what was cleared at once; afterwards a person releases it, so that the home can be used. */
export async function quarantineStops(deps: JourneyDeps, journey: Journey): Promise<string> {
  const who = ['--as', 'vera', '--reason', 'Shown in the demonstration.'];
  const { quarantine } = await deps.product.command(started, [
    'quarantine',
    'start',
    deps.ecosystem,
    deps.wanted,
    ...who,
  ]);
  const outcome = await until('the quarantine takes effect', async () => {
    const attempt = await refusing(journey).install(baseOf(deps), deps.wanted);
    return attempt.ok ? undefined : attempt;
  });
  journey.denied = tellingLines(outcome.printed, deps.wanted);
  await deps.product.command(z.unknown(), ['quarantine', 'release', quarantine.id, ...who]);
  // Whoever goes on with the server that is kept finds it as the demonstration says it is.
  await until('what was released is offered again', async () => {
    const attempt = await refusing(journey).install(baseOf(deps), deps.wanted);
    return attempt.ok ? attempt : undefined;
  });
  return `${quarantine.id} stopped it at once:\n${indented(journey.denied)}`;
}

/** Step 8: signatures and the ledger's chain. */
export async function verify(product: Product, channel: string): Promise<string> {
  await product.command(z.unknown(), ['snapshot', 'verify', '--channel', channel]);
  await product.command(z.unknown(), ['log', 'verify']);
  return 'the signature of the snapshot and the chain of the ledger are whole';
}

function refusing(journey: Journey): ClientEnvironment {
  if (journey.refusing === undefined) throw unexpected('no environment was made', '');
  return journey.refusing;
}

function baseOf({ url, channel, ecosystem }: JourneyDeps): string {
  return `${url}/${channel}/${ecosystem}/`;
}

function requireRefusal(outcome: InstallOutcome, name: string): void {
  if (outcome.ok) throw unexpected(`${name} was installed, and it is not cleared`, outcome.installed.join(', '));
  if (!outcome.printed.includes(name)) throw unexpected(`the refusal does not name ${name}`, outcome.printed);
}

/** The lines of a client's output that a researcher would read. */
function tellingLines(printed: string, name: string): string {
  const lines = printed.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /error|403|refus|\/b\//i.test(line) || line.includes(`${name}:`));
  return [...new Set(telling.length === 0 ? lines.slice(-3) : telling)].join('\n');
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

/** Asks again and again until there is an answer; the last words say what was waited for. */
async function until<T>(what: string, ask: () => Promise<T | false | undefined>): Promise<T> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
    await sleep(POLL_MS);
  }
  throw unexpected(`waited in vain until ${what}`, '');
}

function unexpected(what: string, why: string): Problem {
  return new Problem({ kind: 'internal', code: 'demo-failed', what, ...(why === '' ? {} : { why: why.trim() }) });
}
