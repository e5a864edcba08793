/** What a registry of an ecosystem answers its clients: the part of the contract that serving and publishing use. */
import type { Advisory } from '../domain/advisory.ts';
import type { AuditQuestion, SearchHit } from '../domain/client-questions.ts';
import type { Digest } from '../domain/digest.ts';
import type { UpstreamPackage } from '../domain/distribution.ts';
import type { RefusalState } from '../domain/refusal.ts';
import type { ReleaseState } from '../domain/states.ts';

/** A file a snapshot offers. */
export interface OfferedFile {
  readonly filename: string;
  readonly sha256: Digest;
  readonly size: number;
  readonly uploadedAt: string | undefined;
  readonly requiresRuntime: string | undefined;
  readonly yanked: string | false;
  readonly metadataSha256: Digest | undefined;
  /** The metadata text itself, where documents are made from it (`EcosystemTraits.compilesMetadata`). */
  readonly metadataText?: string | undefined;
  /** What upstream published as its attestations, byte for byte; where documents are made from metadata texts too. */
  readonly attestationBytes?: Uint8Array | undefined;
}

/** A release that exists upstream and is not offered: shown so that a client that asks for it hears why not. */
export interface RefusedFile {
  readonly filename: string;
  readonly sha256: Digest | undefined;
  readonly integrity?: string | undefined;
  readonly size: number | undefined;
  readonly uploadedAt: string | undefined;
  readonly requiresRuntime: string | undefined;
}

/** Everything a package's index documents are made from. Same input, same bytes. */
export interface IndexInput {
  readonly name: string;
  /** The channel whose index it is: the page that a refusal leads to tells of this one. */
  readonly channel: string;
  /** What upstream says of the whole project (PEP 792), where it says something. */
  readonly status?: { readonly status: string; readonly reason: string | undefined } | undefined;
  readonly tags?: UpstreamPackage['tags'];
  readonly about?: UpstreamPackage['about'];
  readonly offered: readonly {
    readonly version: string;
    readonly files: readonly OfferedFile[];
    /** Purls of the releases that it needs, over all targets; absent where that is not known. */
    readonly needs?: readonly string[] | undefined;
  }[];
  readonly refused: readonly {
    readonly version: string;
    /** `closed` where the channel serves nothing. */
    readonly state: ReleaseState | 'closed';
    readonly id: string;
    /** The release in its tree that the state and the id are about, where it is not the release itself. */
    readonly heldUpBy?: { readonly name: string; readonly version: string } | undefined;
    /** The release that needs it, where that is not the release itself but one that brought it. */
    readonly cameWith?: { readonly name: string; readonly version: string } | undefined;
    readonly files: readonly RefusedFile[];
  }[];
}

/**
 * Stands in the body of a document with `hasBase` for the address of the prefix that is asked, up to and with the slash
 * behind the ecosystem; JSON never holds this byte unescaped (RFC 8259, section 7).
 */
export const BASE_BYTE = 0x01;
/** The same for the address of the server itself, with no slash at its end. */
export const SERVER_BYTE = 0x02;

/** A package of which nothing is offered, as an index of all packages shows it. */
export interface RefusedName {
  readonly name: string;
  /** What a client would be offered elsewhere. */
  readonly version: string | undefined;
  readonly state: RefusalState;
  readonly id: string;
}

/** Everything that documents about all packages are made from. Same input, same bytes, in whatever order names come. */
export interface RootInput {
  /** Names of which something is offered. */
  readonly names: readonly string[];
  /** The documents of all packages, where the protocol has a `partsKey`: one each, or the joined one. */
  readonly parts: readonly Uint8Array[];
  readonly refused: readonly RefusedName[];
  /** The keys that upstream signs releases with, as it published them (`UpstreamReader.signingKeys`). */
  readonly signingKeys?: Uint8Array | undefined;
  /** Versions by name that stand in `parts` and are offered no more: denied or quarantined since these were made. */
  readonly stopped?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Keys of the documents that are wanted, where not all of them are. */
  readonly only?: ReadonlySet<string>;
}

/** A release that stands in `parts` and cannot be installed any more, for what was stopped since. */
export interface HeldUpRelease {
  readonly name: string;
  readonly version: string;
  /** Name of the package that was stopped. */
  readonly by: string;
}

