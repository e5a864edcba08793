/** Attestations as upstream publishes them beside a file: what is asked for and what comes back. Untrusted. */
import type { Digest } from './digest.ts';
import type { Distribution } from './distribution.ts';

/** A file whose attestations are asked for. */
export interface AttestedFile {
  readonly name: string;
  readonly version: string;
  readonly distribution: Distribution;
  /** Of the bytes that arrived. */
  readonly sha256: Digest;
}

export type AttestationsAnswer =
  | {
      /** Upstream states no attestations for this file. */
      readonly status: 'none';
      /** Names of other files of the same release for which it does; sorted. */
      readonly attestedSiblings: readonly string[];
      /** RFC 3339: when attestations for these very bytes were last seen here; `undefined` where they never were. */
      readonly seenBefore: string | undefined;
    }
  /** `document`: the digest under which its bytes are kept, as they came. */
  | { readonly status: 'found'; readonly text: string; readonly document?: Digest }
  /** Upstream states them, and they could not be had. */
  | { readonly status: 'failed'; readonly reason: string };

/** What is known of the attestations of an earlier release of the same package. */
export interface EarlierAttestations {
  readonly version: string;
  /** `cleared`: the release that was cleared here before; `upstream`: the one that upstream lists before. One may be both. */
  readonly role: 'cleared' | 'upstream';
  readonly state:
    | { readonly status: 'none' }
    | {
        readonly status: 'found';
        readonly filename: string;
        readonly text: string;
        /** Digest of that file, where it is known. */
        readonly sha256: Digest | undefined;
      }
    | { readonly status: 'failed'; readonly reason: string };
}
