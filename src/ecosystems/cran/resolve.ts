/**
 * What `install.packages()` brings along. R has no solver: it takes the one version that a repository lists. The search
 * here goes back to an older one where the newest does not fit the target's R, a range, or what policy lets through.
 */
import { Problem } from '../../domain/problem.ts';
import type { Target } from '../../domain/target.ts';
import type {
  CandidateView,
  DependencyRules,
  Resolution,
  ResolvedRelease,
  ResolveOptions,
  RootRequirement,
} from '../contract.ts';
import { BASE_PACKAGES, type Requirement } from './requirements.ts';
import { fileFor, Reading, Unreadable } from './resolve/reading.ts';
import { type Found, Search, type Wish } from './resolve/search.ts';
import { profileOf } from './targets.ts';
import { parseRange } from './versions.ts';

async function resolve(
  roots: readonly RootRequirement[],
  view: CandidateView,
  target: Target,
  { asClientsChoose = false }: ResolveOptions,
): Promise<Resolution> {
  const wishes = roots.map(wishOf);
  const search = new Search(new Reading(view, profileOf(target)), { newestOnly: asClientsChoose });
  try {
    const result = await search.run(wishes);
    if (result.status === 'stopped') return { ...result.stop, status: 'unsatisfiable', target: target.id };
    const asked = new Set(roots.map(({ name }) => name));
    return {
      status: 'resolved',
      target: target.id,
      releases: releasesIn(result, asked),
      builds: [],
      warnings: [],
    };
  } catch (error) {
    if (error instanceof Unreadable) return { status: 'unreadable', target: target.id, reason: error.reason };
    throw error;
  }
}

function wishOf({ name, range }: RootRequirement): Wish {
  const comparisons = parseRange(range ?? '');
  if (comparisons !== undefined) return { requirement: { name, comparisons }, by: undefined };
  throw new Problem({
    kind: 'usage',
    code: 'bad-range',
    what: `${JSON.stringify(range)} is no range of versions for ${name}`,
    next: 'Write a range like == 1.2-3 or >= 1.0, < 2 (Writing R Extensions, 1.1.3).',
  });
}

function releasesIn({ chosen }: Found, asked: ReadonlySet<string>): readonly ResolvedRelease[] {
  return [...chosen.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version, distribution, requirements }) => ({
      ...{ name, version, extras: [], distribution },
      needs: needsOf(requirements, chosen),
      isRoot: asked.has(name),
    }));
}

function needsOf(requirements: readonly Requirement[], chosen: Found['chosen']) {
  const names = [...new Set(requirements.map(({ name }) => name))].toSorted();
  return names.flatMap((name) => {
    const release = BASE_PACKAGES.has(name) ? undefined : chosen.get(name);
    return release === undefined ? [] : [{ name, version: release.version }];
  });
}

/** The dependency rules of R: a release has one source package for all platforms, and one built file for each tree. */
export const cranDependencies: DependencyRules = {
  version: 1,
  choose: (distributions, target) => fileFor(distributions, profileOf(target).tree),
  resolve,
};
