/** What the serving room is handed. */
import type { NetworkReader } from '../../domain/access.ts';
import type { Advisory } from '../../domain/advisory.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { PublicReason } from '../../domain/refusal.ts';
import type { ReleaseState } from '../../domain/states.ts';
import type { Ecosystem, ListedName, UpstreamAnswer } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Log } from '../../platform/log/port.ts';

/** Why a request was rejected, in words for everybody. */
export interface PublicWord {
  readonly reason: PublicReason;
  /** The release in its tree that it was rejected for, where it was not the one that was asked for. */
  readonly heldUpBy?: { readonly name: string; readonly version: string } | undefined;
}

export interface ServingDeps {
  readonly db: Database;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly ecosystems: readonly Ecosystem[];
  /** Asks upstream whether a name exists. Called at most once at a time per name, and its answer is kept for minutes. */
  lookup(channel: string, ecosystem: EcosystemId, name: string): Promise<UpstreamAnswer>;
  /** All names of an upstream whose clients learn only from its index that a name is there; none where it has no such index. */
  upstreamNames?(ecosystem: EcosystemId): Promise<readonly ListedName[]>;
  /** Somebody asks an open channel for what it does not have yet. Called once per name and hour. */
  firstUse(ask: {
    readonly channel: string;
    readonly ecosystem: EcosystemId;
    readonly name: string;
    readonly version: string | null;
  }): Promise<void>;
  /** Names that are ours alone (normal form, `*` at the end allowed), by ecosystem: never looked up outside. */
  readonly reserved: Readonly<Record<EcosystemId, readonly string[]>>;
  /** A known name that this one is close to. */
  nearName?(ecosystem: EcosystemId, name: string): { readonly name: string; readonly state: ReleaseState } | undefined;
  /** When the objection windows of accepted requests close: RFC 3339 by the request's id. */
  closingTimes?(): Promise<ReadonlyMap<string, string>>;
  /** The public word for why a request was rejected. Asked once per request: a rejection is final. */
  publicReason?(request: string): Promise<PublicWord | undefined>;
  /** Days that a release must be old before policy admits it by itself; `undefined` where policy cannot be read. */
  coolDownDays?(): Promise<number | undefined>;
  /** Advisories by package, of those that have any; `undefined` where they are not imported, or too old to be believed. */
  advisories?(
    ecosystem: EcosystemId,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Advisory[]> | undefined>;
  readonly network: NetworkReader;
  /** Somebody was let in by this token. Called for each question; must not wait. */
  tokenUsed?(id: string): void;
  /** Calls back when the ledger grew, so that a quarantine is seen at once; polling sees it within a second anyway. */
  onLedger?(listener: () => void): () => void;
}
