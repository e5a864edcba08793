/** The journey of one vetting: resolve, fetch, open, scan, judge; and once more without what policy refuses. */
import type { Distribution } from '../../domain/distribution.ts';
import type { Alternative, EvidenceSet, PassedOver, Verdict, VettedRelease } from '../../domain/evidence.ts';
import { nearVersions } from '../../domain/near-versions.ts';
import { causeInWords } from '../../domain/passed-over.ts';
import { Problem } from '../../domain/problem.ts';
import type { VetAsk, Watch } from './ask.ts';
import { askedOnce } from './asked-once.ts';
import { estimatedPrints, isCodeIndexed, renewStatistics, saveCode } from './code-index.ts';
import type { VettingDeps } from './deps.ts';
import { KnownAhead } from './known-ahead.ts';
import { maliciousAlongside } from './malicious.ts';
import { passedOver } from './passed-over.ts';
import { readOnce } from './read-once.ts';
import { createScanContext } from './scan-context.ts';
import { sourceAlongside } from './source-code.ts';
import { type CodeIndexer, createCodeIndexer } from './steps/index-code.ts';
import { asOne, type ContentInspector, createContentInspector } from './steps/inspect-content.ts';
import { keptTree, type Obstacle, type Resolved } from './steps/keep-tree.ts';
import { openingAhead } from './steps/open-ahead.ts';
import { createFileOpener } from './steps/open-files.ts';
import { buildRequires, metadataFromFile } from './steps/read-inside.ts';
import { type ResolveTreeInput, resolveTree, type Tree } from './steps/resolve-tree.ts';
import { vetTree } from './steps/vet-tree.ts';
import {
  findContentOutcomes,
  findExamination,
  findKnownFile,
  saveContentOutcomes,
  saveExamination,
  saveKnownFile,
  saveSigningKeys,
} from './store.ts';
import { createUpstreamView, releaseKey, type UpstreamView } from './upstream-view.ts';
import type { VettingRun } from './vetting-run.ts';

/** Rounds of leaving refused dependencies out before the first answer stands: each round needs a new refusal. */
const MOST_ROUNDS = 5;
/** A child of the sandbox starts in a second, on a busy machine in some. */
const START_MS = 30_000;

export type Vetted =
  | { readonly status: 'vetted'; readonly set: EvidenceSet; readonly view: UpstreamView }
  | Exclude<Tree, { status: 'resolved' }>;

/** Vets a package with its tree. Upstream trouble comes back as a value; nothing is recorded here. */
export async function vetPackage(deps: VettingDeps, ask: VetAsk, watch: Watch): Promise<Vetted> {
  const vetting = await prepare(deps, ask, watch);
  // Whatever comes of the tree, policy is asked there at the end: the child starts while upstream is being read.
  void deps.sandbox.run({ task: 'ready', input: null, files: [], timeoutMs: START_MS });
  await rememberSigningKeys(vetting);
  const first = await vetRound(vetting, new Set());
  if (first.status !== 'vetted') return first;
  return secondAnswer(vetting, first);
}

/** Clients ask the registry for them; snapshots are made with what was read last, so that nobody waits for upstream. */
async function rememberSigningKeys({ connected, deps, ask, context }: VettingRun): Promise<void> {
  const keys = await connected.reader.signingKeys?.();
  if (keys === undefined) return;
  const { digest } = await deps.blobs.put(keys);
  await saveSigningKeys(deps.db, ask.ecosystem, digest, context.now);
}

async function prepare(every: VettingDeps, ask: VetAsk, watch: Watch): Promise<VettingRun> {
  const deps = askedOnce(every);
  const upstream = deps.connected(ask.ecosystem);
  if (upstream === undefined) {
    const next = 'Name a source for it in pratique.yaml, under sources.';
    throw new Problem({
      kind: 'usage',
      code: 'unknown-ecosystem',
      what: `Nothing is known of the ecosystem ${ask.ecosystem}`,
      next,
    });
  }
  const connected = { ...upstream, reader: readOnce(upstream.reader) };
  const channel = await deps.channel(ask.channel);
  const policy = await deps.policy();
  const known = new KnownAhead();
  const inspector = contentInspector(deps, ask, known);
  const opener = createFileOpener({
    inspector,
    ecosystem: ask.ecosystem,
    blobs: deps.blobs,
    fetch: deps.fetch,
    sandbox: deps.sandbox,
    maxFileBytes: policy.maxFileBytes,
    findKnown: (integrity) => findKnownFile(deps.db, integrity),
    saveKnown: (integrity, sha256) => saveKnownFile(deps.db, integrity, sha256, deps.clock.now()),
    findExamination: async (key) => known.examination(key) ?? findExamination(deps.db, key),
    saveExamination: (key, result) => saveExamination(deps.db, key, result, deps.clock.now()),
  });
  const stopOf = await deps.stopped(ask.channel, ask.ecosystem);
  return {
    ask,
    channel,
    connected,
    policy,
    stopOf,
    opener,
    inspector,
    codeIndexer: codeIndexer(deps, ask, known),
    known,
    context: createScanContext(deps, ask.ecosystem, connected),
    deps,
    watch,
  };
}

