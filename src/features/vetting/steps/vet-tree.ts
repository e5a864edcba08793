/** Steps 2 to 5 over one resolved tree: files, evidence, verdicts. */
import pLimit from 'p-limit';
import { canonicalBytes } from '../../../domain/canonical-json.ts';
import type { UpstreamPackage } from '../../../domain/distribution.ts';
import type { Evidence, VettedFile, VettedRelease } from '../../../domain/evidence.ts';
import type { TrialOutcome } from '../../../domain/trial.ts';
import { askFeedsAhead } from '../feeds-ahead.ts';
import type { UpstreamView } from '../upstream-view.ts';
import type { VettingRun } from '../vetting-run.ts';
import { deriveWheels } from './derive-wheels.ts';
import { EXAMINER_VERSION, type OpenedFile } from './open-files.ts';
import type { TreeRelease } from './resolve-tree.ts';
import { runScanners } from './run-scanners.ts';
import { type OpenedRelease, tryReleases } from './try-releases.ts';

export type TreeOutcome =
  | { readonly status: 'vetted'; readonly releases: readonly VettedRelease[] }
  /** A file did not arrive as promised: the tree cannot be judged, and nothing of it is recorded. */
  | { readonly status: 'unreadable'; readonly reason: string };

type Unjudged = Omit<VettedRelease, 'verdict'>;

interface Unreadable {
  readonly unreadable: string;
}

/** Releases that are scanned together: somewhat more than a process has connections to the database. */
const RELEASES_AT_A_TIME = 16;

/** Vets every release of a tree; verdicts come from one batch, so that all are judged under one policy. */
export async function vetTree(
  run: VettingRun,
  releases: readonly TreeRelease[],
  view: UpstreamView,
): Promise<TreeOutcome> {
  await askAboutFiles(run, releases);
  const opened = await openAll(run, releases);
  if (!Array.isArray(opened)) return opened;
  await run.codeIndexer.settle();
  const trials = await tryReleases(run, opened, view);
  await askFeedsAhead(
    run.context,
    opened.map(({ release }) => release.name),
  );
  const unjudged = await scanAll(run, opened, { view, trials });
  if ('unreadable' in unjudged) return { status: 'unreadable', reason: unjudged.unreadable };
  const offered = await deriveWheels(run, unjudged);
  if ('unreadable' in offered) return { status: 'unreadable', reason: offered.unreadable };
  run.watch({ step: 'judge', done: 0, total: unjudged.length, label: 'policy' });
  const verdicts = await run.policy.judge(offered, run.channel, run.context.now);
  return {
    status: 'vetted',
    releases: offered.map((release, index) => ({ ...release, verdict: verdicts[index] ?? NO_VERDICT })),
  };
}

/** Of a tree that was vetted before, all is known of each file. */
async function askAboutFiles({ deps, ask, known }: VettingRun, releases: readonly TreeRelease[]): Promise<void> {
  const digests = releases.flatMap(({ files }) => files.flatMap(({ distribution }) => distribution.sha256 ?? []));
  const versions = { ecosystem: ask.ecosystem, examiner: EXAMINER_VERSION, printer: deps.codePrinter };
  await known.load(deps.db, [...new Set(digests)], versions);
}

/** Several at a time: what a release waits for is the database, and then another one goes on. */
async function scanAll(
  run: VettingRun,
  opened: readonly OpenedRelease[],
  { view, trials }: { readonly view: UpstreamView; readonly trials: ReadonlyMap<string, TrialOutcome> },
): Promise<readonly Unjudged[] | Unreadable> {
  const turns = pLimit(RELEASES_AT_A_TIME);
  let done = 0;
  let failure: Unreadable | undefined;
  const scanned = await turns.map(opened, async (one): Promise<readonly Unjudged[]> => {
    if (failure !== undefined) return [];
    run.watch({ step: 'scan', done, total: opened.length, label: one.release.purl });
    const indexed = await indexMetadata(run, one.release);
    done += 1;
    if ('texts' in indexed) {
      const trial = trials.get(one.release.purl) ?? NOT_TRIED;
      return [await vettedRelease(run, one, { view, indexed: indexed.texts, trial })];
    }
    failure ??= indexed;
    return [];
  });
  return failure ?? scanned.flat();
}

/** Every file of the tree is in the index before any is compared with it: one may be carried along by another. */
async function inspectAndIndex(run: VettingRun, release: TreeRelease, file: OpenedFile): Promise<void> {
  const outcomes = await run.inspector.inspect(release, file);
  await run.codeIndexer.add(release, file, outcomes.get('licences'));
}

/** What fails here fails again, and is evidence, when the scanner asks. */
async function askAhead({ context }: VettingRun, { name, version }: TreeRelease, file: OpenedFile): Promise<void> {
  const { distribution, sha256 } = file;
  await Promise.allSettled([
    context.attestations({ name, version, distribution, sha256 }),
    context.earlierAttestations(name, version),
  ]);
}

const NOT_TRIED: TrialOutcome = { status: 'failed', reason: 'it was not tried', retryable: true };

/** Policy that gives no verdict has not admitted anything. */
const NO_VERDICT: VettedRelease['verdict'] = {
  outcome: 'review',
  reasons: [{ rule: 'no-verdict', outcome: 'review', text: 'policy gave no verdict', needs: 'note' }],
};

