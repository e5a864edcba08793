/**
 * What a scanner is: it looks and reports. It never decides: findings in, verdict elsewhere (`src/domain/policy`).
 * A new scanner is a folder that implements one `Scanner`, and one line in `catalog.ts`; one that reads files is a
 * `ContentDeclaration` there and a `ContentScanner` in `content-catalog.ts`.
 */
import type { Advisory } from '../domain/advisory.ts';
import type { AttestationsAnswer, AttestedFile, EarlierAttestations } from '../domain/attestation.ts';
import type { ContentFile, ContentSubject } from '../domain/content.ts';
import type { CopiesAnswer } from '../domain/copied-code.ts';
import type { Digest } from '../domain/digest.ts';
import type { Distribution, UpstreamPackage, UpstreamRelease } from '../domain/distribution.ts';
import type { FindingKind, JsonValue, ScanOutcome } from '../domain/evidence.ts';
import type { Examination } from '../domain/examination.ts';
import type { ExploitChance, KnownExploited } from '../domain/exploitation.ts';
import type { ComparedFile, FileChangesAnswer } from '../domain/file-changes.ts';
import type { Inside, ListedMalicious, RuleMatch } from '../domain/malicious.ts';
import type { Popularity } from '../domain/popularity.ts';
import type { EcosystemId } from '../domain/purl.ts';
import type { RepositoryReader, SourceFiles } from '../domain/source-code.ts';
import type { TrialOutcome } from '../domain/trial.ts';
import type { TrustRoot } from '../domain/trust-root.ts';
import type { Ecosystem } from '../ecosystems/contract.ts';

export interface Scanner<K extends SubjectKind> {
  /** Folder name; stands in evidence for ever. */
  readonly id: string;
  /** Raise it and older evidence is stale. */
  readonly version: number;
  readonly looksAt: K;
  readonly ecosystems: readonly EcosystemId[] | 'every';
  /** The vocabulary, declared before running; a finding of another kind is an error of the scanner. */
  readonly emits: readonly FindingKind[];
  /** Hours after which evidence no longer satisfies policy; `null` where it depends on the bytes alone. */
  readonly staleAfterHours: number | null;
  /**
   * Of a distribution it needs name and digest alone: when newer feeds are held against what is cleared, it is asked again.
   */
  readonly byDigest?: true;
  /** One sentence each, for `docs/scanners.md`. */
  readonly sees: string;
  readonly cannotSee: string;
  scan(subject: Subject<K>, context: ScanContext): Promise<ScanOutcome>;
}

export type ScanSubject =
  | { readonly kind: 'package'; readonly package: UpstreamPackage }
  | {
      readonly kind: 'release';
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly release: UpstreamRelease;
      /** The package that it is a release of, as its sources list it. */
      readonly listing: UpstreamPackage;
      readonly purl: string;
    }
  | {
      readonly kind: 'distribution';
      readonly purl: string;
      readonly name: string;
      readonly version: string;
      readonly distribution: Distribution;
      readonly file: FetchedFile;
    }
  | {
      /** A release beside the one that was cleared before it, as the content scanners see both. */
      readonly kind: 'change';
      readonly purl: string;
      readonly name: string;
      readonly version: string;
      /** Whether this very version is cleared already. */
      readonly isCleared: boolean;
      readonly now: ReleaseInside;
      /** The newest older release that is cleared, else the newest other; `undefined` where there is none. */
      readonly before: (ReleaseInside & { readonly version: string }) | undefined;
    }
  | {
      readonly kind: 'trial';
      readonly purl: string;
      readonly name: string;
      readonly version: string;
      /** Outcome of the one trial in a cage that all scanners share. */
      readonly trial: TrialOutcome;
    };
export type SubjectKind = ScanSubject['kind'];
export type Subject<K extends SubjectKind> = Extract<ScanSubject, { kind: K }>;
/** What the catalogue holds; the runner narrows it with `switch (scanner.looksAt)`. */
export type AnyScanner = { [K in SubjectKind]: Scanner<K> }[SubjectKind] | ContentDeclaration;

/**
 * A scanner that reads the files inside a distribution, as the server knows it. It runs in the sandbox, beside the others
 * over one unpacking, and its outcome depends on the bytes and its version alone: it gets no feeds, no clock and no network.
 */
export interface ContentDeclaration
  extends Pick<Scanner<'distribution'>, 'id' | 'version' | 'ecosystems' | 'emits' | 'sees' | 'cannotSee'> {
  readonly looksAt: 'content';
}

/** The same with the code that reads: only the confined program loads it. */
export interface ContentScanner extends ContentDeclaration {
  /**
   * Begins with one distribution; what it finds is asked for at the end. A scanner that parses only files in which a
   * pre-filter sees something to look at (`syntax/vocabulary.ts`) passes it over for `everything`: the contract test
   * compares both, and the findings must be the same.
   */
  inspect(subject: ContentSubject, reading?: ContentReading): ContentInspection;
}

/** Which files are worth a closer look: those that the pre-filter tells, or all of them. */
export type ContentReading = 'hinted' | 'everything';

export interface ContentInspection {
  /** Sees one file. Called once for each regular file of the archive, in the archive's order. */
  file(file: ContentFile): void | Promise<void>;
  done(): ScanOutcome | Promise<ScanOutcome>;
}

/** What is in the files of a release. */
export interface ReleaseInside {
  readonly files: readonly ComparedFile[];
  /** Outcomes of each content scanner by its id, one for each file. */
  readonly content: ReadonlyMap<string, readonly ScanOutcome[]>;
}

