/** An edge that exists is not enough: roots must resolve again, per target, from nothing but what the snapshot offers. */
import type { Channel } from '../../domain/channel.ts';
import type { Distribution, UpstreamPackage } from '../../domain/distribution.ts';
import type { Target } from '../../domain/target.ts';
import type { CandidateView, Ecosystem } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { ExpandedRelease, Member } from './expanded.ts';

/** A root that the snapshot would not give a client. */
export interface Unresolved {
  readonly root: string;
  readonly target: string;
  readonly reason: string;
}

export interface ResolveAgain {
  readonly ecosystem: Ecosystem;
  readonly channel: Channel;
  readonly blobs: Blobs;
  readonly allowSdists: boolean;
  /** What the snapshot offers of a package. */
  releases(name: string): Promise<readonly ExpandedRelease[]>;
  /** Names that upstream gives to versions of a package; the snapshot's documents are made with the same. */
  tags(name: string): Promise<UpstreamPackage['tags']>;
  /** The members whose roots are resolved again. */
  readonly members: readonly Member[];
}

/** The roots that do not resolve for a target for which they were vetted. */
export async function unresolvedRoots(ask: ResolveAgain): Promise<readonly Unresolved[]> {
  const view = snapshotView(ask);
  const targets = new Map(
    ask.channel.targets.filter((one) => one.ecosystem === ask.ecosystem.id).map((one) => [one.id, one]),
  );
  const failures: Unresolved[] = [];
  const done = new Set<string>();
  for (const { tree } of ask.members) {
    for (const id of tree.root.targets) {
      const target = targets.get(id);
      const key = `${tree.root.purl} ${tree.extras.join(',')} ${id}`;
      if (target === undefined || done.has(key)) continue;
      done.add(key);
      const reason = await resolveOne(ask, { tree, target, view });
      if (reason !== undefined) failures.push({ root: tree.root.purl, target: id, reason });
    }
  }
  return failures;
}

async function resolveOne(
  { ecosystem, allowSdists }: ResolveAgain,
  { tree, target, view }: { readonly tree: Member['tree']; readonly target: Target; readonly view: CandidateView },
): Promise<string | undefined> {
  const { name, version } = tree.root;
  const range = ecosystem.versions.exactly(version);
  const root = { name, extras: tree.extras, range };
  const asClientsChoose = ecosystem.traits.clientsChoose === 'newest';
  const resolution = await ecosystem.dependencies.resolve([root], view, target, { allowSdists, asClientsChoose });
  return resolution.status === 'resolved' ? undefined : resolution.reason;
}

/** What a client of the snapshot would see. */
export function snapshotView({
  releases,
  tags,
  blobs,
}: Pick<ResolveAgain, 'releases' | 'tags' | 'blobs'>): CandidateView {
  const builds = new Map<string, readonly string[]>();
  return {
    async package(name) {
      const found = await releases(name);
      for (const { sha256, buildRequires } of found.flatMap(({ files }) => files)) {
        if (buildRequires !== undefined) builds.set(sha256, buildRequires);
      }
      if (found.length === 0) return { status: 'unknown' };
      return {
        status: 'found',
        tags: await tags(name),
        releases: found.map(({ version, files }) => ({
          version,
          preference: 0,
          distributions: files.map(asDistribution),
        })),
      };
    },
    async metadata(distribution) {
      const digest = distribution.metadata?.sha256;
      if (digest === undefined) return { unreadable: `no metadata is stored for ${distribution.filename}` };
      return { text: new TextDecoder().decode(await blobs.read(digest)) };
    },
    // Asked of files that the view itself offered.
    async buildRequires({ sha256 }) {
      const requires = sha256 === undefined ? undefined : builds.get(sha256);
      if (requires !== undefined) return { status: 'found', requires };
      return { status: 'unstated', reason: 'what its build needs was not vetted with it' };
    },
  };
}

function asDistribution(file: ExpandedRelease['files'][number]): Distribution {
  return {
    filename: file.filename,
    url: `file:///${file.filename}`,
    source: file.source,
    kind: file.kind,
    sha256: file.sha256,
    size: file.size,
    uploadedAt: file.uploadedAt,
    requiresRuntime: file.requiresRuntime,
    yanked: file.yanked,
    metadata:
      file.metadataSha256 === undefined
        ? undefined
        : { url: `file:///${file.filename}.metadata`, sha256: file.metadataSha256 },
    provenanceUrl: undefined,
  };
}
