/** What packages would pull in, from upstream's indexes alone: for lists of hundreds of names. */
import pLimit from 'p-limit';
import type { Outline } from '../../domain/outline.ts';
import { type EcosystemId, parsePurl } from '../../domain/purl.ts';
import type { Target } from '../../domain/target.ts';
import type { CandidatePackage, CandidateView } from '../../ecosystems/contract.ts';
import type { ConnectedEcosystem, VettingDeps } from './deps.ts';
import { resolveTree } from './steps/resolve-tree.ts';
import { createUpstreamView, type UpstreamView } from './upstream-view.ts';

/** Packages resolved at a time: upstream is asked for a few names at once, politely. */
const AT_A_TIME = 6;

export interface OutlineAsk {
  readonly channel: string;
  readonly ecosystem: EcosystemId;
  /** Normal form. */
  readonly names: readonly string[];
}

/** One outline per name. Reads indexes and metadata beside files; no file is fetched whole and nothing is recorded. */
export async function outlinesOf(
  deps: VettingDeps,
  ask: OutlineAsk,
  each: (done: number, name: string) => void,
): Promise<ReadonlyMap<string, Outline>> {
  const connected = deps.connected(ask.ecosystem);
  if (connected === undefined) {
    const reason = `no source is configured for ${ask.ecosystem}`;
    return new Map(ask.names.map((name) => [name, { status: 'could-not-check', reason }]));
  }
  const { targets } = await deps.channel(ask.channel);
  const { allowSdists, coolDownDays } = await deps.policy();
  const view = remembering(
    createUpstreamView({
      ecosystem: ask.ecosystem,
      reader: connected.reader,
      now: deps.clock.now(),
      coolDownDays,
      // What is denied here is still needed by what needs it: the list is read as it is.
      stopOf: () => undefined,
      buildRequires: async () => ({ status: 'unstated', reason: 'no file is opened for an outline' }),
    }),
  );
  const resolving: Resolving = { ask, connected, targets, view, allowSdists, sameButCapitals: caseless(connected) };
  const limit = pLimit(AT_A_TIME);
  let done = 0;
  const outline = async (name: string): Promise<readonly [string, Outline]> => {
    each(done, name);
    const found = await outlineOf(resolving, name);
    done += 1;
    return [name, found];
  };
  return new Map(await Promise.all(ask.names.map((name) => limit(() => outline(name)))));
}

interface Resolving {
  readonly ask: OutlineAsk;
  readonly connected: ConnectedEcosystem;
  readonly targets: readonly Target[];
  readonly view: UpstreamView;
  readonly allowSdists: boolean;
  sameButCapitals(): Promise<ReadonlyMap<string, string>>;
}

async function outlineOf(resolving: Resolving, name: string): Promise<Outline> {
  const { ask, connected, view, targets, allowSdists } = resolving;
  const found = await view.package(name);
  if (found.status === 'unreadable') return { status: 'could-not-check', reason: found.reason };
  if (found.status === 'unknown')
    return { status: 'unknown', near: (await resolving.sameButCapitals()).get(name.toLowerCase()) };
  const tree = await resolveTree({
    ask: { ...ask, name, extras: [], version: null, request: null },
    ecosystem: connected.ecosystem,
    targets: targets.filter((target) => target.ecosystem === ask.ecosystem),
    view,
    allowSdists,
    onTarget: () => undefined,
    onChosen: () => undefined,
  });
  switch (tree.status) {
    case 'unreadable':
      return { status: 'could-not-check', reason: tree.reason };
    case 'unresolvable':
      return { status: 'unresolvable', reason: tree.reason };
    case 'resolved': {
      const byName = Map.groupBy(tree.releases, (release) => release.name);
      const edges = [...byName].map(([from, same]) => [from, namesOf(same.flatMap((one) => one.needs))] as const);
      const version = tree.releases.find(({ purl }) => purl === tree.root)?.version ?? '';
      return { status: 'found', version, tree: new Map(edges) };
    }
  }
}

function namesOf(edges: readonly { readonly to: string }[]): readonly string[] {
  return [...new Set(edges.flatMap(({ to }) => parsePurl(to)?.name ?? []))].toSorted();
}

/** Trees of one list share most of their packages: each listing and each metadata is read once. */
function remembering(view: UpstreamView): UpstreamView {
  const packages = new Map<string, Promise<CandidatePackage>>();
  const texts = new Map<string, ReturnType<CandidateView['metadata']>>();
  return {
    ...view,
    package(name) {
      const asked = packages.get(name) ?? view.package(name);
      packages.set(name, asked);
      return asked;
    },
    metadata(distribution) {
      const asked = texts.get(distribution.url) ?? view.metadata(distribution);
      texts.set(distribution.url, asked);
      return asked;
    },
  };
}

/** Names of an upstream that lists them all, by their small letters. */
function caseless({ reader }: ConnectedEcosystem): () => Promise<ReadonlyMap<string, string>> {
  let known: Promise<ReadonlyMap<string, string>> | undefined;
  return () => {
    known ??= Promise.resolve(reader.listNames?.() ?? []).then(
      (names) => new Map(names.map(({ name }) => [name.toLowerCase(), name])),
    );
    return known;
  };
}
