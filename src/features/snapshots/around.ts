/**
 * Entries whose tree holds something that was stopped. Each is resolved again, per target, from what is cleared and not
 * stopped: what whole entries offer, and the rest of its own tree. Where that gives an answer the entry is offered in that
 * form, else it is left out and named. Nothing comes in that people did not clear, for a target that it was cleared for.
 */

import { z } from 'zod';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import type { Channel } from '../../domain/channel.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { UpstreamPackage } from '../../domain/distribution.ts';
import { purlOf } from '../../domain/purl.ts';
import type { Ecosystem, Resolution, ResolvedRelease } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import { type LeftOut, type Lost, leftOutSchema, lostSchema } from './content.ts';
import type { ExpandedRelease, Member } from './expanded.ts';
import { snapshotView } from './resolve-again.ts';
import { stopOf } from './stops.ts';
import type { Stop } from './store.ts';
import { storedFile, vettedFileSchema } from './tally-shards.ts';
import type { Tree, TreeRelease } from './trees.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'no digest');

const treeSchema = z.object({
  root: z.string(),
  extras: z.array(z.string()),
  releases: z.array(
    z.object({
      purl: z.string(),
      name: z.string(),
      version: z.string(),
      needs: z.array(z.object({ target: z.string(), to: z.string() })),
      targets: z.array(z.string()),
      files: z.array(vettedFileSchema),
    }),
  ),
});

const heldSchema = z.object({
  entry: z.object({ id: z.string(), list: z.enum(['core', 'extra']), name: z.string(), evidence: digest }),
  leftOut: leftOutSchema.nullable(),
  /** Names of packages that were looked at: as long as none of them changes, the answer stays. */
  asked: z.array(z.string()),
  lost: z.array(lostSchema).optional(),
  tree: treeSchema.nullable(),
});

/** What became of an entry that is not offered as it was accepted. */
export interface Held {
  readonly entry: Member['entry'];
  /** For which targets it is left out, and why; `null` where it is offered for all of them in another form. */
  readonly leftOut: LeftOut | null;
  readonly asked: readonly string[];
  /** What the accepted tree brought and what is offered instead does not. */
  readonly lost: readonly Lost[];
  /** What is offered instead of the tree that was accepted; `null` for nothing. */
  readonly tree: Tree | null;
}

/** Canonical bytes: the same answer gives the same digest. */
export function heldBytes({ entry, leftOut, asked, lost, tree }: Held): Uint8Array {
  const releases = tree?.releases.map((release) => ({ ...release, files: release.files.map(storedFile) }));
  const stored = tree === null ? null : { root: tree.root.purl, extras: tree.extras, releases };
  return canonicalBytes({ entry, leftOut, asked, lost, tree: stored });
}

export function parseHeld(bytes: Uint8Array): Held {
  const { entry, leftOut, asked, lost = [], tree } = heldSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return { entry, leftOut, asked, lost, tree: tree === null ? null : treeFrom(entry.evidence, tree) };
}

function treeFrom(evidence: Digest, { root, extras, releases }: z.infer<typeof treeSchema>): Tree {
  const found = releases.find(({ purl }) => purl === root);
  if (found === undefined) throw new RangeError(`A tree around ${root} does not hold it`);
  return { evidence, root: found, extras, releases, names: namesOf(releases) };
}

export interface AroundAsk {
  readonly ecosystem: Ecosystem;
  readonly channel: Channel;
  readonly blobs: Blobs;
  readonly allowSdists: boolean;
  readonly stops: ReadonlyMap<string, readonly Stop[]>;
  /** What whole entries offer of a package. */
  releases(name: string): Promise<readonly ExpandedRelease[]>;
  /** Names that upstream gives to versions of a package. */
  tags(name: string): Promise<UpstreamPackage['tags']>;
}

/** Resolves one entry around what was stopped. */
export async function resolveAround(ask: AroundAsk, member: Member, stopped: LeftOut): Promise<Held> {
  const { root, extras } = member.tree;
  const asked = new Set<string>();
  const found: Extract<Resolution, { status: 'resolved' }>[] = [];
  const rootStops = ask.stops.get(root.name) ?? [];
  const isRootStopped =
    stopOf(rootStops, ask.ecosystem.versions, { channel: ask.channel.name, version: root.version }) !== undefined;
  const range = ask.ecosystem.versions.exactly(root.version);
  const targets = ask.channel.targets.filter(({ id }) => root.targets.includes(id));
  for (const target of isRootStopped ? [] : targets) {
    const releases = async (name: string) => {
      asked.add(name);
      return await clearedFor(ask, member.tree, { name, target: target.id });
    };
    const view = snapshotView({ blobs: ask.blobs, releases, tags: (name) => ask.tags(name) });
    const wanted = [{ name: root.name, extras, range }];
    const resolution = await ask.ecosystem.dependencies.resolve(wanted, view, target, { allowSdists: ask.allowSdists });
    if (resolution.status === 'resolved') found.push(resolution);
  }
  const kept = new Set(found.map((one) => one.target));
  const lost = targets.map(({ id }) => id).filter((id) => !kept.has(id));
  const leftOut = kept.size === 0 ? stopped : lost.length === 0 ? null : { ...stopped, targets: lost };
  const tree = kept.size === 0 ? null : await treeOfResolutions(ask, member.tree, found);
  const names = [...asked, ...member.tree.names].toSorted().filter(isFirst);
  return { entry: member.entry, leftOut, asked: names, lost: lostBy(member.tree, tree, stopped), tree };
}

