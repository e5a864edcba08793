/** What it takes to build the source distributions of a resolution, as a front end does it (PEP 517, PEP 518). */
import type { Target } from '../../../domain/target.ts';
import type { BuildEnvironment, CandidateView, Resolution, ResolvedRelease, RootRequirement } from '../../contract.ts';
import { evaluateMarker } from '../markers.ts';
import { describeRequirement, parseRequirement, type Requirement } from '../requirements.ts';
import { profileOf } from '../targets.ts';

/** Builds for builds: `hatch-vcs` from source for a package, `hatchling` from source for `hatch-vcs`, and so on. Ordinary: 1. */
const DEEPEST_BUILD = 8;
/** Build environments of one resolution; each is a resolution of its own. A tree of nothing but sources has as many as releases. */
const MOST_BUILDS = 500;

type Failed = Exclude<Resolution, { readonly status: 'resolved' }>;
/** A resolution of the given roots alone, whatever it takes to build them. */
export type Alone = Omit<Extract<Resolution, { readonly status: 'resolved' }>, 'builds'> | Failed;

interface BuildsDeps {
  readonly view: CandidateView;
  readonly target: Target;
  resolveAlone(roots: readonly RootRequirement[]): Promise<Alone>;
}

/**
 * The build environments of one target, each source distribution's once. A requirement for a build is resolved on its
 * own: what the environment that is installed into holds does not matter to it (PEP 518, "isolated environment").
 */
export class Builds {
  private readonly deps: BuildsDeps;
  private readonly found = new Map<string, BuildEnvironment>();
  /** For people: what nobody can know before the build. */
  readonly warnings = new Set<string>();

  constructor(deps: BuildsDeps) {
    this.deps = deps;
  }

  get environments(): readonly BuildEnvironment[] {
    return [...this.found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, environment]) => environment);
  }

  /** Resolves what the source distributions among some releases need; why one cannot be built, or `undefined`. */
  async add(
    releases: readonly ResolvedRelease[],
    within: readonly ResolvedRelease[] = [],
  ): Promise<Failed | undefined> {
    for (const release of releases) {
      if (release.distribution.kind !== 'sdist') continue;
      const failed = await this.addOne(release, within);
      if (failed !== undefined) return failed;
    }
    return undefined;
  }

  private async addOne(of: ResolvedRelease, within: readonly ResolvedRelease[]): Promise<Failed | undefined> {
    const path = [...within, of];
    // PEP 517, "Build requirements": the graph must have no cycles, and a front end that meets one has to stop.
    if (within.some((outer) => keyOf(outer) === keyOf(of))) {
      return this.failed(path, `its build needs ${of.name} ${of.version} itself, which must be built first`, of.name);
    }
    if (this.found.has(keyOf(of))) return undefined;
    if (path.length > DEEPEST_BUILD) return this.failed(path, `more than ${DEEPEST_BUILD} builds in a row`, of.name);
    if (this.found.size >= MOST_BUILDS) return this.failed(path, `more than ${MOST_BUILDS} builds`, of.name);
    const asked = await this.asked(of, path);
    if (!Array.isArray(asked)) return asked;
    const resolution = await this.resolve(asked);
    if (resolution.status === 'unreadable') return resolution;
    if (resolution.status === 'unsatisfiable') return this.failed(path, resolution.reason, resolution.name);
    const failed = await this.add(resolution.releases, path);
    if (failed !== undefined) return failed;
    const needs = [...new Set(asked.map(({ name }) => name))].toSorted();
    this.found.set(keyOf(of), { of, needs, releases: resolution.releases });
    for (const warning of resolution.warnings) this.warnings.add(warning);
    this.warnings.add(
      `${of.distribution.filename} is built from source: its build back end may ask for more than it states, which is only known while it builds (PEP 517, get_requires_for_build_wheel)`,
    );
    return undefined;
  }

  /** The roots of a build on this target. */
  private async asked(
    { name, distribution }: ResolvedRelease,
    path: readonly ResolvedRelease[],
  ): Promise<RootRequirement[] | Failed> {
    const { view, target } = this.deps;
    const answer = await view.buildRequires(distribution);
    if (answer.status === 'unreadable') {
      const reason = `What the build of ${distribution.filename} needs cannot be read: ${answer.reason}`;
      return { status: 'unreadable', target: target.id, reason };
    }
    if (answer.status === 'unstated') return this.failed(path, answer.reason, name);
    const roots: RootRequirement[] = [];
    for (const line of answer.requires) {
      const requirement = parseRequirement(line);
      if (requirement === undefined) {
        return this.failed(path, `its build requirement ${JSON.stringify(line.slice(0, 200))} is none`, name);
      }
      if (!applies(requirement, target)) continue;
      if (requirement.url !== undefined) {
        const reason = `its build requirement ${describeRequirement(requirement)} names a file at an address: only releases of a package index can be vetted`;
        return this.failed(path, reason, requirement.name);
      }
      const { extras, specifiers } = requirement;
      roots.push({ name: requirement.name, extras, range: specifiers.text === '' ? null : specifiers.text });
    }
    return roots;
  }

  private resolve(roots: readonly RootRequirement[]): Promise<Alone> {
    const { target, resolveAlone } = this.deps;
    if (roots.length > 0) return resolveAlone(roots);
    return Promise.resolve({ status: 'resolved', target: target.id, releases: [], warnings: [] });
  }

  private failed(path: readonly ResolvedRelease[], reason: string, name: string): Failed {
    const [built = '', ...outer] = path.map(({ distribution }) => distribution.filename).toReversed();
    const chain = outer.length === 0 ? '' : `, for the build of ${outer.join(', for that of ')}`;
    return {
      status: 'unsatisfiable',
      target: this.deps.target.id,
      code: 'build-requirement',
      reason: `${built} has to be built from source on ${this.deps.target.id}${chain}, and cannot be: ${reason}`,
      name,
    };
  }
}

function applies({ marker }: Requirement, target: Target): boolean {
  return marker === undefined || evaluateMarker(marker, profileOf(target).environment, '');
}

function keyOf({ name, version }: ResolvedRelease): string {
  return `${name} ${version}`;
}
