/** Trials: releases installed, imported and tested in a cage, from the files of their tree alone; once for each set of them. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import type { Target } from '../../../domain/target.ts';
import type { TrialMachine, TrialOutcome, TrialReport } from '../../../domain/trial.ts';
import type { TrialAsk, TrialRules } from '../../../ecosystems/contract.ts';
import type { CageLimits, CageOutcome } from '../../../platform/sandbox/port.ts';
import { findTrial, saveTrial } from '../store.ts';
import { readSteps } from '../trial-report.ts';
import type { UpstreamView } from '../upstream-view.ts';
import type { VettingRun } from '../vetting-run.ts';
import type { OpenedFile } from './open-files.ts';
import type { TreeRelease } from './resolve-tree.ts';

const MIB = 1024 * 1024;
/**
 * What one trial may take. Address space is far above memory, because programs reserve more than they use; test suites
 * start a few dozen processes and threads.
 */
const LIMITS: Omit<CageLimits, 'timeoutMs'> = {
  cpuSeconds: 600,
  addressBytes: 16_384 * MIB,
  fileBytes: 2048 * MIB,
  processes: 256,
  memoryBytes: 3072 * MIB,
};
/** Beside the unpacked tree: the environment, the unpacked source distribution, and what tests write. */
const ROOM_BYTES = 256 * MIB;
/** What is written lies in memory; a tree that needs more is not tried. */
const MOST_WRITABLE_BYTES = 4096 * MIB;

/** A release whose files were fetched and opened. */
export interface OpenedRelease {
  readonly release: TreeRelease;
  readonly files: readonly { readonly opened: OpenedFile; readonly targets: readonly string[] }[];
}

/** The outcome for each release of a tree, by purl. */
export async function tryReleases(
  run: VettingRun,
  opened: readonly OpenedRelease[],
  view: UpstreamView,
): Promise<ReadonlyMap<string, TrialOutcome>> {
  const outcomes = new Map<string, TrialOutcome>();
  for (const one of opened) {
    const reason = leftOut(run, one.release);
    if (reason === undefined)
      run.watch({ step: 'try', done: outcomes.size, total: opened.length, label: one.release.purl });
    const outcome: TrialOutcome =
      reason === undefined ? await tryRelease(run, { one, opened, view }) : { status: 'not-applicable', reason };
    outcomes.set(one.release.purl, outcome);
  }
  return outcomes;
}

/** Why policy does not have the release tried; `undefined` where it does. */
function leftOut({ policy, connected }: VettingRun, { role }: TreeRelease): string | undefined {
  if (connected.ecosystem.trials === undefined) return `releases of ${connected.ecosystem.title} cannot be tried yet`;
  if (policy.installProof === 'off') return 'policy has nothing tried (install_proof: off)';
  if (policy.installProof === 'root' && role !== 'root')
    return 'policy has only the root of a tree tried (install_proof: root)';
  return undefined;
}

interface Subject {
  readonly one: OpenedRelease;
  readonly opened: readonly OpenedRelease[];
  readonly view: UpstreamView;
}

async function tryRelease(run: VettingRun, subject: Subject): Promise<TrialOutcome> {
  const { trials } = run.connected.ecosystem;
  const machine = await run.deps.trialMachine(run.ask.ecosystem);
  if (trials === undefined || 'unavailable' in machine)
    return failed('unavailable' in machine ? machine.unavailable : 'nothing says how', true);
  const { release } = subject.one;
  const target = run.channel.targets.find((each) => release.targets.includes(each.id) && trials.isHere(machine, each));
  if (target === undefined)
    return {
      status: 'not-applicable',
      reason: `none of its targets (${release.targets.join(', ')}) is this machine: ${machine.title}`,
    };
  const { isolated, detail } = await run.deps.cage.isolation();
  if (!isolated) return failed(`nothing is run without isolation: ${detail}`, true);
  return tryOn(run, subject, { trials, machine, target });
}

interface Here {
  readonly trials: TrialRules;
  readonly machine: TrialMachine;
  readonly target: Target;
}

