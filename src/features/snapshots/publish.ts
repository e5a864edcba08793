/** Publishing: compile what changed, prove that the set is closed, sign, and move the pointer with one insert. */
import { createHash } from 'node:crypto';
import { canonicalBytes, canonicalJson } from '../../domain/canonical-json.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Digest } from '../../domain/digest.ts';
import type { UpstreamPackage } from '../../domain/distribution.ts';
import { Problem } from '../../domain/problem.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Transaction } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { compilePackage, storeDocuments } from './compile.ts';
import {
  type Content,
  type EcosystemContent,
  type LeftOut,
  type Manifest,
  parseShard,
  type StoredPackage,
} from './content.ts';
import type { SnapshotsDeps } from './deps.ts';
import { type Basis, basisSchema, type Comparison, compareEntries, EMPTY_BASIS } from './entries.ts';
import type { ExpandedRelease } from './expanded.ts';
import { gapsIn, type WholeGraph, wholeGraph, whyPaths } from './graph.ts';
import { type HeldNow, holdStopped, readHeld } from './held.ts';
import { heldUpBy, missingByName } from './held-up.ts';
import { manifestOf } from './manifests.ts';
import { namedReasons } from './named-reasons.ts';
import { unresolvedRoots } from './resolve-again.ts';
import { partsIn } from './root-parts.ts';
import { createShelf, type GraphMemory, type Shelf, shardOf } from './shelf.ts';
import {
  activeEntries,
  activeStops,
  channelNamed,
  findSnapshot,
  hasEntries,
  insertSnapshot,
  lockChannel,
  requestStates,
  type Stop,
} from './store.ts';
import type { Trees } from './trees.ts';

/** What came of publishing. */
export type Published =
  | {
      readonly status: 'published';
      readonly number: number;
      readonly manifest: Digest;
      readonly leftOut: readonly LeftOut[];
      /** Names of the packages whose documents were made anew. */
      readonly compiled: readonly string[];
    }
  /** The lists give what the current snapshot already is. */
  | { readonly status: 'unchanged'; readonly number: number }
  /** Nothing was published; the current snapshot stays. */
  | { readonly status: 'refused'; readonly code: string; readonly reason: string };

export interface PublishAsk {
  readonly channel: string;
  readonly ecosystem: EcosystemId;
  /** Packages to compile again beside those whose list entries changed. */
  readonly names: readonly string[];
}

/** A reason not to publish; caught by the room, which writes it to the ledger. */
export class PublishRefused extends Problem {
  readonly reason: string;
  constructor(code: string, reason: string) {
    super({
      kind: 'conflict',
      code,
      what: 'Nothing was published',
      why: reason,
      next: 'Mend what is named and publish again; the current snapshot stays.',
    });
    this.name = 'PublishRefused';
    this.reason = reason;
  }
}

/** Packages compiled at once: compression runs on the thread pool, which has four threads. */
const COMPILED_AT_ONCE = 4;

interface Work {
  readonly deps: SnapshotsDeps;
  readonly db: Transaction;
  readonly channel: Channel;
  readonly ecosystem: Ecosystem;
  readonly allStops: readonly Stop[];
  readonly stops: ReadonlyMap<string, readonly Stop[]>;
  /** Names of packages of which a denial or quarantine began or ended. */
  readonly stopsChanged: ReadonlySet<string>;
  readonly previous: EcosystemContent | undefined;
  readonly basis: Basis;
  readonly shelf: Shelf;
  readonly compared: Comparison;
  readonly held: HeldNow;
}

/** What publishings of one process remember of each other; nothing depends on it but time. */
export interface PublishMemory {
  readonly trees: Trees;
  readonly graphs: GraphMemory;
}

