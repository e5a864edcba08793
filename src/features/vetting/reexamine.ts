/** What was cleared stays under watch: newer feeds are held against every cleared release, and a worse answer stops it. */
import type { Digest } from '../../domain/digest.ts';
import type { UpstreamPackage } from '../../domain/distribution.ts';
import type { EvidenceSet, VerdictReason, VettedFile, VettedRelease } from '../../domain/evidence.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { AnyScanner, ScanContext } from '../../scanners/contract.ts';
import { askedOnce } from './asked-once.ts';
import type { VettingDeps, VettingPolicy } from './deps.ts';
import { askFeedsAhead } from './feeds-ahead.ts';
import { readEvidenceSet } from './read.ts';
import { createScanContext } from './scan-context.ts';
import type { OpenedFile } from './steps/open-files.ts';
import { runScanners } from './steps/run-scanners.ts';
import { findUpstreamPackage } from './upstream-store.ts';

/** A list entry as re-examination needs it. */
export interface ClearedEntry {
  readonly channel: string;
  readonly evidence: Digest;
}

/** A release that policy now refuses for a reason nobody accepted. */
export interface Worsened {
  readonly ecosystem: EcosystemId;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly reasons: readonly VerdictReason[];
  /** Ids of the advisories that speak against it. */
  readonly advisories: readonly string[];
}

/**
 * Every cleared release whose verdict got worse; `only` those whose tree holds this package, where one is given. Reads only;
 * stopping them is the caller's.
 */
export async function findWorsened(
  deps: VettingDeps,
  entries: readonly ClearedEntry[],
  only?: { readonly ecosystem: EcosystemId; readonly name: string },
): Promise<readonly Worsened[]> {
  const policy = await deps.policy();
  const worsened = new Map<string, Worsened>();
  for (const entry of entries) {
    const whole = await readEvidenceSet(deps.blobs, entry.evidence);
    const set = only === undefined ? whole : within(whole, only);
    for (const one of await worsenedIn(deps, policy, set)) worsened.set(one.purl, one);
  }
  return [...worsened.values()];
}

function within(set: EvidenceSet, { ecosystem, name }: { readonly ecosystem: EcosystemId; readonly name: string }) {
  const releases = set.ecosystem === ecosystem ? set.releases.filter((release) => release.name === name) : [];
  return { ...set, releases };
}

async function worsenedIn(every: VettingDeps, policy: VettingPolicy, set: EvidenceSet): Promise<readonly Worsened[]> {
  const deps = askedOnce(every);
  const connected = deps.connected(set.ecosystem);
  if (connected === undefined) return [];
  const channel = await deps.channel(set.channel);
  const context = createScanContext(deps, set.ecosystem, connected);
  await askFeedsAhead(
    context,
    set.releases.map(({ name }) => name),
  );
  const refreshed = await Promise.all(set.releases.map((release) => refresh(deps, context, release)));
  const verdicts = await policy.judge(refreshed, channel, context.now);
  return set.releases.flatMap((before, index) => {
    const accepted = new Set(
      before.verdict.reasons.filter((reason) => reason.outcome === 'refuse').map((reason) => reason.text),
    );
    const reasons = (verdicts[index]?.reasons ?? []).filter(
      (reason) => reason.outcome === 'refuse' && !accepted.has(reason.text),
    );
    if (reasons.length === 0) return [];
    const { ecosystem, name, version, purl } = before;
    return [{ ecosystem, name, version, purl, reasons, advisories: advisoriesIn(refreshed[index]) }];
  });
}

/** The same release with the evidence that ages taken anew; what depends on the bytes alone stays as it was. */
async function refresh(
  deps: VettingDeps,
  context: ScanContext,
  release: VettedRelease,
): Promise<Omit<VettedRelease, 'verdict'>> {
  const { verdict: _before, ...rest } = release;
  const scanners = deps.scanners.filter(
    (scanner) =>
      scanner.looksAt !== 'content' &&
      scanner.looksAt !== 'change' &&
      scanner.staleAfterHours !== null &&
      isTakenAnew(scanner),
  );
  const listing = await listingOf(deps, release);
  const files = yankedByNow(rest, listing);
  const evidence = await runScanners({
    release: { ...rest, files: [] },
    listing,
    files: files.map(storedFile),
    scanners,
    inspector: { inspect: async () => new Map() },
    trial: { status: 'not-applicable', reason: 'what was tried does not age' },
    context,
    sidecar: () => undefined,
    cleared: async () => [],
  });
  const anew = new Map(evidence.map((one) => [one.scanner, one]));
  const before = new Set(release.evidence.map((one) => one.scanner));
  // What was not known yet when the release was cleared speaks now too.
  const added = evidence.filter((one) => !before.has(one.scanner) && scanners.some(isByDigest(one.scanner)));
  return { ...rest, files, evidence: [...release.evidence.map((one) => anew.get(one.scanner) ?? one), ...added] };
}

function isTakenAnew(scanner: AnyScanner): boolean {
  return scanner.looksAt !== 'distribution' || scanner.byDigest === true;
}

function isByDigest(id: string): (scanner: AnyScanner) => boolean {
  return (scanner) => scanner.id === id && scanner.looksAt === 'distribution';
}

/** A file of the evidence as scanners by digest need it: its bytes are in the store, and are not read again here. */
function storedFile({
  filename,
  sha256,
  size,
  kind,
  source,
  uploadedAt,
  requiresRuntime,
  yanked,
}: VettedFile): OpenedFile {
  const distribution = {
    ...{ filename, sha256, size, kind, source, uploadedAt, requiresRuntime, yanked },
    url: '',
    metadata: undefined,
    provenanceUrl: undefined,
  };
  return { distribution, sha256, size, examination: { status: 'failed', reason: 'it was not read again' } };
}

/** The files of a release as upstream lists them by now; one that it lists no more stays as it was. */
function yankedByNow(
  { version, files }: Pick<VettedRelease, 'version' | 'files'>,
  { releases }: UpstreamPackage,
): readonly VettedFile[] {
  const listed = releases.find((release) => release.version === version)?.distributions ?? [];
  return files.map((file) => ({
    ...file,
    yanked: listed.find(({ filename }) => filename === file.filename)?.yanked ?? file.yanked,
  }));
}

async function listingOf(deps: VettingDeps, { ecosystem, name }: VettedRelease): Promise<UpstreamPackage> {
  const known = await findUpstreamPackage(deps.db, ecosystem, name);
  const readAt = deps.clock.now().toISOString();
  return known ?? { ecosystem, name, releases: [], status: undefined, warnings: [], readAt };
}

function advisoriesIn(release: Omit<VettedRelease, 'verdict'> | undefined): readonly string[] {
  const findings = release?.evidence.flatMap((one) => one.findings) ?? [];
  const ids = findings
    .filter((finding) => finding.kind === 'vulnerability' || finding.kind === 'malicious')
    .map((finding) => finding.data.id);
  return ids.filter((id): id is string => typeof id === 'string');
}
