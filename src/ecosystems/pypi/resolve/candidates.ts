import type { Distribution } from '../../../domain/distribution.ts';
import type { StoppedRelease } from '../../../domain/stopped-release.ts';
import type { Target } from '../../../domain/target.ts';
import type { CandidatePackage, CandidateRelease, ResolveOptions } from '../../contract.ts';
import { parseFilename, type WheelFilename } from '../filenames.ts';
import { parseSpecifierSet } from '../specifiers.ts';
import { profileOf, type TargetProfile } from '../targets.ts';
import { compareKeys, parseVersion, type Version } from '../version.ts';

/** A release that the target could install, and the file it would take. */
export interface Candidate {
  readonly name: string;
  /** As the view writes it. */
  readonly version: string;
  readonly parsed: Version;
  readonly distribution: Distribution;
  /** Lower is preferred, whatever the version. */
  readonly preference: number;
  readonly yanked: boolean;
}

/** Why a release cannot be installed on a target: its files are for other targets or sources, or for other Pythons. */
export type Exclusion = 'files' | 'python';

/** A package as one target sees it. */
export interface EligiblePackage {
  readonly known: boolean;
  /** Best first: by preference, then newest. */
  readonly candidates: readonly Candidate[];
  readonly excluded: ReadonlyMap<string, Exclusion>;
  /** Releases that may not be chosen, whatever the target. */
  readonly stopped: readonly StoppedRelease[];
}

/** A package that no source has. */
export const UNKNOWN_PACKAGE: EligiblePackage = { known: false, candidates: [], excluded: new Map(), stopped: [] };

/** The part of a package that a target can install. */
export function eligible(
  name: string,
  found: Exclude<CandidatePackage, { readonly status: 'unreadable' }>,
  { profile, options }: { readonly profile: TargetProfile; readonly options: ResolveOptions },
): EligiblePackage {
  if (found.status === 'unknown') return UNKNOWN_PACKAGE;
  const candidates: Candidate[] = [];
  const excluded = new Map<string, Exclusion>();
  for (const release of found.releases) {
    const parsed = parseVersion(release.version);
    if (parsed === undefined) continue;
    const distribution = best(release.distributions, profile, options);
    if (distribution === undefined) excluded.set(release.version, whyExcluded(release, profile, options));
    else candidates.push(candidateOf(name, release, { parsed, distribution }));
  }
  return { known: true, candidates: candidates.toSorted(byPreference), excluded, stopped: found.stopped ?? [] };
}

function candidateOf(
  name: string,
  release: CandidateRelease,
  chosen: { readonly parsed: Version; readonly distribution: Distribution },
): Candidate {
  const { version, preference } = release;
  return { name, version, preference, yanked: chosen.distribution.yanked !== false, ...chosen };
}

function byPreference(a: Candidate, b: Candidate): number {
  return a.preference - b.preference || compareKeys(b.parsed.key, a.parsed.key);
}

/** The file of a release that a target would install, or `undefined` where none fits. Wheels before source distributions. */
export function bestDistribution(
  distributions: readonly Distribution[],
  target: Target,
  options: ResolveOptions = { allowSdists: false },
): Distribution | undefined {
  return best(distributions, profileOf(target), options);
}

interface Ranked {
  readonly distribution: Distribution;
  readonly rank: number;
  readonly build: WheelFilename['build'];
}

/** As pip sorts the files of one version: not yanked, then by the priority of the tag, then by build tag. */
function best(
  distributions: readonly Distribution[],
  profile: TargetProfile,
  options: ResolveOptions,
): Distribution | undefined {
  let chosen: Ranked | undefined;
  for (const distribution of distributions) {
    if (!fitsPython(distribution, profile)) continue;
    const ranked = rankOf(distribution, profile, options);
    if (ranked !== undefined && (chosen === undefined || compareRanked(ranked, chosen) < 0)) chosen = ranked;
  }
  return chosen?.distribution;
}

function compareRanked(a: Ranked, b: Ranked): number {
  const yanked = Number(a.distribution.yanked !== false) - Number(b.distribution.yanked !== false);
  return yanked || a.rank - b.rank || compareBuilds(b.build, a.build);
}

/** PEP 427: the build tag breaks ties, its number first; a wheel without one comes last. */
function compareBuilds(a: WheelFilename['build'], b: WheelFilename['build']): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a.number.length - b.number.length || compareKeys(a.number, b.number) || compareKeys(a.rest, b.rest);
}

function rankOf(distribution: Distribution, profile: TargetProfile, options: ResolveOptions): Ranked | undefined {
  if (!mayFit(distribution.filename, profile, options)) return undefined;
  const file = parseFilename(distribution.filename);
  if (file === undefined) return undefined;
  if (file.kind === 'sdist') {
    return { distribution, rank: Number.MAX_SAFE_INTEGER, build: undefined };
  }
  let rank: number | undefined;
  for (const tag of file.tags) {
    const one = profile.tagRanks.get(tag);
    if (one !== undefined && (rank === undefined || one < rank)) rank = one;
  }
  return rank === undefined ? undefined : { distribution, rank, build: file.build };
}

/** Packages list thousands of wheels, most of them for other platforms: those need no parsing. */
function mayFit(filename: string, profile: TargetProfile, options: ResolveOptions): boolean {
  if (!filename.endsWith('.whl')) return options.allowSdists;
  const platforms = filename.slice(filename.lastIndexOf('-') + 1, -'.whl'.length).toLowerCase();
  return platforms.split('.').some((platform) => profile.platforms.has(platform));
}

/** PEP 503: the index's claim about the interpreter. One that cannot be read is passed over, as pip does. */
function fitsPython(distribution: Distribution, profile: TargetProfile): boolean {
  if (distribution.requiresRuntime === undefined) return true;
  return parseSpecifierSet(distribution.requiresRuntime)?.matches(profile.pythonVersion) ?? true;
}

function whyExcluded(release: CandidateRelease, profile: TargetProfile, options: ResolveOptions): Exclusion {
  const python = release.distributions.some(
    (file) => !fitsPython(file, profile) && (file.kind === 'sdist' || rankOf(file, profile, options) !== undefined),
  );
  const other = release.distributions.some((file) => fitsPython(file, profile));
  return python && !other ? 'python' : 'files';
}