async function tryOn(run: VettingRun, subject: Subject, { trials, machine, target }: Here): Promise<TrialOutcome> {
  const { release } = subject.one;
  const closure = needed(subject, target.id);
  const files = closure.flatMap((one) => one.files.filter(({ targets }) => targets.includes(target.id)));
  const candidates = files.flatMap(({ opened }) => stored(run, opened));
  if (candidates.length < files.length) return failed('the blob store keeps no files on this machine to read', false);
  const writableBytes = ROOM_BYTES + 2 * files.reduce((sum, { opened }) => sum + unpackedBytes(opened), 0);
  if (writableBytes > MOST_WRITABLE_BYTES)
    return failed(`it needs ${writableBytes} bytes to write in; the limit is ${MOST_WRITABLE_BYTES}`, false);
  const { name, version, extras } = release;
  const { sha256: sourceDigest, ...source } = await sourceOf(run, subject);
  const ask: TrialAsk = { machine, name, version, extras, files: candidates, source, tools: run.deps.testTools };
  const key = keyOf([
    ...[run.ask.ecosystem, target.id, machine.title, trials.version, name, version, extras],
    ...[candidates.map(({ filename, sha256 }) => [filename, sha256]), sourceDigest ?? null, run.deps.testTools],
  ]);
  const known = await findTrial(run.deps.db, key);
  if (known !== undefined) return { status: 'tried', report: known };
  const { timeoutMs, ...command } = trials.command(ask);
  const outcome = await run.deps.cage.run({ ...command, writableBytes, limits: { ...LIMITS, timeoutMs } });
  if (outcome.status === 'unavailable') return failed(outcome.reason, true);
  if (!hasStarted(outcome)) return failed(`its program did not start in the cage: ${outcome.stderr.trim()}`, true);
  const installed = new Set(
    needed(subject, target.id, (from, to) => !isBuiltWith(trials, from, { to, target: target.id })),
  );
  const resolved = closure.map(nameAndVersion);
  const forBuilds = closure.filter((one) => !installed.has(one)).map(nameAndVersion);
  const report: TrialReport = { target: target.id, machine: machine.title, resolved, forBuilds, ...readSteps(outcome) };
  if (isLasting(report, run.deps.testTools)) await saveTrial(run.deps.db, { key, report, at: run.deps.clock.now() });
  return { status: 'tried', report };
}

function failed(reason: string, retryable: boolean): TrialOutcome {
  return { status: 'failed', reason, retryable };
}

/** What limits a program says by these codes that it could not run it (prlimit(1), as env(1) does), and it prints nothing then. */
function hasStarted({ code, stdout }: Extract<CageOutcome, { status: 'ran' }>): boolean {
  return stdout !== '' || (code !== 126 && code !== 127);
}

/**
 * Not where a step ran into the clock or out of memory, on a busy day perhaps, or where the operator may add what tests
 * need to the folder of `tools`; naming such a folder makes another trial of it.
 */
function isLasting({ install, imports, tests }: TrialReport, tools: string | null): boolean {
  const isPassing = (limit: string) => limit === 'time' || limit === 'memory';
  const late = [install, imports, tests].some((step) => step.status === 'ended-at-limit' && isPassing(step.limit));
  return !late && (tests.status !== 'not-runnable' || tools === null);
}

function keyOf(parts: Parameters<typeof canonicalJson>[0]): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}

function nameAndVersion({ release: { name, version } }: OpenedRelease) {
  return { name, version };
}

type Follows = (from: OpenedRelease, to: OpenedRelease) => boolean;

/** The release with everything that it needs on a target, for building too. */
function needed({ one, opened }: Subject, target: string, follows: Follows = () => true): readonly OpenedRelease[] {
  const byPurl = new Map(opened.map((each) => [each.release.purl, each]));
  const found = new Set<OpenedRelease>();
  const waiting = [one];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const edge of next.release.needs) {
      const to = byPurl.get(edge.to);
      if (edge.target === target && to !== undefined && follows(next, to)) waiting.push(to);
    }
  }
  return [...found];
}

/** Whether a source distribution among the files for the target asks for the other to be built with. */
function isBuiltWith(
  { builtWith }: TrialRules,
  { files }: OpenedRelease,
  { to, target }: { readonly to: OpenedRelease; readonly target: string },
): boolean {
  return files.some(({ targets, opened: { examination } }) => {
    if (!targets.includes(target) || examination.status !== 'done') return false;
    return examination.result.buildRequires?.some((line) => builtWith(line) === to.release.name) === true;
  });
}

function stored(run: VettingRun, { distribution, sha256 }: OpenedFile) {
  const path = run.deps.blobs.path(sha256);
  return path === undefined ? [] : [{ filename: distribution.filename, path, sha256 }];
}

function unpackedBytes({ examination, size }: OpenedFile): number {
  return examination.status === 'done' ? Math.max(examination.result.unpackedBytes, size) : size;
}

type Source = TrialAsk['source'] & { readonly sha256?: string };

/** The source distribution of the release, where its own tests usually are: read strictly before anyone unpacks it. */
async function sourceOf(run: VettingRun, { one, view }: Subject): Promise<Source> {
  const { name, version } = one.release;
  const listed = view.listing(name)?.releases.find((each) => each.version === version);
  const distribution = listed?.distributions.find(({ kind }) => kind === 'sdist');
  if (distribution === undefined)
    return { reason: 'it has no source distribution, and what is installed carries no tests' };
  const outcome = await run.opener.open({ name, version, distribution });
  if (outcome.status === 'failed') return { reason: outcome.reason };
  const { examination } = outcome.file;
  if (examination.status === 'failed')
    return { reason: `${distribution.filename} could not be read: ${examination.reason}` };
  const [problem] = examination.result.problems;
  if (problem !== undefined) return { reason: `${distribution.filename} is not to be unpacked: ${problem.summary}` };
  const [file] = stored(run, outcome.file);
  return file ?? { reason: 'the blob store keeps no files on this machine to read' };
}
