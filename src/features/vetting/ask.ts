import type { Digest } from '../../domain/digest.ts';
import type { EvidenceSet, UnavailableTarget } from '../../domain/evidence.ts';
import type { EcosystemId } from '../../domain/purl.ts';

/** What is to be vetted: a package with everything it would pull in, for the targets of one channel. */
export interface VetAsk {
  readonly channel: string;
  readonly ecosystem: EcosystemId;
  /** Normal form. */
  readonly name: string;
  readonly extras: readonly string[];
  /** Normal form; `null` for the release that policy prefers. */
  readonly version: string | null;
  /** The request the evidence is for, if any. */
  readonly request: string | null;
}

export type VetOutcome =
  | { readonly status: 'vetted'; readonly set: EvidenceSet; readonly digest: Digest }
  /** No target resolves: there is nothing to decide on. */
  | {
      readonly status: 'unresolvable';
      readonly code: string;
      readonly reason: string;
      readonly targets: readonly UnavailableTarget[];
    }
  /** Something outside did not answer; asking again later may help. */
  | { readonly status: 'could-not-check'; readonly reason: string };

export const VETTING_STEPS = ['resolve', 'fetch', 'open', 'scan', 'try', 'judge', 'record'] as const;

/** Where a vetting stands, for progress bars. */
export interface VetProgress {
  readonly step: (typeof VETTING_STEPS)[number];
  readonly done: number;
  readonly total: number;
  /** What is being worked on, for people. */
  readonly label: string;
}

export type Watch = (progress: VetProgress) => void;

/** Answer of the check before a request is filed. */
export type Preflight =
  | { readonly status: 'ok' }
  | {
      readonly status: 'refused';
      readonly code: 'no-source' | 'no-wheel' | 'unknown-package' | 'unknown-version' | 'could-not-check';
      readonly what: string;
      readonly why: string;
      readonly next: string;
    };