/** The root is not among them: where it is left out, that is said of the entry. */
function lostBy(accepted: Tree, offered: Tree | null, { because, id }: LeftOut): readonly Lost[] {
  const kept = new Set(offered?.releases.map(({ purl }) => purl));
  const cameWith = { name: accepted.root.name, version: accepted.root.version };
  return accepted.releases
    .filter(({ purl }) => purl !== accepted.root.purl && purl !== because && !kept.has(purl))
    .map(({ name, version }) => ({ name, version, cameWith, because, id }));
}

/** The releases of a package that may be used for a target: cleared for it and not stopped. */
async function clearedFor(
  ask: AroundAsk,
  own: Tree,
  { name, target }: { readonly name: string; readonly target: string },
): Promise<readonly ExpandedRelease[]> {
  const releases = new Map((await ask.releases(name)).map((release) => [release.version, release]));
  for (const release of own.releases.filter((one) => one.name === name)) {
    const offered = releases.get(release.version);
    releases.set(release.version, offered === undefined ? { ...release, state: 'dependency' } : both(offered, release));
  }
  const at = { channel: ask.channel.name };
  const stops = ask.stops.get(name) ?? [];
  return [...releases.values()].filter(
    ({ version, targets }) =>
      targets.includes(target) && stopOf(stops, ask.ecosystem.versions, { ...at, version }) === undefined,
  );
}

function both(offered: ExpandedRelease, own: TreeRelease): ExpandedRelease {
  const files = new Map([...own.files, ...offered.files].map((file) => [`${file.filename} ${file.sha256}`, file]));
  return { ...offered, targets: [...offered.targets, ...own.targets], files: [...files.values()] };
}

async function treeOfResolutions(
  ask: AroundAsk,
  own: Tree,
  found: readonly Extract<Resolution, { status: 'resolved' }>[],
): Promise<Tree> {
  const releases = new Map<string, TreeRelease>();
  for (const { target, releases: installed, builds } of found) {
    const add = async (environment: readonly ResolvedRelease[]) => {
      for (const one of environment) await addRelease(ask, { own, releases, target }, one);
    };
    await add(installed);
    for (const { of, needs, releases: environment } of builds) {
      await add(environment);
      const asked = environment.filter(({ name }) => needs.includes(name));
      await addRelease(ask, { own, releases, target }, { ...of, needs: asked });
    }
  }
  const sorted = [...releases.values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
  const root = sorted.find(({ purl }) => purl === own.root.purl);
  if (root === undefined) throw new RangeError(`A resolution of ${own.root.purl} does not hold it`);
  return { evidence: own.evidence, root, extras: own.extras, releases: sorted, names: namesOf(sorted) };
}

interface Growing {
  readonly own: Tree;
  readonly releases: Map<string, TreeRelease>;
  readonly target: string;
}

/** Adds a release as one target took it: the file, and edges to what it needs. */
async function addRelease(
  ask: AroundAsk,
  { own, releases, target }: Growing,
  { name, version, distribution, needs }: ResolvedRelease,
): Promise<void> {
  const purlTo = (one: { readonly name: string; readonly version: string }) =>
    purlOf({ ecosystem: ask.ecosystem.id, name: one.name, version: one.version });
  const purl = purlTo({ name, version });
  const before = releases.get(purl) ?? { purl, name, version, needs: [], targets: [], files: [] };
  const candidates = await clearedFor(ask, own, { name, target });
  const file = candidates
    .find((one) => one.version === version)
    ?.files.find(({ filename, sha256 }) => filename === distribution.filename && sha256 === distribution.sha256);
  const edges = needs.map((one) => ({ target, to: purlTo(one) }));
  const known = new Set(before.needs.map((edge) => `${edge.target} ${edge.to}`));
  const hasFile = file === undefined || before.files.some((one) => one.filename === file.filename);
  releases.set(purl, {
    ...before,
    needs: [...before.needs, ...edges.filter((edge) => !known.has(`${edge.target} ${edge.to}`))],
    targets: [...new Set([...before.targets, target])],
    files: hasFile ? before.files : [...before.files, { ...file, targets: [] }],
  });
}

function namesOf(releases: readonly { readonly name: string }[]): readonly string[] {
  return [...new Set(releases.map(({ name }) => name))].toSorted();
}

function isFirst(name: string, place: number, all: readonly string[]): boolean {
  return all.indexOf(name) === place;
}
