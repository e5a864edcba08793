/** Resolving as npm does: npm's own tree builder over the candidates, and the part of its tree that each platform installs. */
import type { TreeNode } from '@npmcli/arborist';
import { validRange } from 'semver';
import { Problem } from '../../domain/problem.ts';
import type { Target } from '../../domain/target.ts';
import type {
  CandidateView,
  DependencyRules,
  NeededRelease,
  Resolution,
  ResolvedRelease,
  RootRequirement,
} from '../contract.ts';
import { admits, bundledIn, isOfRegistry, type Manifest, NEEDED_FIELDS } from './manifest.ts';
import { readAhead } from './resolve/ahead.ts';
import { CandidatePackuments, NO_REGISTRY } from './resolve/candidates.ts';
import { explained } from './resolve/explain.ts';
import { partFor } from './resolve/platform-part.ts';
import { platformOf } from './targets.ts';

/** The npm whose rules the tree is built by; packages may ask for one under `engines`. */
const NPM_VERSION = '11.0.0';

/** A tree for every platform, or why there is none. */
type Ideal =
  | { readonly status: 'built'; readonly root: TreeNode; readonly candidates: CandidatePackuments }
  | ({ readonly status: 'unsatisfiable' } & Pick<
      Extract<Resolution, { readonly status: 'unsatisfiable' }>,
      'code' | 'reason' | 'name'
    >)
  | { readonly status: 'unreadable'; readonly reason: string };

/** Trees by the view they were built over: targets with the same Node release share one. */
const built = new WeakMap<CandidateView, Map<string, Promise<Ideal>>>();

async function resolve(roots: readonly RootRequirement[], view: CandidateView, target: Target): Promise<Resolution> {
  const { node } = platformOf(target);
  const specs = roots.map(specOf);
  const key = [node, ...specs].join(' ');
  const ofView = built.get(view) ?? new Map<string, Promise<Ideal>>();
  built.set(view, ofView);
  const building = ofView.get(key) ?? build(specs, view, node);
  ofView.set(key, building);
  const ideal = await building;
  return ideal.status === 'built'
    ? platformTree(ideal, target, new Set(roots.map(({ name }) => name)))
    : { ...ideal, target: target.id };
}

/** npm's tree over the candidates, for every platform alike: where each package stands. */
export function idealTree(roots: readonly RootRequirement[], view: CandidateView, target: Target): Promise<Ideal> {
  return build(roots.map(specOf), view, platformOf(target).node);
}

function specOf({ name, range }: RootRequirement): string {
  if (range === null) return name;
  if (validRange(range) !== null) return `${name}@${range}`;
  throw new Problem({
    kind: 'usage',
    code: 'bad-range',
    what: `${JSON.stringify(range)} is no range of versions for ${name}`,
    next: 'Write a range like 2.1.0 or ^1.2.0 (node-semver).',
  });
}