/** One finished representation of an index document. */
export interface IndexDocument {
  /** `simple/requests/` */
  readonly key: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Whether the body holds `BASE_BYTE` or `SERVER_BYTE`: for clients that read no relative addresses. */
  readonly hasBase?: boolean;
  /** Where it is about one release. */
  readonly version?: string;
}

/** What a client asks for below `/<channel>/<ecosystem>/`. */
export type ClientIntent =
  | {
      readonly kind: 'index';
      readonly key: string;
      readonly name: string | undefined;
      /** Where the document is about one release. */
      readonly version?: string | undefined;
      readonly contentType: string;
      /** Key of the document that stands for it where there is none of its own. */
      readonly otherwise?: string;
    }
  /** Something that stands in a document: answered from it (`RegistryProtocol.partOf`), so that both say the same. */
  | {
      readonly kind: 'part';
      readonly document: {
        readonly kind: 'index';
        readonly key: string;
        readonly name: string;
        readonly contentType: string;
      };
    }
  /** `digestHex` where the address holds the SHA-256 of the file. */
  | {
      readonly kind: 'file';
      readonly filename: string;
      readonly name: string;
      readonly digestHex: string | undefined;
    }
  | { readonly kind: 'metadata'; readonly filename: string; readonly name: string; readonly digestHex: string }
  | {
      readonly kind: 'refused';
      readonly state: string;
      readonly id: string;
      readonly name: string;
      readonly filename: string;
    }
  /** Names of offered packages that hold a text (lower case); `names` is the key of the root document that lists them all. */
  | {
      readonly kind: 'search';
      readonly text: string;
      readonly from: number;
      readonly size: number;
      readonly names: string;
      readonly contentType: string;
    }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'not-acceptable' }
  | { readonly kind: 'unsupported' };

/** Questions about advisories that clients send in a body. */
export interface AuditProtocol {
  /** Whether such a question is asked at a path below `/<channel>/<ecosystem>/`. */
  asks(path: string): boolean;
  /** The question; `undefined` where the body is none. */
  read(path: string, body: Uint8Array): AuditQuestion | undefined;
  /** JSON; `advisories` has those of every package that is asked about. */
  answer(question: AuditQuestion, advisories: ReadonlyMap<string, readonly Advisory[]>): Uint8Array;
}

export interface RegistryProtocol {
  /**
   * What is asked for; pure. `path` is what stands behind `/<channel>/<ecosystem>/`, decoded once; `query` is what stands
   * behind the question mark, as it came.
   */
  route(path: string, accept: string | undefined, query?: string): ClientIntent;
  /** The finished index documents of one package. */
  compilePackage(input: IndexInput): readonly IndexDocument[];
  /** The finished documents that name all packages. */
  compileRoot(input: RootInput): readonly IndexDocument[];
  /**
   * Where one index holds all packages: the key of the root document in which all package documents stand together, so
   * that the root can be made again with other refusals. Absent where each package has an index of its own.
   */
  readonly partsKey?: string;
  /** With a `partsKey`: what `compileRoot` leaves out of the index beside what was stopped, since it needs that. */
  heldUp?(input: RootInput): readonly HeldUpRelease[];
  /** Where an offered file of a package is, below `/<channel>/<ecosystem>/`. */
  filePath(file: { readonly name: string; readonly filename: string; readonly sha256: Digest }): string;
  /** The version that a file of a package belongs to, for the words of a refusal; `undefined` where its name says none. */
  versionOf(filename: string, name: string): string | undefined;
  /** The release that a file name alone names; `undefined` where it names none, or where names do not say it. */
  releaseIn(filename: string): { readonly name: string; readonly version: string } | undefined;
  /** What clients are told beside the bytes of a file, where they read more than these; names and values of headers. */
  fileHeaders?(filename: string): Readonly<Record<string, string>> | undefined;
  /** What is asked for of a whole document, as a client gets it; for protocols whose `route` gives `part`. The same media type. */
  partOf?(document: Uint8Array): Uint8Array;
  /** The answer to a search; for protocols whose `route` gives `search`. */
  searchAnswer?(hits: readonly SearchHit[], total: number): Uint8Array;
  /** Absent where no client audits. */
  readonly audit?: AuditProtocol;
  /** Ready settings for the clients, `channel show` prints them. `base` ends in `/<channel>/<ecosystem>/`. */
  clientSettings(base: string): readonly { readonly client: string; readonly text: string }[];
}
