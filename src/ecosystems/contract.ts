/**
 * What an ecosystem is: the rules by which one community names, versions, resolves and serves packages.
 * A new ecosystem is a folder that implements `Ecosystem`, and one line in `catalog.ts`.
 */
import type { ContentFile, WalkOutcome } from '../domain/content.ts';
import type { Derivation } from '../domain/derivation.ts';
import type { Distribution, UpstreamPackage } from '../domain/distribution.ts';
import type { Examination } from '../domain/examination.ts';
import type { ImageContents, ImageFile } from '../domain/image.ts';
import type { EcosystemId } from '../domain/purl.ts';
import type { StoppedRelease } from '../domain/stopped-release.ts';
import type { Target } from '../domain/target.ts';
import type { TrialMachine } from '../domain/trial.ts';
import type { Source, UpstreamFetch } from '../domain/upstream.ts';
import type { RegistryProtocol } from './contract-registry.ts';

export {
  type AuditProtocol,
  BASE_BYTE,
  type ClientIntent,
  type HeldUpRelease,
  type IndexDocument,
  type IndexInput,
  type OfferedFile,
  type RefusedFile,
  type RefusedName,
  type RegistryProtocol,
  type RootInput,
  SERVER_BYTE,
} from './contract-registry.ts';

export interface Ecosystem {
  /** Folder name, URL segment after the channel, and purl type. */
  readonly id: EcosystemId;
  /** As people write it: `PyPI`. */
  readonly title: string;
  readonly traits: EcosystemTraits;
  readonly names: NameRules;
  readonly versions: VersionRules;
  readonly targets: TargetRules;
  readonly dependencies: DependencyRules;
  readonly archives: ArchiveRules;
  readonly protocol: RegistryProtocol;
  readonly sources: SourceRules;
  /** The files that an image of these releases installs from, as the stock clients read them. Same contents, same texts. */
  imageFiles(contents: ImageContents): Promise<readonly ImageFile[]>;
  /** How a release is tried; absent where nobody has written it down yet. */
  readonly trials?: TrialRules;
  /** Names that packages may need and that come with the language itself: never asked of any source. */
  readonly comesWithRuntime?: ReadonlySet<string>;
  /** What the stock client needs of itself, offered as ready requests, never cleared by themselves. */
  readonly bootstrap: readonly string[];
  /** A small package that about every upstream has: asked for to see whether one answers. */
  readonly probe: string;
  /** How the stock client installs exactly this release: one line for a person to copy. */
  installCommand(release: { readonly name: string; readonly version: string }): string;
  /** Files in which projects say what they need. */
  readonly projectFiles?: ProjectFileRules;
  /** Reads upstream through the given powers. One reader lives as long as the process. */
  upstream(powers: UpstreamPowers): UpstreamReader;
}

/** Differences between ecosystems as data: who works with all of them reads these and never asks for an id. */
export interface EcosystemTraits {
  /**
   * Where the metadata stands that a tree is resolved from and that is served: `in-file`, of which the index may show a copy
   * (PyPI, CRAN), or `in-index`, in words of the index's own beside those of the file (npm).
   */
  readonly metadata: 'in-file' | 'in-index';
  /**
   * What a client is told at the index where nothing of a name is offered: `tombstones`, a document whose files lead to the
   * refusal (clients that show nothing of a refused index), or the `refusal` itself.
   */
  readonly nothingOffered: 'tombstones' | 'refusal';
  /** Whether index documents are made from the metadata texts of the offered files (`OfferedFile.metadataText`). */
  readonly compilesMetadata: boolean;
  /**
   * What clients choose of an index: `any` version that fits what all others ask (they solve), or the `newest` that their
   * runtime takes, whatever others ask of it (R).
   */
  readonly clientsChoose: 'any' | 'newest';
}

/** A package that a project needs, by its normal name. */
export interface NeededPackage {
  readonly name: string;
  /** The one version; `null` where any will do, or any of a range. */
  readonly version: string | null;
  readonly extras?: readonly string[];
  /** In the ecosystem's own language, where the file names a range and no one version. */
  readonly range?: string;
}

