/** What the resolver may choose from, as packuments: npm's own tree builder asks here and nowhere else. */
import type { PackumentCache } from '@npmcli/arborist';
import type { Distribution } from '../../../domain/distribution.ts';
import { type StoppedRelease, stoppedWords } from '../../../domain/stopped-release.ts';
import type { CandidateRelease, CandidateView } from '../../contract.ts';
import { bundledIn, isOfRegistry, type Manifest, readManifest } from '../manifest.ts';
import { normaliseName, tarballPath } from '../names.ts';
import { tagsOver } from '../tags.ts';
import { npmVersions } from '../versions.ts';
import type { LikelyPackage } from './ahead.ts';

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

/** As npm reads it. */
interface Packument {
  readonly name: string;
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: object;
  readonly stagedVersions: { readonly versions: object };
}

export class CandidatePackuments implements PackumentCache {
  private readonly view: CandidateView;
  private readonly packuments = new Map<string, Promise<Packument>>();
  /** By name, then by version. */
  private readonly kept = new Map<string, ReadonlyMap<string, Kept>>();
  private readonly stopped = new Map<string, readonly StoppedRelease[]>();
  /** Why something could not be read; whatever was resolved is then not believed. */
  unreadable: string | undefined;

  constructor(view: CandidateView) {
    this.view = view;
  }

  /** Everything is here: what is not can be had nowhere. */
  has(): boolean {
    return true;
  }

  async get(key: string): Promise<object> {
    try {
      return await this.packument(nameOf(key));
    } catch (error) {
      if (error instanceof Unreadable) this.unreadable ??= error.message;
      throw error;
    }
  }

  set(): void {}
  delete(): void {}

  /** The release of a name and version that was handed out. */
  candidate(name: string, version: string): Candidate | undefined {
    const kept = this.kept.get(name)?.get(version);
    return kept === undefined ? undefined : { distribution: kept.distribution, manifest: opened(kept) };
  }

  /** What of a name lies in a range and may not be used; every version where npm names no range. */
  stoppedIn(name: string, range: string | undefined): string | undefined {
    const all = this.stopped.get(name) ?? [];
    const lies = (version: string) => range === undefined || npmVersions.satisfies(version, range) !== false;
    return stoppedWords(
      name,
      all.filter(({ version }) => lies(version)),
      npmVersions.compare,
    );
  }

  /** For who reads ahead: nothing was asked of what cannot be read, so nothing fails by it yet. */
  async likely(name: string): Promise<LikelyPackage | undefined> {
    const packument = await this.packument(name).catch(() => undefined);
    if (packument === undefined) return undefined;
    const settled = Object.keys(packument.versions);
    return {
      versions: settled.length > 0 ? settled : Object.keys(packument.stagedVersions.versions),
      tags: packument['dist-tags'],
      needs: (version) => neededFrom(this.candidate(name, version)?.manifest),
    };
  }

  private packument(name: string): Promise<Packument> {
    const known = this.packuments.get(name);
    if (known !== undefined) return known;
    const reading = this.read(name);
    this.packuments.set(name, reading);
    return reading;
  }

  private async read(name: string): Promise<Packument> {
    const answer = normaliseName(name) === undefined ? ({ status: 'unknown' } as const) : await this.view.package(name);
    if (answer.status === 'unknown') throw Object.assign(new Error(`no source knows ${name}`), { code: 'E404', name });
    if (answer.status === 'unreadable') throw new Unreadable(answer.reason);
    this.stopped.set(name, answer.stopped ?? []);
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
    if ('unreadable' in answer) throw new Unreadable(answer.unreadable);
    const manifest = readManifest(answer.text);
    if (manifest === undefined) throw new Unreadable(`the entry of ${name} ${version} is no JSON object`);
    const { bin: _bin, scripts: _scripts, ...needs } = manifest;
    return { distribution, manifest: JSON.stringify(needs) };
  }
}

function opened({ manifest }: Kept): Needs {
  return JSON.parse(manifest);
}

/** What an install brings along: names with the ranges of releases that a registry can have. */
function neededFrom(manifest: Needs | undefined): Readonly<Record<string, string>> {
  if (manifest === undefined) return {};
  const bundled = bundledIn(manifest);
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifest;
  // A peer that is optional is read by npm only where something else brings it.
  const peers = Object.entries(peerDependencies).filter(([name]) => peerDependenciesMeta[name] === undefined);
  const all = [...peers, ...Object.entries(dependencies), ...Object.entries(optionalDependencies)];
  return Object.fromEntries(all.filter(([name, spec]) => !bundled.includes(name) && isOfRegistry(spec)));
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
