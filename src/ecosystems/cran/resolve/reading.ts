/** What one resolution reads of its view: each package and each record once. */
import type { Distribution } from '../../../domain/distribution.ts';
import type { StoppedRelease } from '../../../domain/stopped-release.ts';
import type { CandidateView } from '../../contract.ts';
import { type BinaryTree, fileIn, mayBeSource, treeId } from '../files.ts';
import { readRecord } from '../record.ts';
import { hardRequirements, type Requirement } from '../requirements.ts';
import type { TargetProfile } from '../targets.ts';
import { compareVersions, holds, parseRange } from '../versions.ts';

/** Thrown where something that the answer depends on cannot be read; caught in `resolve`, which makes it a value. */
export class Unreadable extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.name = 'Unreadable';
    this.reason = reason;
  }
}

/** A release that could be chosen, before its record is read. */
export interface Candidate {
  readonly name: string;
  readonly version: string;
  readonly distribution: Distribution;
}

/** A release with what it needs; `unusable` says why it cannot be installed with the target's R. */
export type Read =
  | { readonly usable: true; readonly requirements: readonly Requirement[] }
  | { readonly usable: false; readonly why: string };

export class Reading {
  readonly rVersion: string;
  private readonly view: CandidateView;
  /** The tree that packages come from, where they come built. */
  readonly tree: BinaryTree | undefined;
  private readonly packages = new Map<string, Promise<readonly Candidate[] | undefined>>();
  private readonly stoppedOf = new Map<string, readonly StoppedRelease[]>();
  private readonly records = new Map<Distribution, Promise<Read>>();

  constructor(view: CandidateView, { rVersion, tree }: TargetProfile) {
    this.view = view;
    this.rVersion = rVersion;
    this.tree = tree;
  }

  /** Candidates of a package, the preferred and newest first; `undefined` where no source knows the name. */
  candidates(name: string): Promise<readonly Candidate[] | undefined> {
    const known = this.packages.get(name) ?? this.readPackage(name);
    this.packages.set(name, known);
    return known;
  }

  /** Releases of a package that was read which may not be chosen. */
  stopped(name: string): readonly StoppedRelease[] {
    return this.stoppedOf.get(name) ?? [];
  }

  /** What a candidate needs. */
  requirements(candidate: Candidate): Promise<Read> {
    const known = this.records.get(candidate.distribution) ?? this.readRequirements(candidate);
    this.records.set(candidate.distribution, known);
    return known;
  }

  private async readPackage(name: string): Promise<readonly Candidate[] | undefined> {
    const answer = await this.view.package(name);
    if (answer.status === 'unreadable') throw new Unreadable(answer.reason);
    if (answer.status === 'unknown') return undefined;
    this.stoppedOf.set(name, answer.stopped ?? []);
    return answer.releases
      .toSorted((a, b) => a.preference - b.preference || compareVersions(b.version, a.version))
      .flatMap(({ version, distributions }) => {
        const distribution = fileFor(distributions, this.tree);
        return distribution === undefined ? [] : [{ name, version, distribution }];
      });
  }

  private async readRequirements({ name, version, distribution }: Candidate): Promise<Read> {
    // The index says which R a current release takes: no need to read more of one that does not fit.
    const stated = parseRange(distribution.requiresRuntime ?? '') ?? [];
    const missed = stated.find((comparison) => !holds(this.rVersion, comparison));
    if (missed !== undefined) return unfit(name, version, `needs R ${missed.operator} ${missed.version}`);
    const metadata = await this.view.metadata(distribution);
    if ('unreadable' in metadata) throw new Unreadable(`${name} ${version}: ${metadata.unreadable}`);
    const record = readRecord(metadata.text);
    if (record === undefined) return unfit(name, version, 'has a record that cannot be read');
    const all = hardRequirements(record.fields);
    if (all === undefined) return unfit(name, version, 'names its requirements in a way that cannot be read');
    for (const { comparisons } of all.filter((one) => one.name === 'R')) {
      const unmet = comparisons.find((comparison) => !holds(this.rVersion, comparison));
      if (unmet !== undefined) return unfit(name, version, `needs R ${unmet.operator} ${unmet.version}`);
    }
    return { usable: true, requirements: all.filter((one) => one.name !== 'R') };
  }
}

/**
 * The file that is installed of a release: the one that was built for the target. On Linux repositories of built packages
 * have the source package where they have none, and R builds it; elsewhere people have no compilers.
 */
export function fileFor(
  distributions: readonly Distribution[],
  tree: BinaryTree | undefined,
): Distribution | undefined {
  const source = () => distributions.find(({ kind }) => kind === 'tarball');
  if (tree === undefined) return source();
  const built = distributions.find(({ kind, filename }) => {
    const own = kind === 'binary' ? fileIn(filename)?.tree : undefined;
    return own !== undefined && treeId(own) === treeId(tree);
  });
  return built ?? (mayBeSource(tree) ? source() : undefined);
}

function unfit(name: string, version: string, why: string): Read {
  return { usable: false, why: `${name} ${version} ${why}` };
}
