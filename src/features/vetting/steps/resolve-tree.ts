/** Step 1: one resolution per target, with what builds its source distributions, and the tree they make together. */
import type { Distribution } from '../../../domain/distribution.ts';
import { releasedAt } from '../../../domain/distribution.ts';
import type { Edge, UnavailableTarget } from '../../../domain/evidence.ts';
import { purlOf } from '../../../domain/purl.ts';
import type { Target } from '../../../domain/target.ts';
import type {
  ChosenRelease,
  Ecosystem,
  NeededRelease,
  Resolution,
  ResolvedRelease,
} from '../../../ecosystems/contract.ts';
import type { VetAsk } from '../ask.ts';
import type { UpstreamView } from '../upstream-view.ts';

/** A release of the tree before its files are fetched. */
export interface TreeRelease {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly role: 'root' | 'dependency';
  readonly extras: readonly string[];
  readonly requiredBy: readonly string[];
  readonly needs: readonly Edge[];
  readonly targets: readonly string[];
  readonly releasedAt: string | null;
  /** Files to vet, each with the targets that would install it. */
  readonly files: readonly { readonly distribution: Distribution; readonly targets: readonly string[] }[];
}

export type Tree =
  | {
      readonly status: 'resolved';
      readonly root: string;
      readonly releases: readonly TreeRelease[];
      readonly unavailable: readonly UnavailableTarget[];
      readonly warnings: readonly string[];
    }
  | {
      readonly status: 'unresolvable';
      readonly code: string;
      readonly reason: string;
      readonly targets: readonly UnavailableTarget[];
    }
  | { readonly status: 'unreadable'; readonly reason: string };

export interface ResolveTreeInput {
  readonly ask: VetAsk;
  readonly ecosystem: Ecosystem;
  readonly targets: readonly Target[];
  readonly view: UpstreamView;
  readonly allowSdists: boolean;
  onTarget(done: number, total: number, target: string): void;
  /** Hears of what a resolver has chosen and may still give up. */
  onChosen(release: ChosenRelease): void;
}

/** Resolves for every target; the request can be cleared where at least one target resolves. */
export async function resolveTree(input: ResolveTreeInput): Promise<Tree> {
  const resolutions: Resolution[] = [];
  for (const [index, target] of input.targets.entries()) {
    input.onTarget(index, input.targets.length, target.id);
    const resolution = await resolveOne(input, target);
    if (resolution.status === 'unreadable') return { status: 'unreadable', reason: resolution.reason };
    resolutions.push(resolution);
  }
  return join(input, resolutions);
}

function resolveOne(input: ResolveTreeInput, target: Target): Promise<Resolution> {
  const { ask, ecosystem, allowSdists } = input;
  const view = { ...input.view, chosen: input.onChosen };
  const range = ask.version === null ? null : ecosystem.versions.exactly(ask.version);
  return ecosystem.dependencies.resolve([{ name: ask.name, extras: ask.extras, range }], view, target, { allowSdists });
}

function join(input: ResolveTreeInput, resolutions: readonly Resolution[]): Tree {
  const unavailable: UnavailableTarget[] = [];
  const warnings = new Set<string>();
  const parts = new Map<string, Part[]>();
  let code: string | undefined;
  for (const resolution of resolutions) {
    if (resolution.status === 'unsatisfiable') {
      unavailable.push({ target: resolution.target, reason: resolution.reason });
      code ??= resolution.code;
    }
    if (resolution.status !== 'resolved') continue;
    for (const warning of resolution.warnings) warnings.add(warning);
    for (const part of partsOf(input, resolution)) {
      parts.set(part.purl, [...(parts.get(part.purl) ?? []), part]);
    }
  }
  if (parts.size === 0) {
    const reason = unavailable[0]?.reason ?? 'the channel has no target for this ecosystem';
    return { status: 'unresolvable', code: code ?? 'no-target', reason, targets: unavailable };
  }
  const releases = [...parts.values()].map((same) => release(input, same)).toSorted(byRoleAndName);
  const root = newestRoot(input, releases);
  return { status: 'resolved', root, releases: linkParents(releases), unavailable, warnings: [...warnings] };
}

