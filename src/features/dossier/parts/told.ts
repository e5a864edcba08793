/** Everything an evidence set says, flat, each with its pointer; and how findings' data are read. */
import type { Evidence, EvidenceSet, Finding, JsonValue, Severity, VettedRelease } from '../../../domain/evidence.ts';
import type { Pointer } from '../dossier.ts';

export interface Told {
  readonly release: VettedRelease;
  readonly scanner: string;
  readonly finding: Finding;
  readonly at: Pointer;
  /** Pointer to the evidence that it is part of. */
  readonly within: Pointer;
}

export interface Looked {
  readonly release: VettedRelease;
  readonly evidence: Evidence;
  readonly at: Pointer;
}

/** One evidence set, prepared for all parts of the dossier. */
export interface Reading {
  readonly set: EvidenceSet;
  readonly root: VettedRelease;
  readonly looked: readonly Looked[];
  readonly told: readonly Told[];
  /** The same by release: a tree has hundreds. */
  readonly lookedAt: ReadonlyMap<VettedRelease, readonly Looked[]>;
  readonly toldOf: ReadonlyMap<VettedRelease, readonly Told[]>;
  /** Purls from the root down to each release. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

export function pointerTo(release: number, evidence?: number, finding?: number): Pointer {
  const inside = evidence === undefined ? '' : `/evidence/${evidence}`;
  return `/releases/${release}${inside}${finding === undefined ? '' : `/findings/${finding}`}`;
}

/** Prepares a set. A set without its root is none that vetting makes; the first release then stands for it. */
export function readSet(set: EvidenceSet): Reading {
  const looked = set.releases.flatMap((release, at) =>
    release.evidence.map((evidence, index): Looked => ({ release, evidence, at: pointerTo(at, index) })),
  );
  const told = looked.flatMap(({ release, evidence, at }) =>
    evidence.findings.map(
      (finding, index): Told => ({
        ...{ release, scanner: evidence.scanner, finding },
        ...{ at: `${at}/findings/${index}`, within: at },
      }),
    ),
  );
  const root = set.releases.find(({ purl }) => purl === set.root) ?? set.releases[0];
  if (root === undefined) throw new RangeError('an evidence set without releases');
  const lookedAt = Map.groupBy(looked, ({ release }) => release);
  const toldOf = Map.groupBy(told, ({ release }) => release);
  return { set, root, looked, told, lookedAt, toldOf, paths: pathsOf(set) };
}

/** The shortest way from the root to each release, breadth first, in the order of the edges. */
function pathsOf(set: EvidenceSet): ReadonlyMap<string, readonly string[]> {
  const releases = new Map(set.releases.map((release) => [release.purl, release]));
  const paths = new Map<string, readonly string[]>([[set.root, [set.root]]]);
  for (const release of set.releases) if (release.role === 'root') paths.set(release.purl, [release.purl]);
  // A map gives what is put into it while it is walked: this is the queue.
  for (const [purl, path] of paths)
    for (const { to } of releases.get(purl)?.needs ?? []) if (!paths.has(to)) paths.set(to, [...path, to]);
  return paths;
}

/** Findings that describe and claim nothing: neither good nor bad. */
export function isDescription(severity: Severity): boolean {
  return severity === 'info' || severity === 'none';
}

export function textAt(data: Finding['data'], key: string): string | null {
  const value = data[key];
  return typeof value === 'string' ? value : null;
}

export function numberAt(data: Finding['data'], key: string): number | null {
  const value = data[key];
  return typeof value === 'number' ? value : null;
}

export function textsAt(data: Finding['data'], key: string): readonly string[] {
  const value: JsonValue | undefined = data[key];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** `3 packages`, `1 package`; figures in groups of three. */
export function count(number: number, noun: string, plural: string = `${noun}s`): string {
  return `${grouped(number)} ${number === 1 ? noun : plural}`;
}

/** 1234567 as `1 234 567`, whatever the locale of the machine. */
export function grouped(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, '\u202f');
}

/** Bytes in words: decimal units, as the International System has them. */
export function bytes(size: number): string {
  if (size < 1000) return count(size, 'byte');
  const [unit, divisor] = size < 1e6 ? ['kB', 1e3] : size < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${(size / Number(divisor)).toFixed(1)} ${unit}`;
}
