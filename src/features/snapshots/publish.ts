/** Publishing: compile what changed, prove that the set is closed, sign, and move the pointer with one insert. */
import { createHash } from 'node:crypto';
import { canonicalBytes, canonicalJson } from '../../domain/canonical-json.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Digest } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Transaction } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { compilePackage, storeDocuments } from './compile.ts';
import {
  type Basis,
  type Content,
  type EcosystemContent,
  type LeftOut,
  type Manifest,
  parseBasis,
  parseShard,
} from './content.ts';
import type { SnapshotsDeps } from './deps.ts';
import { type ExpandedRelease, expand, gapsOf, type Member, whyPaths, withoutStopped } from './expanded.ts';
import { manifestOf } from './manifests.ts';
import { unresolvedRoots } from './resolve-again.ts';
import { stopsByPackage } from './stops.ts';
import {
  activeEntries,
  activeStops,
  channelNamed,
  findSnapshot,
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

/** Reasons name this many gaps or roots; the first is what has to be mended anyway. */
const REASONS_NAMED = 5;

/** Packages compiled at once: compression runs on the thread pool, which has four threads. */
const COMPILED_AT_ONCE = 4;

interface Work {
  readonly deps: SnapshotsDeps;
  readonly db: Transaction;
  readonly channel: Channel;
  readonly ecosystem: Ecosystem;
  readonly stops: ReadonlyMap<string, readonly Stop[]>;
  readonly previous: EcosystemContent | undefined;
  readonly kept: readonly Member[];
  readonly leftOut: readonly LeftOut[];
  readonly releases: ReadonlyMap<string, ExpandedRelease>;
}

/** Publishes within one change. Throws `PublishRefused` where the set is not closed. */
export async function publishWithin(
  { deps, trees, change }: { readonly deps: SnapshotsDeps; readonly trees: Trees; readonly change: Change },
  ask: PublishAsk,
): Promise<Published> {
  const { db, now, append } = change;
  await lockChannel(db, ask.channel);
  const channel = await channelNamed(db, ask.channel);
  const ecosystem = ecosystemOf(deps, ask.ecosystem);
  requireProvider(channel);
  const current = await findSnapshot(db, ask.channel);
  const before: Content = current === undefined ? {} : (await manifestOf(deps.blobs, current)).content;
  const previous = before[ask.ecosystem];
  const stops = (await activeStops(db)).filter(
    (stop) => stop.ecosystem === ask.ecosystem && (stop.channel === null || stop.channel === ask.channel),
  );
  const stopsByName = new Map(
    [...stopsByPackage(stops)].map(([key, held]) => [key.slice(ask.ecosystem.length + 1), held]),
  );
  const members =
    channel.mode === 'closed' ? [] : await membersOf(trees, await activeEntries(db, ask.channel, ask.ecosystem));
  const { kept, leftOut } = withoutStopped(members, stopsByName, {
    channel: ask.channel,
    versions: ecosystem.versions,
  });
  const work = { deps, db, channel, ecosystem, stops: stopsByName, previous, kept, leftOut, releases: expand(kept) };

  const basis = basisOf(kept, stops);
  const changed = changedNames(
    previous === undefined ? EMPTY_BASIS : parseBasis(await deps.blobs.read(previous.basis)),
    basis,
  );
  await requireClosed(work, changed);
  const touched = new Set([...changed, ...ask.names]);
  const part = await compileContent(work, { basis, touched });
  const content: Content = { ...before, [ask.ecosystem]: part };
  if (current !== undefined && digestOf(content) === current.content)
    return { status: 'unchanged', number: current.number };

  const number = (current?.number ?? 0) + 1;
  const manifest = await recordSnapshot(
    { deps, db, now },
    { channel: ask.channel, number, content, rolledBackTo: null },
  );
  append({ kind: 'snapshot-published', channel: ask.channel, number, manifest });
  const offered = new Set([...work.releases.values()].map((release) => release.name));
  const compiled = [...touched].filter((name) => offered.has(name));
  return { status: 'published', number, manifest, leftOut, compiled: compiled.toSorted() };
}

/** Writes the manifest, signs it and makes it the current snapshot of its channel. */
export async function recordSnapshot(
  { deps, db, now }: { readonly deps: SnapshotsDeps; readonly db: Transaction; readonly now: Date },
  what: Pick<Manifest, 'channel' | 'number' | 'content' | 'rolledBackTo'>,
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

async function membersOf(trees: Trees, entries: Awaited<ReturnType<typeof activeEntries>>): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const entry of entries) members.push({ entry, tree: await trees.tree(entry.evidence) });
  return members;
}

const EMPTY_BASIS: Basis = { entries: [], stops: [] };

