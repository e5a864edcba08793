/** What the resolver may choose from, as packuments: npm's own tree builder asks here and nowhere else. */
import type { PackumentCache } from '@npmcli/arborist';
import type { Distribution } from '../../../domain/distribution.ts';
import type { CandidateRelease, CandidateView } from '../../contract.ts';
import { type Manifest, readManifest } from '../manifest.ts';
import { normaliseName, tarballPath } from '../names.ts';
import { tagsOver } from '../tags.ts';

/** An address that leads nowhere (RFC 6761, `invalid`): nothing is asked of it, since every packument comes from here. */
export const NO_REGISTRY = 'http://registry.invalid/';

/** The fields of a manifest that decide what is installed with it, and where. */
type Needs = Omit<Manifest, 'bin' | 'scripts'>;

/** A release with what decides whether a platform can have it. */
export interface Candidate {
  readonly distribution: Distribution;
  readonly manifest: Needs;
}

/**
 * A release as it is kept: a tree of a thousand packages chooses from some 70,000, most of which are only counted. As JSON
 * their manifests take a tenth of what they take as objects, and few are opened twice.
 */
interface Kept {
  readonly distribution: Distribution;
  /** A `Needs`. */
  readonly manifest: string;
}

/** A package that could not be looked at: nothing may be resolved without it, optional or not. */
class Unreadable extends Error {}

export class CandidatePackuments implements PackumentCache {
  private readonly view: CandidateView;
  private readonly packuments = new Map<string, Promise<object>>();
  /** By name, then by version. */
  private readonly kept = new Map<string, ReadonlyMap<string, Kept>>();
  /** Why something could not be read; whatever was resolved is then not believed. */
  unreadable: string | undefined;

  constructor(view: CandidateView) {
    this.view = view;
  }

  /** Everything is here: what is not can be had nowhere. */
  has(): boolean {
    return true;
  }

  get(key: string): Promise<object> {
    const name = nameOf(key);
    const known = this.packuments.get(name);
    if (known !== undefined) return known;
    const reading = this.read(name);
    this.packuments.set(name, reading);
    return reading;
  }

  set(): void {}
  delete(): void {}

  /** The release of a name and version that was handed out. */
  candidate(name: string, version: string): Candidate | undefined {
    const kept = this.kept.get(name)?.get(version);
    return kept === undefined ? undefined : { distribution: kept.distribution, manifest: opened(kept) };
  }

  private async read(name: string): Promise<object> {
    const answer = normaliseName(name) === undefined ? ({ status: 'unknown' } as const) : await this.view.package(name);
    if (answer.status === 'unknown') throw Object.assign(new Error(`no source knows ${name}`), { code: 'E404', name });
    if (answer.status === 'unreadable') throw this.failed(answer.reason);
    const kept = new Map<string, Kept>();
    await Promise.all(
      answer.releases.map(async (release) => {
        const one = await this.keep(name, release);
        if (one !== undefined) kept.set(release.version, one);
      }),
    );
    this.kept.set(name, kept);
    const [settled, young]: [string[], string[]] = [[], []];
    for (const { version, preference } of answer.releases)
      if (kept.has(version)) (preference === 0 ? settled : young).push(version);
    return {
      name,
      'dist-tags': tagsOver(answer.tags ?? {}, settled.length > 0 ? settled : young),
      versions: manifestsOf(name, settled, kept),
      // npm takes a staged version only where no other fits: what policy asks of releases that are still cooling down.
      stagedVersions: { versions: manifestsOf(name, young, kept) },
    };
  }

  private async keep(name: string, { version, distributions }: CandidateRelease): Promise<Kept | undefined> {
    const [distribution] = distributions;
    if (distribution === undefined) return undefined;
    const answer = await this.view.metadata(distribution);
    if ('unreadable' in answer) throw this.failed(answer.unreadable);
    const manifest = readManifest(answer.text);
    if (manifest === undefined) throw this.failed(`the entry of ${name} ${version} is no JSON object`);
    const { bin: _bin, scripts: _scripts, ...needs } = manifest;
    return { distribution, manifest: JSON.stringify(needs) };
  }

  private failed(reason: string): Unreadable {
    this.unreadable ??= reason;
    return new Unreadable(reason);
  }
}

function opened({ manifest }: Kept): Needs {
  return JSON.parse(manifest);
}

/** Manifests by version, each made when it is looked at. */
function manifestsOf(name: string, versions: readonly string[], kept: ReadonlyMap<string, Kept>): object {
  const manifests = {};
  for (const version of versions) {
    const one = kept.get(version);
    if (one === undefined) continue;
    const { distribution } = one;
    const get = () => candidateManifest(opened(one), { name, version, distribution });
    Object.defineProperty(manifests, version, { get, enumerable: true });
  }
  return manifests;
}

/**
 * What npm chooses by, without `os`, `cpu` and `libc`: one tree serves all platforms, and which part of it a platform has
 * is worked out afterwards. A shrinkwrap inside the tarball counts for nothing, as the packuments served say.
 */
function candidateManifest(
  manifest: Needs,
  {
    name,
    version,
    distribution,
  }: { readonly name: string; readonly version: string; readonly distribution: Distribution },
): object {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta, engines, deprecated } = manifest;
  const { bundleDependencies, bundledDependencies } = manifest;
  return {
    ...{ name, version, dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta, engines },
    ...{
      bundleDependencies: bundleDependencies ?? bundledDependencies ?? undefined,
      deprecated: deprecated ?? undefined,
    },
    _hasShrinkwrap: false,
    dist: {
      tarball: `${NO_REGISTRY}${tarballPath(name, distribution.filename)}`,
      ...(distribution.integrity === undefined ? {} : { integrity: distribution.integrity }),
    },
  };
}

/** `full:http://registry.invalid/@scope%2fname`, as pacote keys its cache. */
function nameOf(key: string): string {
  const at = key.indexOf(NO_REGISTRY);
  const escaped = at === -1 ? key : key.slice(at + NO_REGISTRY.length);
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}