/** Publishes within one change. Throws `PublishRefused` where the set is not closed. */
export async function publishWithin(
  { deps, memory, change }: { readonly deps: SnapshotsDeps; readonly memory: PublishMemory; readonly change: Change },
  ask: PublishAsk,
): Promise<Published> {
  const { db, now, append } = change;
  await lockChannel(db, ask.channel);
  const channel = await channelNamed(db, ask.channel);
  const ecosystem = ecosystemOf(deps, ask.ecosystem);
  requireProvider(channel);
  const current = await findSnapshot(db, ask.channel);
  const manifestBefore = current === undefined ? undefined : await manifestOf(deps.blobs, current);
  if (manifestBefore?.importedFrom !== undefined) return await keepImported(db, manifestBefore);
  const before: Content = manifestBefore?.content ?? {};
  const previous = before[ask.ecosystem];
  const work = await prepare({ deps, memory, db }, { channel, ecosystem, previous });
  const { basis, shelf, held, stopsChanged } = work;
  const graph = wholeGraph(await shelf.graphs());
  await requireClosed(work, graph);
  const touched = new Set([...shelf.touched, ...stopsChanged, ...ask.names]);
  if (basis === EMPTY_BASIS) for (const name of await namesIn(deps, previous)) touched.add(name);
  const packages = await compilePackages(work, { touched, graph });
  const part = await contentOf(work, { touched, packages });
  const content: Content = { ...before, [ask.ecosystem]: part };
  if (current !== undefined && digestOf(content) === current.content)
    return { status: 'unchanged', number: current.number };

  const number = (current?.number ?? 0) + 1;
  const what = { channel: ask.channel, number, content, rolledBackTo: null };
  const manifest = await recordSnapshot({ deps, db, now }, what);
  append({ kind: 'snapshot-published', channel: ask.channel, number, manifest });
  const { leftOut } = held;
  return { status: 'published', number, manifest, leftOut, compiled: [...packages.keys()].toSorted() };
}

/** Compares the lists and the stops with the last publishing, and counts what came and went. */
async function prepare(
  { deps, memory, db }: { readonly deps: SnapshotsDeps; readonly memory: PublishMemory; readonly db: Transaction },
  about: Pick<Work, 'channel' | 'ecosystem' | 'previous'>,
): Promise<Work> {
  const { channel, ecosystem, previous } = about;
  const allStops = (await activeStops(db)).filter(
    (stop) => stop.ecosystem === ecosystem.id && (stop.channel === null || stop.channel === channel.name),
  );
  const stops = Map.groupBy(allStops, (stop) => stop.name);
  const entries = channel.mode === 'closed' ? [] : await activeEntries(db, channel.name, ecosystem.id);
  // Where nothing is on the lists, nothing of the last publishing is of use.
  const basis = entries.length === 0 ? EMPTY_BASIS : await basisOf(deps, previous);
  const stopsChanged = changedStops(basis.stops, allStops);
  const compared = await compareEntries({
    blobs: deps.blobs,
    trees: memory.trees,
    before: basis,
    leftOutBefore: previous?.leftOut ?? [],
    entries,
    stops,
    stopsChanged,
    channel: channel.name,
    versions: ecosystem.versions,
  });
  const shelf = createShelf(
    { blobs: deps.blobs, memory: memory.graphs },
    { ecosystem: ecosystem.id, shards: basis.expanded },
  );
  // First what comes: what one entry takes and another brings was never gone.
  for (const member of compared.come) await shelf.count(member, 1);
  for (const member of compared.gone) await shelf.count(member, -1);
  const held = await holdStopped({
    ecosystem,
    channel,
    blobs: deps.blobs,
    allowSdists: await deps.allowSdists(),
    tags: (name) => tagsOf(deps, ecosystem.id, name),
    stops,
    shelf,
    trees: memory.trees,
    before: await readHeld(deps.blobs, basis.held ?? {}),
    entries,
    stopped: compared.stopped,
    stopsChanged,
  });
  return { deps, db, ...about, allStops, stops, stopsChanged, basis, shelf, compared, held };
}

/** Names that upstream gives to versions, as its listing was last read: the documents are made with the same. */
async function tagsOf(deps: SnapshotsDeps, ecosystem: EcosystemId, name: string): Promise<UpstreamPackage['tags']> {
  return (await deps.upstreamListing(ecosystem, name))?.tags;
}

/** What the last publishing was made from; empty where it cannot be read: then everything is made anew. */
async function basisOf({ blobs }: SnapshotsDeps, previous: EcosystemContent | undefined): Promise<Basis> {
  if (previous === undefined) return EMPTY_BASIS;
  const stored: unknown = JSON.parse(new TextDecoder().decode(await blobs.read(previous.basis)));
  const parsed = basisSchema.safeParse(stored);
  return parsed.success ? parsed.data : EMPTY_BASIS;
}

