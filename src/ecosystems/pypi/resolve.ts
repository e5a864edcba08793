import { Problem } from '../../domain/problem.ts';
import type { Target } from '../../domain/target.ts';
import type {
  CandidateView,
  DependencyRules,
  NeededRelease,
  Resolution,
  ResolvedRelease,
  ResolveOptions,
  RootRequirement,
} from '../contract.ts';
import { type Alone, Builds } from './resolve/builds.ts';
import { bestDistribution } from './resolve/candidates.ts';
import { type Demand, demandOf, type Pin } from './resolve/demands.ts';
import { explain, explainTooHard } from './resolve/explain.ts';
import { Reading, Unreadable } from './resolve/reading.ts';
import { Search } from './resolve/search.ts';
import { parseSpecifierSet } from './specifiers.ts';
import { profileOf } from './targets.ts';

/**
 * Resolves as pip does for a target, and for each source distribution that it would build, what the build needs. The
 * answer is a value in every expected case; a `Problem` is thrown only where the caller names a target or a range that is
 * none.
 */
async function resolve(
  roots: readonly RootRequirement[],
  view: CandidateView,
  target: Target,
  options: ResolveOptions,
): Promise<Resolution> {
  const resolveAlone = (some: readonly RootRequirement[]) => resolveRoots(some, { view, target, options });
  const resolution = await resolveAlone(roots);
  if (resolution.status !== 'resolved') return resolution;
  const builds = new Builds({ view, target, resolveAlone });
  const failed = await builds.add(resolution.releases);
  if (failed !== undefined) return failed;
  const warnings = [...new Set([...resolution.warnings, ...builds.warnings])].toSorted();
  return { ...resolution, builds: builds.environments, warnings };
}

interface RootsOn {
  readonly view: CandidateView;
  readonly target: Target;
  readonly options: ResolveOptions;
}

async function resolveRoots(roots: readonly RootRequirement[], { view, target, options }: RootsOn): Promise<Alone> {
  const profile = profileOf(target);
  const demands = roots.map(rootDemand);
  const reading = new Reading({ view, profile, options });
  const search = new Search(reading);
  try {
    const result = await search.run(demands);
    if (result.status === 'found') {
      const releases = collect(result.pins, search, demands);
      return { status: 'resolved', target: target.id, releases, warnings: [...search.warnings].toSorted() };
    }
    const words =
      result.status === 'too-hard'
        ? explainTooHard(result.causes)
        : explain(result.causes, { reading, pythonVersion: profile.pythonVersion, targetId: target.id });
    return { status: 'unsatisfiable', target: target.id, ...words };
  } catch (error) {
    if (error instanceof Unreadable) return { status: 'unreadable', target: target.id, reason: error.reason };
    throw error;
  } finally {
    reading.stop();
  }
}

function rootDemand({ name, extras, range }: RootRequirement): Demand {
  const specifiers = parseSpecifierSet(range ?? '');
  if (specifiers === undefined) {
    throw new Problem({
      kind: 'usage',
      code: 'bad-range',
      what: `${JSON.stringify(range)} is no range of versions for ${name}`,
      next: 'Write a range like ==2.1 or >=1.0,<2 (PEP 440).',
    });
  }
  return demandOf({ name, extras: extras.toSorted(), specifiers, url: undefined }, undefined);
}

interface Collected {
  readonly pin: Pin;
  readonly extras: Set<string>;
  readonly needs: Set<string>;
}

/** One release per name from the pins that the roots lead to; a name and the same name with extras are one. */
function collect(pins: ReadonlyMap<string, Pin>, search: Search, roots: readonly Demand[]): readonly ResolvedRelease[] {
  const byName = new Map<string, Collected>();
  const seen = new Set<string>();
  const open = roots.map((root) => root.identifier);
  for (let identifier = open.pop(); identifier !== undefined; identifier = open.pop()) {
    const pin = pins.get(identifier);
    if (pin === undefined || seen.has(identifier)) continue;
    seen.add(identifier);
    const { name } = pin.candidate;
    const entry = byName.get(name) ?? { pin, extras: new Set(), needs: new Set() };
    byName.set(name, entry);
    const unknown = search.unknownExtrasOf(pin);
    for (const extra of pin.extras) {
      // As pip: an extra that the release does not have is said, not refused.
      if (unknown.includes(extra)) search.warnings.add(`${name} ${pin.candidate.version} has no extra ${extra}`);
      else entry.extras.add(extra);
    }
    for (const demand of search.demandsOf(pin)) {
      open.push(demand.identifier);
      if (demand.name !== name) entry.needs.add(demand.name);
    }
  }
  return [...byName]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { pin, extras, needs }]) => ({
      name,
      version: pin.candidate.version,
      extras: [...extras].toSorted(),
      distribution: pin.candidate.distribution,
      needs: [...needs].toSorted().flatMap((need) => neededOf(byName.get(need)?.pin)),
      isRoot: roots.some((root) => root.name === name),
    }));
}

function neededOf(pin: Pin | undefined): readonly NeededRelease[] {
  return pin === undefined ? [] : [{ name: pin.candidate.name, version: pin.candidate.version }];
}

/** The dependency rules of PyPI: what pip would choose for a target. */
export const pypiDependencies: DependencyRules = { version: 1, choose: bestDistribution, resolve };
