/** What the vetting room is handed: every power and every other room's facts it needs, and nothing else. */
import type { Advisory } from '../../domain/advisory.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Digest } from '../../domain/digest.ts';
import type { Verdict, VettedRelease } from '../../domain/evidence.ts';
import type { MaliciousLookUp, RuleSources } from '../../domain/malicious.ts';
import type { Popularity } from '../../domain/popularity.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { RepositoryReader } from '../../domain/source-code.ts';
import type { TrialMachine } from '../../domain/trial.ts';
import type { TrustRoot } from '../../domain/trust-root.ts';
import type { Ecosystem, UpstreamReader } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Fetch } from '../../platform/fetch/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import type { Cage, Sandbox } from '../../platform/sandbox/port.ts';
import type { Signer } from '../../platform/signing/port.ts';
import type { AnyScanner, Exploitation, FeedState } from '../../scanners/contract.ts';

/** An ecosystem with the reader of its configured upstream. */
export interface ConnectedEcosystem {
  readonly ecosystem: Ecosystem;
  readonly reader: UpstreamReader;
}

/** The policy in force as vetting needs it. */
export interface VettingPolicy {
  readonly digest: Digest;
  readonly coolDownDays: number;
  readonly allowSdists: boolean;
  readonly maxFileBytes: number;
  /** Which releases of a tree are tried: installed, imported and tested in a cage. */
  readonly installProof: 'root' | 'tree' | 'off';
  readonly derivedWheels: 'off' | 'without-tests';
  /** Verdicts in the order of the releases. */
  judge(releases: readonly Omit<VettedRelease, 'verdict'>[], channel: Channel, now: Date): Promise<readonly Verdict[]>;
}

/** A release that a channel offers. */
export interface ClearedRelease {
  readonly version: string;
  /** Digest of the stored metadata text of one of its files; `undefined` where none is kept. */
  readonly metadata: Digest | undefined;
  readonly files: readonly ClearedFile[];
}

/** A file of it; its bytes are in the blob store. */
export interface ClearedFile {
  readonly filename: string;
  readonly sha256: Digest;
  /** Bytes. */
  readonly size: number;
}

/** What stops a release, whatever the evidence (a denial, a quarantine), in words and with whom to ask; `undefined` where nothing does. */
export type StopOf = (name: string, version: string) => string | undefined;

export interface VettingDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly sandbox: Sandbox;
  /** Repositories of source code that the operator allows. */
  readonly repositories: RepositoryReader;
  /** Endings of the files that are compared with them (`src/scanners/source/suffixes.ts`). */
  sourceSuffixes(ecosystem: EcosystemId): readonly string[];
  readonly cage: Cage;
  /** Vouches for files that are made here. */
  readonly signer: Signer;
  /** A folder with wheels that test runs may use beside the tree (pytest); absolute. */
  readonly testTools: string | null;
  readonly scanners: readonly AnyScanner[];
  /** What this machine can try of an ecosystem, or why nothing. */
  trialMachine(ecosystem: EcosystemId): Promise<TrialMachine | { readonly unavailable: string }>;
  connected(ecosystem: EcosystemId): ConnectedEcosystem | undefined;
  /** Throws `unknown-channel`. */
  channel(name: string): Promise<Channel>;
  policy(): Promise<VettingPolicy>;
  stopped(channel: string, ecosystem: EcosystemId): Promise<StopOf>;
  advisories(ecosystem: EcosystemId, name: string): Promise<FeedState<readonly Advisory[]>>;
  popularNames(ecosystem: EcosystemId): Promise<FeedState<readonly string[]>>;
  popularity(ecosystem: EcosystemId, name: string): Promise<FeedState<Popularity | undefined>>;
  exploitation(cves: readonly string[]): Promise<Exploitation>;
  /** Version of what prints source code (`src/scanners/copied-code/prints.ts`). */
  readonly codePrinter: number;
  /** Version of what compares files (`src/scanners/changed-lines/counterpart.ts`). */
  readonly fileComparer: number;
  trustRoots(): Promise<FeedState<readonly TrustRoot[]>>;
  maliciousList(): Promise<FeedState<MaliciousLookUp>>;
  yaraRules(): Promise<FeedState<RuleSources>>;
  clearedNames(ecosystem: EcosystemId): Promise<readonly string[]>;
  /** The releases of one package that any channel offers, dependencies too. */
  clearedReleases(ecosystem: EcosystemId, name: string): Promise<readonly ClearedRelease[]>;
}