export interface ProjectFileRules {
  /** Whether a file of this name says what a project needs. */
  reads(filename: string): boolean;
  /**
   * `undefined` where the text is not what the name promises; throws a `usage` problem for what no registry has, and for what
   * stands in other files. What is not for any of the targets is left out.
   */
  read(filename: string, text: string, targets?: readonly Target[]): readonly NeededPackage[] | undefined;
}

export interface NameRules {
  /** The normal form, or `undefined` where the text can be no name here. */
  normalise(raw: string): string | undefined;
  /** `name[extra,other]` taken apart; extras are normalised and sorted. */
  parseRequest(raw: string): { readonly name: string; readonly extras: readonly string[] } | undefined;
}

export interface VersionRules {
  normalise(raw: string): string | undefined;
  /** A total order over all texts: what is no version sorts before every version, by code point. */
  compare(a: string, b: string): number;
  isPrerelease(version: string): boolean;
  /** The range that only this version satisfies: `==2.1`. */
  exactly(version: string): string;
  /** Whether the version lies in a range written in the ecosystem's own language; `undefined` where the range is no range. */
  satisfies(version: string, range: string): boolean | undefined;
  /** A range as people write it here, for help and errors. */
  readonly rangeExample: string;
}

export interface TargetRules {
  readonly defaults: readonly Target[];
  /** A target from the operator's words (`cp312-manylinux_2_28_x86_64`), or `undefined`. */
  parse(id: string): Target | undefined;
}

/** One release the resolver may choose. */
export interface CandidateRelease {
  readonly version: string;
  readonly distributions: readonly Distribution[];
  /** Lower is preferred; within one preference the newest version wins. Policy sets it (0 past the cool-down, 1 younger). */
  readonly preference: number;
}

export type CandidatePackage =
  | {
      readonly status: 'found';
      readonly releases: readonly CandidateRelease[];
      /** Releases that upstream has and that may not be chosen: an explanation names them. */
      readonly stopped?: readonly StoppedRelease[];
      /** Names that upstream gives to versions, whether these are candidates or not. */
      readonly tags?: Readonly<Record<string, string>> | undefined;
    }
  /** No source knows the name. */
  | { readonly status: 'unknown' }
  /** It could not be found out: never the same as unknown. */
  | { readonly status: 'unreadable'; readonly reason: string };

/** What the resolver may look at: upstream seen through policy, or a snapshot. */
export interface CandidateView {
  package(name: string): Promise<CandidatePackage>;
  /** The metadata text of a distribution (Core Metadata for PyPI, the version's object of the packument for npm), or why it cannot be read. */
  metadata(distribution: Distribution): Promise<{ readonly text: string } | { readonly unreadable: string }>;
  /** What a source distribution states its build needs; asked only where the resolution chose one. */
  buildRequires(distribution: Distribution): Promise<BuildRequiresAnswer>;
  /** Hears of releases that the resolution will probably hold, while it is not known yet; a resolver may say nothing. */
  chosen?(release: ChosenRelease): void;
}

/** What a resolver has chosen so far and may still give up. */
export interface ChosenRelease {
  readonly name: string;
  readonly version: string;
  readonly distribution: Distribution;
}

export type BuildRequiresAnswer =
  /** Requirements in the ecosystem's own language (PEP 508 for PyPI). */
  | { readonly status: 'found'; readonly requires: readonly string[] }
  /** The file says it in no way that can be read: it cannot be built, today or later. */
  | { readonly status: 'unstated'; readonly reason: string }
  /** It could not be found out now. */
  | { readonly status: 'unreadable'; readonly reason: string };

export interface RootRequirement {
  readonly name: string;
  readonly extras: readonly string[];
  /** A range in the ecosystem's language (`==2.1`), or `null` for any. */
  readonly range: string | null;
}

export interface ResolvedRelease {
  readonly name: string;
  readonly version: string;
  readonly extras: readonly string[];
  /** The file that this target would install. */
  readonly distribution: Distribution;
  /** Releases of the same resolution that this one needs; several of one name where an ecosystem allows it (npm). */
  readonly needs: readonly NeededRelease[];
  /** Whether it answers a root requirement. */
  readonly isRoot: boolean;
}

