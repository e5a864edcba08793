/** What of a snapshot goes into an image: the core packages and all that they need, per target. Pure. */
import { parsePurl, purlOf } from '../../domain/purl.ts';
import type { StoredPackage } from '../snapshots/read.ts';
import type { ImagedRelease } from './manifest.ts';

type StoredRelease = StoredPackage['releases'][number];

/** A release of the core closure, with the targets for which it is in. */
export interface Chosen {
  readonly name: string;
  readonly version: string;
  readonly isCore: boolean;
  readonly targets: ReadonlySet<string>;
  /** Names, by target. */
  readonly neededBy: ReadonlyMap<string, ReadonlySet<string>>;
  readonly files: StoredPackage['files'];
}

interface Growing {
  readonly name: string;
  readonly release: StoredRelease;
  readonly files: StoredPackage['files'];
  readonly targets: Set<string>;
  readonly neededBy: Map<string, Set<string>>;
}

interface Step {
  readonly purl: string;
  readonly target: string;
  /** Name of what needs it; `undefined` for what is core itself. */
  readonly parent: string | undefined;
}

function* coreRoots(ecosystem: string, packages: Readonly<Record<string, StoredPackage>>): Generator<Step> {
  for (const [name, { releases }] of Object.entries(packages))
    for (const { version, targets } of releases.filter(({ state }) => state === 'core'))
      for (const target of targets) yield { purl: purlOf({ ecosystem, name, version }), target, parent: undefined };
}

/** The core closure of one ecosystem's packages, by purl. What is needed and not offered cannot be: the snapshot is closed. */
export function coreClosure(ecosystem: string, packages: Readonly<Record<string, StoredPackage>>): readonly Chosen[] {
  const chosen = new Map<string, Growing>();
  const waiting = [...coreRoots(ecosystem, packages)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { purl, target, parent } = next;
    const one = chosen.get(purl) ?? growing(purl, packages);
    if (one === undefined) continue;
    chosen.set(purl, one);
    const parents = one.neededBy.get(target) ?? new Set();
    one.neededBy.set(target, parent === undefined ? parents : parents.add(parent));
    if (one.targets.has(target)) continue;
    one.targets.add(target);
    for (const need of one.release.needs)
      if (need.target === target) waiting.push({ purl: need.to, target, parent: one.name });
  }
  return [...chosen]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { name, release, files, targets, neededBy }]) => {
      return { name, version: release.version, isCore: release.state === 'core', targets, neededBy, files };
    });
}

function growing(purl: string, packages: Readonly<Record<string, StoredPackage>>): Growing | undefined {
  const { name, version } = parsePurl(purl) ?? {};
  const stored = name === undefined ? undefined : packages[name];
  const release = stored?.releases.find((one) => one.version === version);
  if (name === undefined || stored === undefined || release === undefined) return undefined;
  const files = stored.files.filter((file) => file.version === version);
  return { name, release, files, targets: new Set(), neededBy: new Map() };
}

/** A release as the contents list names it. */
export function listed(ecosystem: string, { name, version, isCore, targets, neededBy, files }: Chosen): ImagedRelease {
  const parents = new Set([...neededBy.values()].flatMap((names) => [...names]));
  return {
    purl: purlOf({ ecosystem, name, version }),
    ...{ ecosystem, name, version, list: isCore ? 'core' : 'dependency' },
    targets: [...targets].toSorted(),
    neededBy: [...parents].toSorted(),
    files: files.map(({ filename, sha256, size }) => ({ filename, sha256, size })),
  };
}
