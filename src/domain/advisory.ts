/**
 * An advisory as it is matched and scored: OSV records about one package with their aliases merged.
 * Source: OSV schema 1.7, https://ossf.github.io/osv-schema/.
 */
import type { EcosystemId } from './purl.ts';

/** The order of events says where a version stands: `introduced` opens a range, `fixed`, `lastAffected` and `limit` end it. */
export type AdvisoryEvent =
  | { readonly at: 'introduced'; readonly version: string }
  | { readonly at: 'fixed'; readonly version: string }
  | { readonly at: 'last-affected'; readonly version: string }
  | { readonly at: 'limit'; readonly version: string };

export interface AdvisoryRange {
  readonly events: readonly AdvisoryEvent[];
}

/** The base score, or why there is none. An unknown severity is a state of its own. */
export type AdvisorySeverity =
  | {
      readonly state: 'scored';
      readonly score: number;
      readonly vector: string;
      readonly system: 'CVSS_V2' | 'CVSS_V3' | 'CVSS_V4';
    }
  | { readonly state: 'unknown'; readonly reason: string };

export interface Advisory {
  /** The id shown first: the ecosystem's own record, else the first by code point. */
  readonly id: string;
  /** Every other id of the same flaw; sorted. */
  readonly aliases: readonly string[];
  readonly ecosystem: EcosystemId;
  readonly name: string;
  readonly summary: string;
  /** OSV `MAL-` records and records that say so: the package itself is the attack. */
  readonly malicious: boolean;
  readonly severity: AdvisorySeverity;
  readonly ranges: readonly AdvisoryRange[];
  /** Versions listed one by one, verbatim. */
  readonly versions: readonly string[];
  /** RFC 3339, UTC. */
  readonly published: string | undefined;
  readonly modified: string;
}