export interface NeededRelease {
  readonly name: string;
  readonly version: string;
}

/** What building one source distribution needs: resolved on its own, as clients build in an environment of its own. */
export interface BuildEnvironment {
  /** The release that is built; of the resolution itself or of another build environment. */
  readonly of: ResolvedRelease;
  /** Names among `releases` that the build asks for itself. */
  readonly needs: readonly string[];
  readonly releases: readonly ResolvedRelease[];
}

export type Resolution =
  | {
      readonly status: 'resolved';
      readonly target: string;
      readonly releases: readonly ResolvedRelease[];
      /** One for each source distribution that was chosen, for the builds' own requirements too. */
      readonly builds: readonly BuildEnvironment[];
      readonly warnings: readonly string[];
    }
  | {
      readonly status: 'unsatisfiable';
      readonly target: string;
      /**
       * `no-wheel`: only source distributions; `no-match`: nothing in the range or for the interpreter; `conflict`;
       * `unknown-package`; `build-requirement`: a source distribution was chosen, and what builds it cannot be had.
       */
      readonly code: 'no-wheel' | 'no-match' | 'conflict' | 'unknown-package' | 'build-requirement';
      /** Plain words, with the chain of requirements that led there. */
      readonly reason: string;
      /** Name of the package that stops it. */
      readonly name: string;
    }
  | { readonly status: 'unreadable'; readonly target: string; readonly reason: string };

export interface ResolveOptions {
  /** Whether a source distribution may be chosen; then its build requirements are resolved too. */
  readonly allowSdists: boolean;
  /** Whether only what clients themselves would choose counts (`EcosystemTraits.clientsChoose`): set over a snapshot. */
  readonly asClientsChoose?: boolean;
}

export interface DependencyRules {
  /** Raise it whenever `resolve` may answer otherwise for the same view: trees that were kept are resolved anew by that. */
  readonly version: number;
  /** The file of a release that the target would install, or `undefined` where none fits. */
  choose(distributions: readonly Distribution[], target: Target, options: ResolveOptions): Distribution | undefined;
  resolve(
    roots: readonly RootRequirement[],
    view: CandidateView,
    target: Target,
    options: ResolveOptions,
  ): Promise<Resolution>;
}

export interface ArchiveRules {
  /**
   * Opens a file on disk, strictly, within limits. Never unpacks to disk, never runs anything. Runs in the sandbox.
   * `visit` gets the regular files as `walk` gives them, out of the same unpacking; where the examination has a problem,
   * it may not have got all of them, and what it got is void.
   */
  examine(
    path: string,
    expected: { readonly filename: string; readonly name: string; readonly version: string },
    visit?: (file: ContentFile) => void | Promise<void>,
  ): Promise<Examination>;
  /**
   * How a distribution without its test code is made from one that was examined without a problem; `null` where there is
   * nothing to take away, or where it does not apply. Runs in the sandbox; absent where nobody has written it down yet.
   */
  deriveWithoutTests?(path: string, filename: string): Promise<Derivation | null>;
  /**
   * Visits every regular file of a distribution on disk, in archive order, by the same strict reading and limits. Large
   * files give their start. Ends at the first thing that cannot be believed; throws what `visit` throws.
   */
  walk(path: string, filename: string, visit: (file: ContentFile) => void | Promise<void>): Promise<WalkOutcome>;
  /**
   * How the metadata inside a file (`Examination.metadata`) contradicts what the index says of it: one sentence each, for
   * people. Clients resolve by the one and install the other.
   */
  contradictions(inside: string, index: string): readonly string[];
  /** How that metadata contradicts the runtime that the index asks for with the file; absent where indexes state it as metadata alone. */
  contradictsRuntime?(
    inside: string,
    listed: { readonly filename: string; readonly requiresRuntime: string | undefined },
  ): string | undefined;
}