/** Names of packages of which a denial or quarantine began or ended. */
function changedStops(before: Basis['stops'], after: readonly Stop[]): ReadonlySet<string> {
  const old = new Map(before.map((stop) => [stop.id, stop.name]));
  const names = new Set<string>();
  for (const stop of after) if (!old.delete(stop.id)) names.add(stop.name);
  for (const name of old.values()) names.add(name);
  return names;
}

async function namesIn({ blobs }: SnapshotsDeps, content: EcosystemContent | undefined): Promise<readonly string[]> {
  const names: string[] = [];
  for (const digest of Object.values(content?.shards ?? {}))
    names.push(...Object.keys(parseShard(await blobs.read(digest))));
  return names;
}

/** Writes the manifest, signs it and makes it the current snapshot of its channel. */
export async function recordSnapshot(
  { deps, db, now }: { readonly deps: SnapshotsDeps; readonly db: Transaction; readonly now: Date },
  what: Pick<Manifest, 'channel' | 'number' | 'content' | 'rolledBackTo' | 'importedFrom'>,
): Promise<Digest> {
  const manifest: Manifest = { schema: 'pratique.snapshot/1', publishedAt: now.toISOString(), ...what };
  const bytes = canonicalBytes(manifest);
  const stored = await deps.blobs.put(bytes);
  await insertSnapshot(db, {
    channel: what.channel,
    number: what.number,
    manifest: stored.digest,
    content: digestOf(what.content),
    signature: deps.signer.sign(bytes),
    key_id: deps.signer.keyId,
    public_key: deps.signer.publicKey,
    rolled_back_to: what.rolledBackTo,
    published_at: now,
  });
  return stored.digest;
}

function ecosystemOf(deps: SnapshotsDeps, id: EcosystemId): Ecosystem {
  const found = deps.ecosystem(id);
  if (found !== undefined) return found;
  throw new Problem({ kind: 'usage', code: 'unknown-ecosystem', what: `There is no ecosystem ${id}` });
}

/** A cleared channel waits for the word of a data provider, so it must have one, or say that it needs none. */
function requireProvider(channel: Channel): void {
  if (channel.mode !== 'cleared' || channel.providers.length > 0 || channel.windowSeconds === null) return;
  throw new PublishRefused(
    'no-provider',
    `${channel.name} has no data provider: name one, or set its objection window to none`,
  );
}

/** What was imported would be wiped by publishing lists over it: such a channel is fed by imports only. */
async function keepImported(db: Transaction, { channel, number }: Manifest): Promise<Published> {
  if (!(await hasEntries(db, channel))) return { status: 'unchanged', number };
  throw new PublishRefused(
    'fed-by-imports',
    `${channel} serves an imported snapshot and is fed by imports only; take its list entries out, or roll back to a snapshot of its own`,
  );
}

async function requireClosed(work: Work, graph: WholeGraph): Promise<void> {
  if (work.channel.mode !== 'cleared') return;
  const targets = work.channel.targets.filter((target) => target.ecosystem === work.ecosystem.id);
  const gaps = gapsIn(
    graph,
    targets.map((target) => target.id),
  );
  if (gaps.length > 0) {
    const named = namedReasons(gaps, (gap) => `${gap.from} needs ${gap.to} on ${gap.target}`);
    throw new PublishRefused('not-closed', `not offered: ${named}`);
  }
  // What only gained releases resolves as it did before; what is new or lost something must show that it does.
  const members = [...work.compared.come, ...(await work.compared.using(work.shelf.lost))];
  const failures = await unresolvedRoots({
    ecosystem: work.ecosystem,
    channel: work.channel,
    blobs: work.deps.blobs,
    allowSdists: await work.deps.allowSdists(),
    releases: (name) => work.shelf.releases(name),
    tags: (name) => tagsOf(work.deps, work.ecosystem.id, name),
    members,
  });
  if (failures.length === 0) return;
  const named = namedReasons(failures, (one) => `${one.root} on ${one.target}: ${one.reason}`);
  throw new PublishRefused('does-not-resolve', named);
}

interface Compiled {
  readonly touched: ReadonlySet<string>;
  readonly packages: ReadonlyMap<string, StoredPackage>;
}