async function build(add: readonly string[], view: CandidateView, node: string): Promise<Ideal> {
  // It is a third of what the program loads, and most commands resolve nothing.
  const { default: Arborist } = await import('@npmcli/arborist');
  const candidates = new CandidatePackuments(view);
  const arborist = new Arborist({
    // A folder without package.json and node_modules: the tree starts empty. Nothing is written.
    path: import.meta.dirname,
    cache: import.meta.dirname,
    registry: NO_REGISTRY,
    packumentCache: candidates,
    offline: true,
    nodeVersion: `v${node}`,
    npmVersion: NPM_VERSION,
    ignoreScripts: true,
    ignoreExtension: true,
    ...{ allowGit: 'none', allowRemote: 'none', allowFile: 'none', allowDirectory: 'none' },
    includeStaged: true,
    // As `npm install` does; building a tree saves nothing. Without it optional peers are not looked at a second time.
    save: true,
    audit: false,
    packageLock: false,
  });
  let isOver = false;
  const ahead = readAhead(
    add,
    (name) => candidates.likely(name),
    () => isOver,
  );
  const outcome = await arborist.buildIdealTree({ add }).then(
    (root): Ideal => ({ status: 'built', root, candidates }),
    (error: unknown): Ideal => {
      const words = explained(error, (name, range) => candidates.stoppedIn(name, range));
      if (words !== undefined) return { status: 'unsatisfiable', ...words };
      return { status: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
    },
  );
  isOver = true;
  await ahead;
  // An optional package that could not be looked at would silently be left out.
  return candidates.unreadable === undefined ? outcome : { status: 'unreadable', reason: candidates.unreadable };
}

function platformTree(
  { root, candidates }: Extract<Ideal, { readonly status: 'built' }>,
  target: Target,
  asked: ReadonlySet<string>,
): Resolution {
  const { os, cpu, libc } = platformOf(target);
  const part = partFor(root, ({ packageName, version }) => {
    const manifest = candidates.candidate(packageName, version)?.manifest;
    return admits(manifest?.os, os) && admits(manifest?.cpu, cpu) && admits(manifest?.libc, libc);
  });
  if (part.status === 'unfit') {
    const { packageName: name, version } = part.node;
    const reason = `${name} ${version} is not for ${target.id} (its os, cpu or libc)`;
    return { status: 'unsatisfiable', target: target.id, code: 'no-match', reason, name };
  }
  const releases = releasesIn(part.nodes, candidates, asked);
  const warnings = releases
    .flatMap((release) => [...bundleWarning(release, candidates), ...outsideWarnings(release, candidates)])
    .toSorted();
  return { status: 'resolved', target: target.id, releases, builds: [], warnings };
}

/** One release for each name and version, however often it stands in the tree. */
function releasesIn(
  nodes: ReadonlySet<TreeNode>,
  candidates: CandidatePackuments,
  asked: ReadonlySet<string>,
): readonly ResolvedRelease[] {
  const releases = new Map<string, ResolvedRelease>();
  for (const node of nodes) {
    const { packageName: name, version } = node;
    const candidate = candidates.candidate(name, version);
    if (candidate === undefined) continue;
    const key = `${name}@${version}`;
    const before = releases.get(key);
    const needs = new Map((before?.needs ?? []).map((need) => [`${need.name}@${need.version}`, need]));
    for (const need of needsOf(node, nodes)) needs.set(`${need.name}@${need.version}`, need);
    releases.set(key, {
      ...{ name, version, extras: [], distribution: candidate.distribution },
      needs: [...needs].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, need]) => need),
      isRoot: before?.isRoot === true || isAsked(node, asked),
    });
  }
  return [...releases].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, release]) => release);
}

function needsOf(node: TreeNode, nodes: ReadonlySet<TreeNode>): readonly NeededRelease[] {
  return [...node.edgesOut.values()].flatMap(({ to, type }) =>
    to === null || type === 'peerOptional' || !nodes.has(to) ? [] : [{ name: to.packageName, version: to.version }],
  );
}

function isAsked(node: TreeNode, asked: ReadonlySet<string>): boolean {
  return asked.has(node.packageName) && [...node.edgesIn].some(({ from }) => from.isProjectRoot);
}

function bundleWarning({ name, version }: ResolvedRelease, candidates: CandidatePackuments): readonly string[] {
  const bundled = bundledIn(candidates.candidate(name, version)?.manifest ?? NOTHING);
  if (bundled.length === 0) return [];
  return [
    `${name} ${version} brings ${bundled.join(', ')} inside its own tarball: vetted as files of it, not as releases`,
  ];
}

/** npm takes what is optional and cannot be had for not there; who reads the request should know that it was asked for. */
function outsideWarnings({ name, version }: ResolvedRelease, candidates: CandidatePackuments): readonly string[] {
  const manifest: Partial<Manifest> = candidates.candidate(name, version)?.manifest ?? {};
  return NEEDED_FIELDS.flatMap((field) =>
    Object.entries(manifest[field] ?? {})
      .filter(([, spec]) => !isOfRegistry(spec))
      .map(
        ([what, spec]) =>
          `${name} ${version} names ${JSON.stringify(what.slice(0, 100))} at ${JSON.stringify(spec.slice(0, 100))}, outside every registry: it is not vetted, and clients are not told of it`,
      ),
  );
}

const NOTHING = { bundleDependencies: undefined, bundledDependencies: undefined, dependencies: {} };

/** The dependency rules of npm. A release has one tarball for all platforms. */
export const npmDependencies: DependencyRules = {
  version: 1,
  choose: (distributions) => distributions.find(({ kind }) => kind === 'tarball'),
  resolve,
};
