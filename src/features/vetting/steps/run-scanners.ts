/** Step 4: every scanner looks at every release and every file, and each leaves evidence, where it is for other ecosystems too. */
import type { Distribution, UpstreamPackage, UpstreamRelease } from '../../../domain/distribution.ts';
import type { Evidence, Finding, ScanOutcome } from '../../../domain/evidence.ts';
import { unreachable } from '../../../domain/problem.ts';
import type { TrialOutcome } from '../../../domain/trial.ts';
import type { AnyScanner, ContentDeclaration, ScanContext, Subject } from '../../../scanners/contract.ts';
import type { ClearedRelease } from '../deps.ts';
import { changeSubject } from './compare-cleared.ts';
import { type ContentInspector, mergedOverFiles } from './inspect-content.ts';
import type { OpenedFile } from './open-files.ts';
import type { TreeRelease } from './resolve-tree.ts';

const MS_PER_HOUR = 3_600_000;

export interface ScanInput {
  readonly release: TreeRelease;
  readonly listing: UpstreamPackage;
  readonly files: readonly OpenedFile[];
  readonly scanners: readonly AnyScanner[];
  readonly inspector: Pick<ContentInspector, 'inspect'>;
  readonly trial: TrialOutcome;
  readonly context: ScanContext;
  sidecar(distribution: Distribution): string | undefined;
  /** What is cleared of this package. */
  cleared(): Promise<readonly ClearedRelease[]>;
}

/** One piece of evidence per scanner; outcomes over several files become one, the worst status winning. */
export async function runScanners(input: ScanInput): Promise<readonly Evidence[]> {
  const evidence: Evidence[] = [];
  for (const scanner of input.scanners) {
    const elsewhere = notFor(scanner, input.context.ecosystem.id);
    const outcomes = elsewhere === undefined ? await outcomesOf(scanner, input) : [elsewhere];
    const one = asEvidence(scanner, outcomes, input.context.now);
    evidence.push(elsewhere === undefined ? one : { ...one, freshUntil: null });
  }
  return evidence;
}

/** What a scanner of other ecosystems says, for silence could be read as "nothing found"; it never ages. */
function notFor({ ecosystems }: AnyScanner, ecosystem: string): ScanOutcome | undefined {
  if (ecosystems === 'every' || ecosystems.includes(ecosystem)) return undefined;
  return { status: 'not-applicable', reason: `this check is for ${ecosystems.join(' and ')} packages alone` };
}

async function outcomesOf(scanner: AnyScanner, input: ScanInput): Promise<readonly ScanOutcome[]> {
  const { context, listing, release, files } = input;
  const noFile: ScanOutcome = { status: 'failed', reason: `no file of ${release.purl} could be read`, retryable: true };
  switch (scanner.looksAt) {
    case 'package':
      return [await guarded(scanner, () => scanner.scan({ kind: 'package', package: listing }, context))];
    case 'release': {
      const subject = releaseSubject(input);
      return [await guarded(scanner, () => scanner.scan(subject, context))];
    }
    case 'distribution': {
      if (files.length === 0) return [noFile];
      const outcomes: ScanOutcome[] = [];
      for (const file of files) {
        outcomes.push(await guarded(scanner, () => scanner.scan(distributionSubject(input, file), context)));
      }
      return outcomes;
    }
    case 'change':
      if (files.length === 0) return [noFile];
      return [await guarded(scanner, async () => scanner.scan(await changeSubject(input), context))];
    case 'trial': {
      const { name, version, purl } = release;
      const subject: Subject<'trial'> = { kind: 'trial', purl, name, version, trial: input.trial };
      return [await guarded(scanner, () => scanner.scan(subject, context))];
    }
    case 'content':
      return files.length === 0 ? [noFile] : contentOutcomes(scanner, input);
    default:
      return unreachable(scanner);
  }
}

/** All content scanners see a file together; each then asks for its own outcome. */
async function contentOutcomes(scanner: ContentDeclaration, input: ScanInput): Promise<readonly ScanOutcome[]> {
  const { release, files, inspector } = input;
  const ofFiles = await Promise.all(
    files.map(async (file) => {
      const outcome = (await inspector.inspect(release, file)).get(scanner.id);
      const missing: ScanOutcome = { status: 'failed', reason: 'the scanner gave no outcome', retryable: true };
      return { filename: file.distribution.filename, outcome: outcome ?? missing };
    }),
  );
  return mergedOverFiles(release.purl, ofFiles);
}

function releaseSubject({ listing, release, context }: ScanInput): Subject<'release'> {
  const found: UpstreamRelease | undefined = listing.releases.find((one) => one.version === release.version);
  return {
    kind: 'release',
    ecosystem: context.ecosystem.id,
    name: release.name,
    release: found ?? { version: release.version, distributions: release.files.map((file) => file.distribution) },
    listing,
    purl: release.purl,
  };
}

function distributionSubject({ release, sidecar }: ScanInput, file: OpenedFile): Subject<'distribution'> {
  const { distribution, sha256, size, examination } = file;
  return {
    kind: 'distribution',
    purl: release.purl,
    name: release.name,
    version: release.version,
    distribution,
    file: { sha256, size, examination, sidecar: sidecar(distribution) },
  };
}

/** A scanner that throws has not looked: that is "could not check", and the vetting goes on. */
async function guarded(scanner: AnyScanner, scan: () => Promise<ScanOutcome>): Promise<ScanOutcome> {
  try {
    const outcome = await scan();
    if (outcome.status !== 'completed') return outcome;
    const stray = outcome.findings.find((finding) => !scanner.emits.includes(finding.kind));
    if (stray === undefined) return outcome;
    return { status: 'failed', reason: `${scanner.id} reported the undeclared kind ${stray.kind}`, retryable: false };
  } catch (error) {
    return { status: 'failed', reason: error instanceof Error ? error.message : String(error), retryable: true };
  }
}

/** Over several files the worst status wins, and nothing that was found is lost with it. */
function asEvidence(scanner: AnyScanner, outcomes: readonly ScanOutcome[], now: Date): Evidence {
  const spoken =
    outcomes.find((outcome) => outcome.status === 'failed') ??
    outcomes.find((outcome) => outcome.status === 'completed') ??
    outcomes[0];
  // What is in the files depends on their bytes alone.
  const hours = scanner.looksAt === 'content' ? null : scanner.staleAfterHours;
  return {
    scanner: scanner.id,
    version: scanner.version,
    status: spoken?.status ?? 'failed',
    reason: spoken === undefined ? 'the scanner gave no outcome' : spoken.status === 'completed' ? null : spoken.reason,
    findings: outcomes.flatMap((outcome): readonly Finding[] =>
      outcome.status === 'completed' ? outcome.findings : [],
    ),
    collectedAt: now.toISOString(),
    freshUntil: hours === null ? null : new Date(now.getTime() + hours * MS_PER_HOUR).toISOString(),
  };
}
