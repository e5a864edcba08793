/** What the snapshots room is handed. */
import type { Digest } from '../../domain/digest.ts';
import type { UpstreamPackage } from '../../domain/distribution.ts';
import type { EvidenceSet } from '../../domain/evidence.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import type { Signer, Verifier } from '../../platform/signing/port.ts';

export interface SnapshotsDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly blobs: Blobs;
  readonly signer: Signer;
  readonly verifier: Verifier;
  ecosystem(id: EcosystemId): Ecosystem | undefined;
  /** The evidence set of a digest, parsed. */
  evidence(digest: Digest): Promise<EvidenceSet>;
  /** Upstream's listing as last read, for tombstones; `undefined` where it is not known. Should not wait for the network. */
  upstreamListing(ecosystem: EcosystemId, name: string): Promise<UpstreamPackage | undefined>;
  /** Digest of the keys that upstream signs releases with, as last read; `undefined` where there are none. Does not wait for the network. */
  signingKeys(ecosystem: EcosystemId): Promise<Digest | undefined>;
  allowSdists(): Promise<boolean>;
  /** What making a file without its tests gives now: name and digest, or why it cannot be made. */
  deriveAgain(original: {
    readonly ecosystem: EcosystemId;
    readonly filename: string;
    readonly sha256: Digest;
    readonly size: number;
  }): Promise<{ readonly filename: string; readonly sha256: Digest } | { readonly reason: string }>;
}