/** What a trial is made with. All paths are of this machine, absolute. */
export interface TrialAsk {
  readonly machine: TrialMachine;
  readonly name: string;
  readonly version: string;
  readonly extras: readonly string[];
  /** The candidate set: the files that the resolver chose for the target, and no others. */
  readonly files: readonly { readonly filename: string; readonly path: string }[];
  /** Where the release's own tests may be, or why there is nothing to look in. */
  readonly source: { readonly filename: string; readonly path: string } | { readonly reason: string };
  /** A folder of the operator with what test runs may use beside the tree; `null` where there is none. */
  readonly tools: string | null;
  /** Seconds of single steps, instead of the usual ones. */
  readonly seconds?: Readonly<Record<string, number>>;
}

/** What to run in a cage: `shown` is all that it sees beside the system. */
export interface TrialCommand {
  readonly command: readonly string[];
  readonly shown: readonly { readonly source: string; readonly at: string }[];
  readonly timeoutMs: number;
}

/** How a release is installed, imported and tested with the stock client of this machine. */
export interface TrialRules {
  /** Raise it when the same files may come out otherwise. */
  readonly version: number;
  /** What this machine can try, asked of its own client; or why nothing. */
  machine(
    run: (command: string, args: readonly string[]) => Promise<string>,
  ): Promise<TrialMachine | { readonly unavailable: string }>;
  /** Whether what a target installs runs on the machine as it is. */
  isHere(machine: TrialMachine, target: Target): boolean;
  /**
   * The program prints one line of JSON for each step that came to its end, `{"step": "install", …}`, then `libraries`,
   * `imports` and `tests`, with the members that `src/domain/trial.ts` gives them; `libraries` has `missing`.
   */
  command(ask: TrialAsk): TrialCommand;
  /** The normal name that a build requirement names; `undefined` where it is none. */
  builtWith(requirement: string): string | undefined;
}

export interface SourceRules {
  /** Asks the client on this machine where it takes packages from. `run` starts the client and returns what it prints. */
  discover(run: (command: string, args: readonly string[]) => Promise<string>): Promise<readonly Source[]>;
}

/** The powers an upstream reader is handed: the network and the stored bytes, nothing else. */
export interface UpstreamPowers {
  readonly sources: readonly Source[];
  /** Names that only sources with `only` may be asked for; normal form, a pattern ends in `*`. */
  readonly reserved?: readonly string[];
  readonly fetch: UpstreamFetch;
  now(): Date;
  /** What channels install on, of every ecosystem: files for other platforms need not be listed. */
  targets?(): Promise<readonly Target[]>;
}

export type UpstreamAnswer =
  | {
      readonly status: 'found';
      readonly package: UpstreamPackage;
      /** Of the documents that it was read from, where each package has some of its own. */
      readonly bytes?: number;
    }
  | { readonly status: 'unknown'; readonly warnings: readonly string[] }
  /** `next` where trying again would not help. */
  | { readonly status: 'unreadable'; readonly reason: string; readonly next?: string };

/** `text`: the metadata of a distribution. `disowned`: what was served as such and is not what the index states of it. */
export type MetadataAnswer =
  | { readonly text: string }
  | { readonly unreadable: string; readonly disowned?: string | undefined };

export interface UpstreamReader {
  readPackage(name: string): Promise<UpstreamAnswer>;
  /** The metadata text of a distribution: sidecar, else range reads, else `unreadable` (the caller fetches the file). */
  readMetadata(distribution: Distribution): Promise<MetadataAnswer>;
  /**
   * All names, where upstream has one index for all packages and clients learn only from it that a name is there. What
   * could not be read is left out: these names lead to refusals, never to bytes.
   */
  listNames?(): Promise<readonly ListedName[]>;
  /**
   * The keys that upstream signs releases with, in the form in which clients ask a registry for them; `undefined` where it
   * publishes none, or does not answer. Absent where clients ask for none.
   */
  signingKeys?(): Promise<Uint8Array | undefined>;
}

/** A package as an index of all packages lists it. */
export interface ListedName {
  readonly name: string;
  readonly version: string;
  /** When the first release of it that is known appeared, RFC 3339, UTC; absent where no list says. */
  readonly appearedAt?: string | undefined;
}
