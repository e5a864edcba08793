/** What the decisions room needs, and the form a reviewer fills in. */
import type { Digest } from '../../domain/digest.ts';
import type { EvidenceSet } from '../../domain/evidence.ts';
import type { Actor } from '../../domain/people.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Database, Queryable } from '../../platform/db/port.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import type { RequestDetails } from '../requests/read.ts';

export interface DecisionsDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly clock: Clock;
  ecosystem(id: string): Ecosystem | undefined;
  /** The evidence set of a digest; throws where it is none. */
  evidence(digest: Digest): Promise<EvidenceSet>;
  /** Digest of the newest evidence set of a request. */
  newestEvidence(db: Queryable, request: string): Promise<Digest | undefined>;
  /** Composes the dossier of this moment and keeps it by its digest, which the decision is pinned to. */
  keepDossier(of: {
    readonly set: EvidenceSet;
    readonly evidence: Digest;
    readonly request: RequestDetails | null;
    readonly at: Date;
  }): Promise<Digest>;
  /** `Lists.denyWithin`. */
  deny(
    change: Change,
    actor: Actor,
    denial: { channel: string | null; ecosystem: string; name: string; versions: string | null; reason: string },
  ): Promise<unknown>;
  /** `Lists.removeOfDecision`. */
  removeEntry(change: Change, decision: string, reason: string): Promise<void>;
}

export type Choice =
  | { readonly kind: 'accept'; readonly list: 'core' | 'extra' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'ask' }
  /** `versions` is a range in the ecosystem's language; every version where it is left out. `everywhere`: not this channel alone. */
  | { readonly kind: 'deny'; readonly versions?: string | undefined; readonly everywhere?: boolean | undefined };

export interface DecisionForm {
  readonly request: string;
  readonly choice: Choice;
  /** The digest that the reviewer saw; the newest, whatever it says, where it is left out. */
  readonly evidence?: string | undefined;
  /** Why; the question where the choice is to ask. */
  readonly reason?: string | undefined;
  /** What would change our mind. */
  readonly concern?: string | undefined;
  /** 1 to 5, for core. */
  readonly criterion?: number | undefined;
  readonly note?: string | undefined;
  /** A date or an RFC 3339 time, UTC: the acceptance ends then. */
  readonly until?: string | undefined;
  /** The same form: somebody is reminded then to look again; nothing ends. */
  readonly reviewAgain?: string | undefined;
}