/** Files are looked at while others still arrive; the releases then only pick the answers up. */
async function openAll(
  run: VettingRun,
  releases: readonly TreeRelease[],
): Promise<OpenedRelease[] | { status: 'unreadable'; reason: string }> {
  const total = releases.reduce((sum, release) => sum + release.files.length, 0);
  let done = 0;
  let failure: string | undefined;
  // Of what was opened while the tree was resolved, the first may be done much later.
  run.watch({ step: 'fetch', done, total, label: releases[0]?.purl ?? '' });
  const opened = await Promise.all(
    releases.map(async (release): Promise<OpenedRelease> => {
      const files = await Promise.all(
        release.files.map(async ({ distribution, targets }) => {
          const { name, version } = release;
          const outcome = await run.opener.open({ name, version, distribution, isScanned: true });
          done += 1;
          run.watch({ step: 'fetch', done, total, label: distribution.filename });
          if (outcome.status === 'failed') {
            failure ??= outcome.reason;
            return [];
          }
          const { code: _indexed, ...file } = outcome.file;
          if (failure === undefined)
            await Promise.all([inspectAndIndex(run, release, outcome.file), askAhead(run, release, file)]);
          return [{ opened: file, targets }];
        }),
      );
      return { release, files: files.flat() };
    }),
  );
  return failure === undefined ? opened : { status: 'unreadable', reason: failure };
}

interface Around {
  readonly view: UpstreamView;
  /** What the index says of each file, by its name, where the ecosystem's metadata is the index's. */
  readonly indexed: ReadonlyMap<string, string>;
  readonly trial: TrialOutcome;
}

async function indexMetadata(
  { connected }: VettingRun,
  { files }: TreeRelease,
): Promise<{ readonly texts: ReadonlyMap<string, string> } | Unreadable> {
  const texts = new Map<string, string>();
  if (connected.ecosystem.traits.metadata === 'in-file') return { texts };
  for (const { distribution } of files) {
    const answer = await connected.reader.readMetadata(distribution);
    if ('unreadable' in answer) return answer;
    texts.set(distribution.filename, answer.text);
  }
  return { texts };
}

async function vettedRelease(
  run: VettingRun,
  { release, files }: OpenedRelease,
  { view, indexed, trial }: Around,
): Promise<Unjudged> {
  const { ask, context, deps } = run;
  const evidence = await runScanners({
    release,
    listing: view.listing(release.name) ?? emptyListing(run, release),
    files: files.map((file) => file.opened),
    scanners: deps.scanners,
    inspector: run.inspector,
    trial,
    context,
    sidecar: (distribution) => indexed.get(distribution.filename) ?? view.sidecar(distribution),
    cleared: () => deps.clearedReleases(ask.ecosystem, release.name),
  });
  const { purl, name, version, role, extras, requiredBy, needs, targets, releasedAt } = release;
  return {
    ...{ purl, ecosystem: ask.ecosystem, name, version, role, extras, requiredBy, needs, targets, releasedAt },
    files: await Promise.all(
      files.map(async (file) => ({
        ...(await vettedFile(run, file, indexed.get(file.opened.distribution.filename))),
        ...(await attestationsOf(run, { name, version }, file.opened)),
      })),
    ),
    evidence: withoutRepeats(evidence),
  };
}

async function vettedFile(
  run: VettingRun,
  { opened, targets }: OpenedRelease['files'][number],
  indexed: string | undefined,
): Promise<VettedFile> {
  const { distribution, sha256, size, examination } = opened;
  const { metadata: inside, buildRequires } = examination.status === 'done' ? examination.result : NOTHING_READ;
  const metadata = indexed ?? inside;
  const stored = metadata === null ? undefined : await run.deps.blobs.put(new TextEncoder().encode(metadata));
  const { filename, kind, uploadedAt, requiresRuntime, yanked, source } = distribution;
  return {
    filename,
    sha256,
    size,
    kind,
    uploadedAt,
    requiresRuntime,
    yanked,
    source,
    metadataSha256: stored?.digest,
    ...(kind === 'sdist' && buildRequires !== null ? { buildRequires } : {}),
    targets,
  };
}

/** As the scanners got them: asked once for a file. */
async function attestationsOf(
  { context }: VettingRun,
  { name, version }: Pick<TreeRelease, 'name' | 'version'>,
  { distribution, sha256 }: OpenedRelease['files'][number]['opened'],
): Promise<Pick<VettedFile, 'attestations'>> {
  if (distribution.provenanceUrl === undefined) return {};
  const answer = await context.attestations({ name, version, distribution, sha256 });
  return answer.status === 'found' && answer.document !== undefined ? { attestations: answer.document } : {};
}

const NOTHING_READ = { metadata: null, buildRequires: null };

function emptyListing({ ask, context }: VettingRun, release: TreeRelease): UpstreamPackage {
  const readAt = context.now.toISOString();
  return { ecosystem: ask.ecosystem, name: release.name, releases: [], status: undefined, warnings: [], readAt };
}

/** The same claim over several wheels of a release is one finding: what differs by file keeps its file. */
function withoutRepeats(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.map((one) => {
    const seen = new Set<string>();
    const findings = one.findings.filter((finding) => {
      const key = new TextDecoder().decode(canonicalBytes(finding));
      return seen.has(key) ? false : seen.add(key);
    });
    return { ...one, findings };
  });
}
