/** Upstream as policy lets the resolver see it: what is refused is not there, what is young comes last. */
import type { Distribution, UpstreamPackage } from '../../domain/distribution.ts';
import { releasedAt } from '../../domain/distribution.ts';
import { purlOf } from '../../domain/purl.ts';
import type { StoppedRelease } from '../../domain/stopped-release.ts';
import type {
  BuildRequiresAnswer,
  CandidatePackage,
  CandidateRelease,
  CandidateView,
  UpstreamReader,
} from '../../ecosystems/contract.ts';
import { type Basis, BasisRecord, type SeenPackage } from './basis.ts';

const MS_PER_DAY = 86_400_000;
/** Past the cool-down, or of unknown age (policy sends that one to review; it is not refused for it). */
const SETTLED = 0;
/** Younger than the cool-down: chosen only where nothing settled fits. */
const YOUNG = 1;

export interface UpstreamViewOptions {
  readonly ecosystem: string;
  readonly reader: UpstreamReader;
  readonly now: Date;
  readonly coolDownDays: number;
  /** What keeps the resolver from choosing a release, in words: a denial, a quarantine, or policy's refusal in the round before. */
  stopOf(name: string, version: string): string | undefined;
  /** Reads the metadata out of the file itself, where upstream has neither sidecar nor ranges; absent where it is the index's. */
  metadataFromFile?(distribution: Distribution): Promise<{ readonly text: string } | { readonly unreadable: string }>;
  /** Reads what the build of a source distribution needs out of the file. */
  buildRequires(distribution: Distribution): Promise<BuildRequiresAnswer>;
}

/** A candidate view that remembers what it read: the listings and sidecars the tree was resolved from. */
export interface UpstreamView extends CandidateView {
  listing(name: string): UpstreamPackage | undefined;
  /** The sidecar text that was used for a file, or that upstream served though its index states another; `undefined` where it was read from the file itself or is the index's. */
  sidecar(distribution: Distribution): string | undefined;
  warnings(): readonly string[];
  /** What was read so far; `undefined` where some of it could not be read, or could not be compared later. */
  basis(): Basis | undefined;
  /** One package as it was read, for comparing. */
  seen(name: string): SeenPackage | undefined;
}

export function createUpstreamView(options: UpstreamViewOptions): UpstreamView {
  const listings = new Map<string, UpstreamPackage>();
  const shown = new Map<string, CandidatePackage>();
  const sidecars = new Map<string, string>();
  const warnings = new Set<string>();
  const record = new BasisRecord();
  const read = async (name: string): Promise<CandidatePackage> => {
    const answer = await options.reader.readPackage(name);
    if (answer.status === 'unreadable') {
      record.doubt();
      return answer;
    }
    if (answer.status === 'unknown') {
      for (const warning of answer.warnings) warnings.add(warning);
      record.unknown(name);
      return { status: 'unknown' };
    }
    listings.set(name, answer.package);
    for (const warning of answer.package.warnings) warnings.add(`${warning.source}: ${warning.what}`);
    const found = candidates(answer.package, options);
    record.found(name, answer.package, found);
    return found;
  };
  return {
    async package(name) {
      // Every target asks for the same packages.
      const known = shown.get(name) ?? (await read(name));
      if (known.status !== 'unreadable') shown.set(name, known);
      return known;
    },
    async metadata(distribution) {
      const answer = await options.reader.readMetadata(distribution);
      if ('unreadable' in answer) {
        // Scanners see what the source served, and say that it is not what its index promised.
        if (answer.disowned !== undefined) sidecars.set(distribution.url, answer.disowned);
        const inside = (await options.metadataFromFile?.(distribution)) ?? answer;
        if ('unreadable' in inside) record.doubt();
        else record.metadata(distribution, inside.text, 'file');
        return inside;
      }
      // What the index itself says can be asked for again, and a tree chooses from tens of thousands of releases.
      if (distribution.metadata !== undefined && options.metadataFromFile !== undefined)
        sidecars.set(distribution.url, answer.text);
      record.metadata(distribution, answer.text, 'upstream');
      return answer;
    },
    async buildRequires(distribution) {
      const answer = await options.buildRequires(distribution);
      record.buildRequires(distribution, answer);
      return answer;
    },
    listing: (name) => listings.get(name),
    sidecar: (distribution) => sidecars.get(distribution.url),
    warnings: () => [...warnings],
    basis: () => record.basis(),
    seen: (name) => record.packageOf(name),
  };
}

function candidates(
  listing: UpstreamPackage,
  options: UpstreamViewOptions,
): Extract<CandidatePackage, { readonly status: 'found' }> {
  const stopped: StoppedRelease[] = [];
  const releases: CandidateRelease[] = [];
  for (const release of listing.releases) {
    const by = options.stopOf(listing.name, release.version);
    if (by === undefined) releases.push({ ...release, preference: preference(releasedAt(release), options) });
    else stopped.push({ version: release.version, by });
  }
  return { status: 'found', releases, stopped, tags: listing.tags };
}

function preference(released: string | undefined, options: UpstreamViewOptions): number {
  const until = coolUntil(released, options.coolDownDays);
  return until !== undefined && until > options.now ? YOUNG : SETTLED;
}

/** When a release is past the cool-down; `undefined` where upstream does not say when it came. */
export function coolUntil(released: string | undefined, coolDownDays: number): Date | undefined {
  return released === undefined ? undefined : new Date(Date.parse(released) + coolDownDays * MS_PER_DAY);
}

/** The key of a release in sets of excluded releases. */
export function releaseKey(ecosystem: string, name: string, version: string): string {
  return purlOf({ ecosystem, name, version });
}
