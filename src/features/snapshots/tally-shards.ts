/** Tallies as they are stored: 256 shards by package name, target lists written once per shard. */
import { z } from 'zod';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { DISTRIBUTION_KINDS } from '../../domain/distribution.ts';
import type { VettedFile } from '../../domain/evidence.ts';
import { fileKey, type PackageTally, releaseOf, splitTargets, type Tally } from './tally.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'no digest');
const count = z.number().int().positive();
/** Place in the shard's list of target lists. */
const set = z.number().int().nonnegative();

const derivedFileSchema = z.object({
  ...{ filename: z.string(), sha256: digest, size: z.number(), removed: z.number() },
  ...{ attestation: digest, attestationSize: z.number(), publicKey: z.string() },
});
const fileSchema = z.object({
  filename: z.string(),
  sha256: digest,
  size: z.number(),
  kind: z.enum(DISTRIBUTION_KINDS),
  uploadedAt: z.string().nullable(),
  requiresRuntime: z.string().nullable(),
  yanked: z.union([z.string(), z.literal(false)]),
  metadataSha256: digest.nullable(),
  source: z.string(),
  buildRequires: z.array(z.string()).optional(),
  derived: derivedFileSchema.optional(),
  attestations: digest.optional(),
});
/** A vetted file as it is stored; which targets took it says nothing about the file. */
export const vettedFileSchema = fileSchema.transform(({ uploadedAt, requiresRuntime, metadataSha256, ...file }) => ({
  ...file,
  uploadedAt: uploadedAt ?? undefined,
  requiresRuntime: requiresRuntime ?? undefined,
  metadataSha256: metadataSha256 ?? undefined,
  targets: [],
}));

/** What `vettedFileSchema` reads back. */
export function storedFile({ targets: _, uploadedAt, requiresRuntime, metadataSha256, ...rest }: VettedFile) {
  return {
    ...rest,
    uploadedAt: uploadedAt ?? null,
    requiresRuntime: requiresRuntime ?? null,
    metadataSha256: metadataSha256 ?? null,
  };
}

const tallySchema = z.object({
  /** Core, accepted, dependency. */
  states: z.tuple([z.number(), z.number(), z.number()]),
  targets: z.array(z.tuple([set, count])),
  needs: z.array(z.tuple([z.string(), set, count])),
  files: z.array(z.tuple([count, vettedFileSchema])),
});
const shardSchema = z.object({
  sets: z.array(z.string()),
  packages: z.record(z.string(), z.record(z.string(), tallySchema)),
});

/** Packages of one shard by name. */
export type TallyShard = Map<string, PackageTally>;

export function parseTallyShard(bytes: Uint8Array): TallyShard {
  const { sets, packages } = shardSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  const at = (index: number) => sets[index] ?? '';
  return new Map(
    Object.entries(packages).map(([name, versions]) => [
      name,
      new Map(Object.entries(versions).map(([version, stored]) => [version, tallyOf(version, stored, at)])),
    ]),
  );
}

function tallyOf(version: string, stored: z.infer<typeof tallySchema>, at: (set: number) => string): Tally {
  const [core, accepted, dependency] = stored.states;
  const files = stored.files.map(([count, what]) => ({ key: fileKey(what), what, count }));
  return {
    version,
    states: { core, accepted, dependency },
    targets: new Map(stored.targets.map(([set, count]) => [at(set), { what: at(set), count }])),
    needs: new Map(
      stored.needs.map(([to, set, count]) => [`${to} ${at(set)}`, { what: { to, targets: at(set) }, count }]),
    ),
    files: new Map(files.map(({ key, what, count }) => [key, { what, count }])),
  };
}

/** Canonical bytes: the same tallies give the same digest. */
export function tallyShardBytes(shard: TallyShard): Uint8Array {
  const lists = new Set<string>();
  for (const versions of shard.values())
    for (const { targets, needs } of versions.values()) {
      for (const list of targets.keys()) lists.add(list);
      for (const { what } of needs.values()) lists.add(what.targets);
    }
  const sets = [...lists].toSorted();
  const places = new Map(sets.map((list, place) => [list, place]));
  const place = (list: string) => places.get(list) ?? 0;
  const packages = Object.fromEntries(
    [...shard].map(([name, versions]) => [
      name,
      Object.fromEntries([...versions].map(([version, tally]) => [version, storedTally(tally, place)])),
    ]),
  );
  return canonicalBytes({ sets, packages });
}

function storedTally({ states, targets, needs, files }: Tally, place: (list: string) => number) {
  return {
    states: [states.core, states.accepted, states.dependency],
    targets: sortedByKey(targets).map(({ what, count }) => [place(what), count]),
    needs: sortedByKey(needs).map(({ what, count }) => [what.to, place(what.targets), count]),
    files: sortedByKey(files).map(({ what, count }) => [count, storedFile(what)]),
  };
}

function sortedByKey<T>(counted: ReadonlyMap<string, T>): readonly T[] {
  return [...counted].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, value]) => value);
}

/** What the closed-set check and the paths need of a shard, without an object per edge. */
export interface GraphShard {
  readonly names: readonly string[];
  readonly purls: readonly string[];
  /** 1 for a release that an entry asks for. */
  readonly roots: Uint8Array;
  /** Targets of each release. */
  readonly targets: readonly (readonly string[])[];
  /** Edges of release `r`: `edgeStart[r]` up to `edgeStart[r + 1]`, places in `ends` and `lists`. */
  readonly edgeStart: Uint32Array;
  readonly edgeTo: Uint32Array;
  readonly edgeList: Uint32Array;
  readonly ends: readonly string[];
  readonly lists: readonly (readonly string[])[];
}

export function graphShardOf(ecosystem: string, shard: TallyShard): GraphShard {
  const ends = places<string>((end) => end);
  const lists = places<readonly string[]>(splitTargets);
  const [purls, roots, targets] = [[] as string[], [] as number[], [] as (readonly string[])[]];
  const [edgeStart, edgeTo, edgeList] = [[0], [] as number[], [] as number[]];
  for (const [name, versions] of [...shard].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [, tally] of [...versions].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const release = releaseOf(ecosystem, name, { ...tally, needs: new Map(), files: new Map() });
      purls.push(release.purl);
      roots.push(release.state === 'dependency' ? 0 : 1);
      // One list for all releases with the same targets.
      targets.push(lists.values[lists.place(release.targets.join(','))] ?? []);
      for (const { what } of tally.needs.values()) {
        edgeTo.push(ends.place(what.to));
        edgeList.push(lists.place(what.targets));
      }
      edgeStart.push(edgeTo.length);
    }
  }
  return {
    names: [...shard.keys()].toSorted(),
    purls,
    roots: Uint8Array.from(roots),
    targets,
    edgeStart: Uint32Array.from(edgeStart),
    edgeTo: Uint32Array.from(edgeTo),
    edgeList: Uint32Array.from(edgeList),
    ends: ends.values,
    lists: lists.values,
  };
}

function places<T>(make: (text: string) => T) {
  const known = new Map<string, number>();
  const values: T[] = [];
  const place = (text: string): number => {
    const found = known.get(text);
    if (found !== undefined) return found;
    known.set(text, values.length);
    return values.push(make(text)) - 1;
  };
  return { values, place };
}