function contentInspector(deps: VettingDeps, { ecosystem }: VetAsk, known: KnownAhead): ContentInspector {
  return createContentInspector({
    ecosystem,
    scanners: deps.scanners.filter((scanner) => scanner.looksAt === 'content'),
    sandbox: deps.sandbox,
    blobs: deps.blobs,
    findOutcomes: async (key) => known.contentOutcomes(key) ?? findContentOutcomes(deps.db, key),
    saveOutcomes: (key, rows) => saveContentOutcomes(deps.db, key, { rows, at: deps.clock.now() }),
    alongside: async (key, { size }) =>
      asOne([await maliciousAlongside(deps, { ...key, size }), await sourceAlongside(deps, { ...key, size })]),
  });
}

function codeIndexer(
  { sandbox, blobs, db, clock, codePrinter }: VettingDeps,
  { ecosystem }: VetAsk,
  known: KnownAhead,
): CodeIndexer {
  return createCodeIndexer({
    ecosystem,
    sandbox,
    blobs,
    printer: codePrinter,
    isIndexed: async (key) => known.isIndexed(key) || isCodeIndexed(db, key),
    save: (key, row) => saveCode(db, key, { ...row, at: clock.now() }),
    size: () => estimatedPrints(db),
    renewStatistics: () => renewStatistics(db),
  });
}

interface Round {
  readonly status: 'vetted';
  readonly set: EvidenceSet;
  readonly view: UpstreamView;
}

async function vetRound(
  vetting: VettingRun,
  excluded: ReadonlySet<string>,
): Promise<Round | Exclude<Tree, { status: 'resolved' }>> {
  const { ask, channel, connected, policy, watch } = vetting;
  const targets = channel.targets.filter((target) => target.ecosystem === ask.ecosystem);
  const view = viewWithout(vetting, excluded);
  const ahead = openingAhead(vetting.opener);
  const input: ResolveTreeInput = {
    ask,
    ecosystem: connected.ecosystem,
    targets,
    view,
    allowSdists: policy.allowSdists,
    onTarget: (done, total, label) => watch({ step: 'resolve', done, total, label }),
    onChosen: (chosen) => ahead.begin(chosen),
  };
  // Nothing more is begun ahead whatever becomes of the tree, an error too: nobody would ask for it.
  const { tree, obstacle } = await keptTree(vetting, input, excluded, async (resolved) => {
    const newer = newerThanRoot(vetting, resolved, { view, excluded });
    return newer?.reason === 'not-installable' ? obstacleOf(input, newer.version) : null;
  }).finally(() => void ahead.stop());
  if (tree.status !== 'resolved') {
    await ahead.stop();
    return withNearVersions(vetting, tree, view);
  }
  const outcome = await vetTree(vetting, tree.releases, view);
  if (outcome.status === 'unreadable') return outcome;
  const set = evidenceSet(vetting, tree, outcome.releases, view);
  const newer = newerThanRoot(vetting, tree, { view, excluded });
  if (newer === undefined) return { status: 'vetted', set, view };
  const cause = newer.version === obstacle?.version ? obstacle.cause : null;
  return { status: 'vetted', set: { ...set, passedOver: cause === null ? newer : { ...newer, cause } }, view };
}

/** Whoever asks for a version that there is not wants to know which there are. */
function withNearVersions(
  { ask, connected }: VettingRun,
  tree: Exclude<Tree, { status: 'resolved' }>,
  view: UpstreamView,
): Exclude<Tree, { status: 'resolved' }> {
  const listed = view.listing(ask.name)?.releases.map(({ version }) => version) ?? [];
  if (tree.status !== 'unresolvable' || ask.version === null || listed.includes(ask.version)) return tree;
  const near = nearVersions(listed, ask.version, connected.ecosystem.versions);
  return near.length === 0 ? tree : { ...tree, reason: `${tree.reason}; near it are ${near.join(', ')}` };
}

/** Whoever left the version open wonders why it is not the newest. */
function newerThanRoot(
  vetting: VettingRun,
  tree: Resolved,
  { view, excluded }: { readonly view: UpstreamView; readonly excluded: ReadonlySet<string> },
): PassedOver | undefined {
  const { ask, connected, policy, context } = vetting;
  const root = tree.releases.find(({ purl }) => purl === tree.root);
  const listing = root === undefined ? undefined : view.listing(root.name);
  if (ask.version !== null || root === undefined || listing === undefined) return undefined;
  return passedOver({
    listing,
    taken: root.version,
    versions: connected.ecosystem.versions,
    now: context.now,
    coolDownDays: policy.coolDownDays,
    stopOf: (version) => stopIn(vetting, excluded, { name: root.name, version }),
  });
}