/** The bytes as they arrived. */
export interface FetchedFile {
  readonly sha256: Digest;
  /** Bytes received. */
  readonly size: number;
  /** The metadata text that upstream's sidecar gave and the tree was resolved from; `undefined` where it was read from the file. */
  readonly sidecar: string | undefined;
  /** Outcome of the one sandboxed strict reading that all scanners share. */
  readonly examination:
    | { readonly status: 'done'; readonly result: Examination }
    | { readonly status: 'failed'; readonly reason: string };
}

/** Data of the operator's feeds. "Not configured" and "stale" are never an empty list. */
export type FeedState<T> =
  | { readonly status: 'ready'; readonly data: T; readonly importedAt: string }
  | { readonly status: 'not-configured' }
  | { readonly status: 'stale'; readonly importedAt: string };

export interface ScanContext {
  readonly now: Date;
  readonly ecosystem: Ecosystem;
  /** Advisories about one package, aliases merged, withdrawn ones left out. */
  advisories(name: string): Promise<FeedState<readonly Advisory[]>>;
  /** Popular names of the ecosystem, most popular first. */
  popularNames(): Promise<FeedState<readonly string[]>>;
  /** Names that are cleared in any channel. */
  clearedNames(): Promise<readonly string[]>;
  /** Versions of a package that are cleared in any channel, in no promised order. */
  clearedVersions(name: string): Promise<readonly string[]>;
  /** The metadata text of the release that was cleared before this one: the newest older, else the newest other. */
  previousMetadata(name: string, version: string): Promise<ClearedMetadata | undefined>;
  /** Rank and downloads of a package; `data` is `undefined` where the list does not hold the name. */
  popularity(name: string): Promise<FeedState<Popularity | undefined>>;
  /** What the operator's lists say of the exploitation of flaws, asked by CVE ids. */
  exploitation(cves: readonly string[]): Promise<Exploitation>;
  /** What upstream publishes beside a file to say who built it. */
  attestations(file: AttestedFile): Promise<AttestationsAnswer>;
  /** The same for the releases to compare with: the one cleared before, and the one that upstream lists before. */
  earlierAttestations(name: string, version: string): Promise<readonly EarlierAttestations[]>;
  /** The keys that registries sign releases with, as these published them last; `undefined` where none ever did. */
  signingKeys(): Promise<string | undefined>;
  /** Whom the operator believes about attestations. */
  trustRoots(): Promise<FeedState<readonly TrustRoot[]>>;
  /** Entries of the operator's list of malicious files and packages that this file, its release or what is inside it is on. */
  listedAsMalicious(file: AskedFile): Promise<Looked<ListedMalicious>>;
  /** The operator's rules that match files inside this one. */
  ruleMatches(file: AskedFile): Promise<Looked<RuleMatch>>;
  /** What differs between the files of two stored distributions of the ecosystem. */
  fileChanges(now: ComparedFile, before: ComparedFile): Promise<FileChangesAnswer>;
  /** Where else the source code of a distribution stands, among everything that was vetted. */
  copies(file: AskedFile): Promise<CopiesAnswer>;
  /** Other bytes that stand or stood under the name and version of a file. */
  otherBytes(file: AskedFile): Promise<readonly OtherBytes[]>;
  /** SHA-512 of stored bytes, in lower-case hexadecimal digits. */
  sha512(of: Digest): Promise<string>;
  /** For what is slow to find out and depends on its input alone. */
  readonly memory: Memory;
  /** Repositories of source code that the operator allows to be read. */
  readonly repositories: RepositoryReader;
  /** The files inside a distribution whose names end in one of the suffixes, lower case. */
  sourceFiles(of: Subject<'distribution'>, suffixes: readonly string[]): Promise<SourceFiles>;
}

/** Bytes under the name and version of a file that are not its own. */
export interface OtherBytes {
  /** Cleared in a channel, seen in an earlier vetting, or stated by the listing of upstream that was read last. */
  readonly where: 'cleared' | 'seen' | 'listed';
  /** A digest (`sha256:…`), or what the index states where it gives another hash (`sha512-…`, `md5-…`). */
  readonly hash: string;
  /** RFC 3339, UTC: when they were seen first, or when the listing was read. */
  readonly at: string | undefined;
}

/** Which file is asked about. */
export interface AskedFile {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly sha256: Digest;
  /** Bytes. */
  readonly size: number;
}

/** What was found inside a file by data of the operator, or why nobody looked. */
export type Looked<T> =
  | ({ readonly status: 'looked' } & Inside<T>)
  | Exclude<FeedState<T>, { status: 'ready' }>
  | { readonly status: 'failed'; readonly reason: string };

/** Answers kept from earlier vettings. What comes back was written by an older release of the product: parse it. */
export interface Memory {
  /** `key` is the digest of all that the answer depends on, the version of the code included. */
  find(key: Digest): Promise<unknown>;
  keep(key: Digest, value: JsonValue): Promise<void>;
}

/** Metadata of a release that is cleared here. */
export interface ClearedMetadata {
  readonly version: string;
  readonly text: string;
}

/** Only the flaws that were asked for; a flaw that a ready list does not hold is not on it. */
export interface Exploitation {
  readonly known: FeedState<readonly KnownExploited[]>;
  readonly chance: FeedState<readonly ExploitChance[]>;
}
