/**
 * Least-vetting advice: which versions need the fewest reviews that nobody made yet, given what a channel offers. It knows what
 * upstream's indexes say: not how long a review takes, nor whether another package would serve the same purpose.
 */
import { type EcosystemId, purlOf } from '../../domain/purl.ts';
import type { CandidatePackage, CandidateView } from '../../ecosystems/contract.ts';
import type { VettingDeps } from './deps.ts';
import { createUpstreamView } from './upstream-view.ts';

/** A package that is asked about, in normal form. */
export interface LeastAsk {
  readonly name: string;
  readonly extras: readonly string[];
  /** In the ecosystem's own language; `null` for any version. */
  readonly range: string | null;
}

export interface LeastOptions {
  readonly channel: string;
  readonly ecosystem: EcosystemId;
  /** The versions that the channel offers now. */
  offered(name: string): Promise<readonly string[]>;
}

/** One way to have what was asked for. */
export interface Way {
  readonly status: 'found';
  /** Purls that nobody has cleared: what has to be reviewed. */
  readonly toReview: readonly string[];
  /** How many releases of the tree are offered already. */
  readonly cleared: number;
  /** The releases that were asked for, as they came out. */
  readonly roots: readonly string[];
}
export type WayAnswer = Way | { readonly status: 'none' | 'could-not-check'; readonly reason: string };

/** The set that needs the fewest reviews by preferring what is offered; the newest of what is left. */
export async function leastVetting(
  deps: VettingDeps,
  asks: readonly LeastAsk[],
  options: LeastOptions,
): Promise<WayAnswer> {
  const connected = deps.connected(options.ecosystem);
  if (connected === undefined)
    return { status: 'could-not-check', reason: `no source is configured for ${options.ecosystem}` };
  const { targets: all } = await deps.channel(options.channel);
  const targets = all.filter(({ ecosystem }) => ecosystem === options.ecosystem);
  const view = await preferringOffered(deps, options);
  const { allowSdists } = await deps.policy();
  const found = new Map<string, { readonly name: string; readonly version: string }>();
  let reason = 'the channel has no target for this ecosystem';
  let isFound = false;
  for (const target of targets) {
    const resolution = await connected.ecosystem.dependencies.resolve(asks, view, target, { allowSdists });
    if (resolution.status === 'unreadable') return { status: 'could-not-check', reason: resolution.reason };
    if (resolution.status === 'unsatisfiable') reason = resolution.reason;
    if (resolution.status !== 'resolved') continue;
    isFound = true;
    for (const { name, version } of resolution.releases)
      found.set(purlOf({ ecosystem: options.ecosystem, name, version }), { name, version });
  }
  return isFound ? wayOf(asks, options, found) : { status: 'none', reason };
}

async function wayOf(
  asks: readonly LeastAsk[],
  { offered }: LeastOptions,
  found: ReadonlyMap<string, { readonly name: string; readonly version: string }>,
): Promise<Way> {
  const names = new Set(asks.map(({ name }) => name));
  const toReview: string[] = [];
  for (const [purl, { name, version }] of found) if (!(await offered(name)).includes(version)) toReview.push(purl);
  const roots = [...found].flatMap(([purl, { name }]) => (names.has(name) ? [purl] : []));
  return { status: 'found', toReview: toReview.toSorted(), cleared: found.size - toReview.length, roots };
}

/** Newest versions looked at for one package: older ones are seldom what somebody wants. */
const VERSIONS_LOOKED_AT = 8;

export interface VersionWay {
  readonly version: string;
  readonly way: WayAnswer;
}

/** The versions of one package, each with what it would take; fewest reviews first, then the newest. */
export async function versionsByVetting(
  deps: VettingDeps,
  ask: LeastAsk,
  options: LeastOptions,
): Promise<readonly VersionWay[]> {
  const connected = deps.connected(options.ecosystem);
  if (connected === undefined) return [];
  const { versions } = connected.ecosystem;
  const listed = await (await preferringOffered(deps, options)).package(ask.name);
  const all = listed.status === 'found' ? listed.releases.map(({ version }) => version) : [];
  const fitting = all.filter((one) => ask.range === null || versions.satisfies(one, ask.range) === true);
  const offered = await options.offered(ask.name);
  const newest = fitting
    .filter((one) => !versions.isPrerelease(one))
    .toSorted((a, b) => versions.compare(b, a))
    .slice(0, VERSIONS_LOOKED_AT);
  const candidates = [...new Set([...newest, ...fitting.filter((one) => offered.includes(one))])];
  const ways: VersionWay[] = [];
  for (const version of candidates)
    ways.push({ version, way: await leastVetting(deps, [{ ...ask, range: versions.exactly(version) }], options) });
  const cost = ({ way }: VersionWay) => (way.status === 'found' ? way.toReview.length : Number.POSITIVE_INFINITY);
  return ways.toSorted((a, b) => cost(a) - cost(b) || versions.compare(b.version, a.version));
}

/** Upstream as policy sees it, with what the channel offers before everything else. Stopped releases are not there. */
async function preferringOffered(deps: VettingDeps, options: LeastOptions): Promise<CandidateView> {
  const connected = deps.connected(options.ecosystem);
  const stopOf = await deps.stopped(options.channel, options.ecosystem);
  if (connected === undefined) throw new TypeError('an ecosystem without a source has no view');
  const view = createUpstreamView({
    ecosystem: options.ecosystem,
    reader: connected.reader,
    now: deps.clock.now(),
    coolDownDays: (await deps.policy()).coolDownDays,
    stopOf,
    buildRequires: async () => ({ status: 'unstated', reason: 'no file is opened for advice' }),
  });
  const packages = new Map<string, Promise<CandidatePackage>>();
  const prefer = async (name: string): Promise<CandidatePackage> => {
    const found = await view.package(name);
    if (found.status !== 'found') return found;
    const offered = await options.offered(name);
    const releases = found.releases.map((release) =>
      // Lower comes first; what is offered needs no review at all.
      offered.includes(release.version) ? { ...release, preference: -1 } : release,
    );
    return { ...found, releases };
  };
  return {
    ...view,
    package(name) {
      const asked = packages.get(name) ?? prefer(name);
      packages.set(name, asked);
      return asked;
    },
  };
}