/** What keeps a release, denied or refused things that it needs among them, from being installed: as if it had been asked for. */
async function obstacleOf(input: ResolveTreeInput, version: string): Promise<Obstacle> {
  const unheard = { onTarget: () => undefined, onChosen: () => undefined };
  const tree = await resolveTree({ ...input, ...unheard, ask: { ...input.ask, version } });
  // Where upstream gave no answer, nobody knows what keeps it.
  if (tree.status === 'unreadable') return { version, cause: null };
  const reason = tree.status === 'resolved' ? tree.unavailable[0]?.reason : tree.reason;
  return { version, cause: reason === undefined ? null : causeInWords(reason) };
}

function stopIn(
  { ask, stopOf }: VettingRun,
  excluded: ReadonlySet<string>,
  { name, version }: { readonly name: string; readonly version: string },
): string | undefined {
  const refused = excluded.has(releaseKey(ask.ecosystem, name, version)) ? 'policy refuses it' : undefined;
  return stopOf(name, version) ?? refused;
}

function viewWithout(vetting: VettingRun, excluded: ReadonlySet<string>): UpstreamView {
  const { ask, connected, policy, context } = vetting;
  return createUpstreamView({
    ecosystem: ask.ecosystem,
    reader: connected.reader,
    now: context.now,
    coolDownDays: policy.coolDownDays,
    stopOf: (name, version) => stopIn(vetting, excluded, { name, version }),
    ...(connected.ecosystem.traits.metadata === 'in-file'
      ? { metadataFromFile: (distribution: Distribution) => metadataFromFile(vetting, distribution) }
      : {}),
    buildRequires: (distribution) => buildRequires(vetting, distribution),
  });
}

function evidenceSet(
  vetting: VettingRun,
  tree: Extract<Tree, { status: 'resolved' }>,
  releases: readonly VettedRelease[],
  view: UpstreamView,
): EvidenceSet {
  const { ask, policy, context } = vetting;
  return {
    schema: 'pratique.evidence-set/1',
    channel: ask.channel,
    ecosystem: ask.ecosystem,
    asked: { name: ask.name, extras: ask.extras, version: ask.version },
    root: tree.root,
    releases,
    unavailableTargets: tree.unavailable,
    alternative: null,
    warnings: [...view.warnings(), ...tree.warnings],
    verdict: worst(releases),
    policy: policy.digest,
    collectedAt: context.now.toISOString(),
  };
}

const RANK = { admit: 0, review: 1, refuse: 2 } as const;

/** The verdict of a tree is the worst of its releases, with every reason and the release it is about. */
function worst(releases: readonly VettedRelease[]): Verdict {
  const outcome = releases.reduce<Verdict['outcome']>(
    (sofar, { verdict }) => (RANK[verdict.outcome] > RANK[sofar] ? verdict.outcome : sofar),
    'admit',
  );
  const reasons = releases.flatMap(({ purl, verdict }) =>
    verdict.reasons.map((reason) => ({ ...reason, text: `${purl}: ${reason.text}` })),
  );
  return { outcome, reasons };
}

/**
 * Where a dependency is refused, resolves again without it, round by round, until nothing refused is left or nothing
 * resolves; both answers are shown. A refused root has no second answer: it is what was asked for.
 */
async function secondAnswer(vetting: VettingRun, first: Round): Promise<Vetted> {
  const excluded = new Set<string>();
  let latest = first;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const refused = refusedDependencies(latest.set);
    if (refused.length === 0) break;
    for (const purl of refused) excluded.add(purl);
    const next = await vetRound(vetting, excluded);
    if (next.status === 'unreadable') return next;
    if (next.status === 'unresolvable')
      return withAlternative(first, { without: [...excluded], tree: null, reason: next.reason });
    latest = next;
  }
  if (latest === first) return first;
  if (refusedDependencies(latest.set).length > 0) {
    return withAlternative(first, {
      without: [...excluded],
      tree: null,
      reason: `refused dependencies remain after ${MOST_ROUNDS} rounds`,
    });
  }
  const reason = 'policy refuses these releases; the tree was resolved again without them';
  return withAlternative(latest, { without: [...excluded], tree: first.set.releases.map((one) => one.purl), reason });
}

function refusedDependencies(set: EvidenceSet): readonly string[] {
  return set.releases
    .filter((one) => one.role === 'dependency' && one.verdict.outcome === 'refuse')
    .map((one) => one.purl);
}

function withAlternative(round: Round, alternative: Alternative): Round {
  return { ...round, set: { ...round.set, alternative: { ...alternative, without: alternative.without.toSorted() } } };
}