function basisOf(kept: readonly Member[], stops: readonly Stop[]): Basis {
  return {
    entries: kept.map(({ entry, tree }) => ({
      id: entry.id,
      list: entry.list,
      evidence: entry.evidence,
      names: [...tree.names],
    })),
    stops: stops.map(({ id, name }) => ({ id, name })),
  };
}

/** Names of the packages that came, went or changed between two publishings. */
function changedNames(before: Basis, after: Basis): ReadonlySet<string> {
  const names = new Set<string>();
  const key = (entry: Basis['entries'][number]) => `${entry.id} ${entry.list} ${entry.evidence}`;
  const old = new Map(before.entries.map((entry) => [key(entry), entry]));
  for (const entry of after.entries) {
    if (old.delete(key(entry))) continue;
    for (const name of entry.names) names.add(name);
  }
  for (const entry of old.values()) for (const name of entry.names) names.add(name);
  const oldStops = new Map(before.stops.map((stop) => [stop.id, stop.name]));
  for (const stop of after.stops) if (!oldStops.delete(stop.id)) names.add(stop.name);
  for (const name of oldStops.values()) names.add(name);
  return names;
}

async function requireClosed(work: Work, changed: ReadonlySet<string>): Promise<void> {
  if (work.channel.mode !== 'cleared') return;
  const targets = work.channel.targets.filter((target) => target.ecosystem === work.ecosystem.id);
  const gaps = gapsOf(
    [...work.releases.values()],
    targets.map((target) => target.id),
  );
  if (gaps.length > 0) {
    const named = gaps.slice(0, REASONS_NAMED).map((gap) => `${gap.from} needs ${gap.to} on ${gap.target}`);
    throw new PublishRefused('not-closed', `not offered: ${named.join('; ')}${more(gaps.length)}`);
  }
  const members = work.kept.filter(({ tree }) => tree.names.some((name) => changed.has(name)));
  const failures = await unresolvedRoots({
    ecosystem: work.ecosystem,
    channel: work.channel,
    blobs: work.deps.blobs,
    allowSdists: await work.deps.allowSdists(),
    releases: work.releases.values(),
    members,
  });
  if (failures.length === 0) return;
  const named = failures.slice(0, REASONS_NAMED).map((one) => `${one.root} on ${one.target}: ${one.reason}`);
  throw new PublishRefused('does-not-resolve', `${named.join('; ')}${more(failures.length)}`);
}

function more(count: number): string {
  return count > REASONS_NAMED ? `; and ${count - REASONS_NAMED} more` : '';
}

async function compileContent(
  work: Work,
  { basis, touched }: { readonly basis: Basis; readonly touched: ReadonlySet<string> },
): Promise<EcosystemContent> {
  const { deps, previous } = work;
  const packages = await compilePackages(work, touched);
  const shards: Record<string, Digest> = { ...previous?.shards };
  let namesChanged = previous === undefined;
  for (const [id, names] of byShard(touched)) {
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
  const stored = await deps.blobs.put(canonicalBytes(basis));
  const root = namesChanged ? await compileRoot(work) : (previous?.root ?? []);
  return { shards, root: [...root], basis: stored.digest, leftOut: [...work.leftOut] };
}

async function compileRoot(work: Work) {
  const names = new Set([...work.releases.values()].map((release) => release.name));
  return await storeDocuments(work.ecosystem.protocol.compileRoot([...names]), work.deps.blobs);
}

async function compilePackages(work: Work, touched: ReadonlySet<string>) {
  const { deps, db, channel, ecosystem } = work;
  const offered = Map.groupBy(
    [...work.releases.values()].filter((release) => touched.has(release.name)),
    (release) => release.name,
  );
  const purls = new Set([...offered.values()].flat().map((release) => release.purl));
  const why = whyPaths(
    work.kept.filter(({ tree }) => tree.names.some((name) => touched.has(name))),
    purls,
  );
  const states = offered.size === 0 ? [] : await requestStates(db, [...offered.keys()]);
  const requests = Map.groupBy(
    states.filter((one) => one.channel === channel.name && one.ecosystem === ecosystem.id),
    (one) => one.name,
  );
  const compiled = new Map<string, Awaited<ReturnType<typeof compilePackage>>>();
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
        stops: work.stops.get(name) ?? [],
        requests: requests.get(name) ?? [],
        why,
      };
      compiled.set(name, await compilePackage(facts, deps.blobs));
    }
  };
  await Promise.all(Array.from({ length: COMPILED_AT_ONCE }, worker));
  return compiled;
}

/** The shard of a package: 256 of them, so that one is small even among 100,000 packages. */
export function shardOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 2);
}

function byShard(names: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  return Map.groupBy([...names].toSorted(), shardOf);
}

function digestOf(content: Content): Digest {
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
}