async function contentOf(work: Work, { touched, packages }: Compiled): Promise<EcosystemContent> {
  const { deps, compared, ecosystem, previous, shelf, held } = work;
  const shards: Record<string, Digest> = { ...previous?.shards };
  let namesChanged = previous === undefined;
  for (const [id, names] of Map.groupBy([...touched].toSorted(), shardOf)) {
    const old = shards[id];
    const shard = new Map(Object.entries(old === undefined ? {} : parseShard(await deps.blobs.read(old))));
    for (const name of names) {
      const compiled = packages.get(name);
      if (shard.has(name) !== (compiled !== undefined)) namesChanged = true;
      if (compiled === undefined) shard.delete(name);
      else shard.set(name, compiled);
    }
    if (shard.size === 0) delete shards[id];
    else shards[id] = (await deps.blobs.put(canonicalBytes(Object.fromEntries(shard)))).digest;
  }
  const signingKeys = await deps.signingKeys(ecosystem.id);
  const basis: Basis = {
    schema: 'pratique.basis/2',
    entries: compared.entries,
    expanded: await shelf.store(),
    stops: work.allStops.map(({ id, name }) => ({ id, name })),
    ...(Object.keys(held.digests).length === 0 ? {} : { held: held.digests }),
    ...(signingKeys === undefined ? {} : { signingKeys }),
  };
  const stored = await deps.blobs.put(canonicalBytes(basis));
  const keysChanged = signingKeys !== work.basis.signingKeys;
  const isTouched = namesChanged || keysChanged || (ecosystem.protocol.partsKey !== undefined && touched.size > 0);
  const root = isTouched ? await compileRoot(work, { shards, signingKeys }) : (previous?.root ?? []);
  return { shards, root: [...root], basis: stored.digest, ...missingIn(held) };
}

function missingIn({ leftOut, lost }: HeldNow): Pick<EcosystemContent, 'leftOut' | 'lost'> {
  return { leftOut: [...leftOut], ...(lost.length === 0 ? {} : { lost: [...lost] }) };
}

async function compileRoot(
  { ecosystem, deps, shelf }: Work,
  { shards, signingKeys: keys }: Pick<EcosystemContent, 'shards'> & { readonly signingKeys: Digest | undefined },
) {
  const names = (await shelf.graphs()).flatMap((graph) => graph.names);
  const { protocol } = ecosystem;
  const parts = protocol.partsKey === undefined ? [] : await partsIn(deps.blobs, shards);
  const signingKeys = keys === undefined ? undefined : await deps.blobs.read(keys);
  return await storeDocuments(protocol.compileRoot({ names, parts, refused: [], signingKeys }), deps.blobs);
}

async function compilePackages(
  work: Work,
  { touched, graph }: { readonly touched: ReadonlySet<string>; readonly graph: WholeGraph },
): Promise<ReadonlyMap<string, StoredPackage>> {
  const { deps, db, channel, ecosystem, shelf } = work;
  const offered = new Map<string, readonly ExpandedRelease[]>();
  for (const name of touched) {
    const releases = await shelf.releases(name);
    if (releases.length > 0) offered.set(name, releases);
  }
  const purls = [...offered.values()].flat().map((release) => release.purl);
  const why = whyPaths(graph, purls);
  const states = offered.size === 0 ? [] : await requestStates(db, [...offered.keys()]);
  const requests = Map.groupBy(
    states.filter((one) => one.channel === channel.name && one.ecosystem === ecosystem.id),
    (one) => one.name,
  );
  const missing = missingByName(work.held);
  const stopsOf = (name: string) => work.stops.get(name) ?? [];
  const compiled = new Map<string, StoredPackage>();
  const waiting = [...offered];
  const worker = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [name, releases] = next;
      const facts = {
        channel: channel.name,
        ecosystem,
        name,
        offered: releases,
        upstream: await deps.upstreamListing(ecosystem.id, name),
        stops: stopsOf(name),
        heldUp: (version: string) => heldUpBy(missing(name), stopsOf, { name, version }),
        requests: requests.get(name) ?? [],
        why,
      };
      compiled.set(name, await compilePackage(facts, deps.blobs));
    }
  };
  await Promise.all(Array.from({ length: COMPILED_AT_ONCE }, worker));
  return compiled;
}

function digestOf(content: Content): Digest {
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
}