/** A release in one environment of one target: the one that is installed into, or one that something is built in. */
interface Part {
  readonly purl: string;
  readonly target: string;
  readonly resolved: ResolvedRelease;
  /** Whether it is what was asked for, not a release of the same package that a build needs. */
  readonly isRoot: boolean;
  readonly needs: readonly Edge[];
}

/** What is installed, what builds it, and from each release that is built an edge to what its build asks for. */
function partsOf(
  { ecosystem }: ResolveTreeInput,
  { target, releases, builds }: Extract<Resolution, { status: 'resolved' }>,
): readonly Part[] {
  const purl = ({ name, version }: NeededRelease) => purlOf({ ecosystem: ecosystem.id, name, version });
  const partsIn = (environment: readonly ResolvedRelease[], isInstalled: boolean): readonly Part[] => {
    return environment.map((resolved) => ({
      ...{ purl: purl(resolved), target, resolved, isRoot: isInstalled && resolved.isRoot },
      needs: resolved.needs.map((one) => ({ target, to: purl(one) })),
    }));
  };
  const building = builds.flatMap(({ of, needs, releases: environment }): readonly Part[] => {
    const asked = environment.filter(({ name }) => needs.includes(name)).map((one) => ({ target, to: purl(one) }));
    return [{ purl: purl(of), target, resolved: of, isRoot: false, needs: asked }, ...partsIn(environment, false)];
  });
  return [...partsIn(releases, true), ...building];
}

function release({ view }: ResolveTreeInput, parts: readonly Part[]): TreeRelease {
  const [first] = parts;
  if (first === undefined) throw new RangeError('a release without a part');
  const { name, version } = first.resolved;
  const files = new Map<string, { readonly distribution: Distribution; readonly targets: Set<string> }>();
  for (const { resolved, target } of parts) {
    const file = files.get(resolved.distribution.filename) ?? {
      distribution: resolved.distribution,
      targets: new Set(),
    };
    file.targets.add(target);
    files.set(resolved.distribution.filename, file);
  }
  const upstream = view.listing(name)?.releases.find((one) => one.version === version);
  return {
    purl: first.purl,
    name,
    version,
    role: parts.some((part) => part.isRoot) ? 'root' : 'dependency',
    extras: [...new Set(parts.flatMap((part) => part.resolved.extras))].toSorted(),
    requiredBy: [],
    needs: [...new Map(parts.flatMap((part) => part.needs).map((one) => [`${one.target} ${one.to}`, one])).values()],
    targets: [...new Set(parts.map((part) => part.target))],
    releasedAt: (upstream === undefined ? undefined : releasedAt(upstream)) ?? null,
    files: [...files.values()].map(({ distribution, targets }) => ({ distribution, targets: [...targets] })),
  };
}

/** Targets may pick different versions of the root; the newest one names the tree. */
function newestRoot({ ecosystem }: ResolveTreeInput, releases: readonly TreeRelease[]): string {
  const roots = releases.filter((one) => one.role === 'root');
  const [newest] = roots.toSorted((a, b) => ecosystem.versions.compare(b.version, a.version));
  return newest?.purl ?? '';
}

function linkParents(releases: readonly TreeRelease[]): readonly TreeRelease[] {
  const parents = new Map<string, Set<string>>();
  for (const one of releases) {
    for (const edge of one.needs) parents.set(edge.to, (parents.get(edge.to) ?? new Set()).add(one.purl));
  }
  return releases.map((one) => ({
    ...one,
    requiredBy: [...(parents.get(one.purl) ?? [])].filter((purl) => purl !== one.purl).toSorted(),
  }));
}

function byRoleAndName(a: TreeRelease, b: TreeRelease): number {
  if (a.role !== b.role) return a.role === 'root' ? -1 : 1;
  return a.purl < b.purl ? -1 : a.purl > b.purl ? 1 : 0;
}
