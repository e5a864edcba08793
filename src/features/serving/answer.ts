/** What a package client is answered, before it becomes HTTP. */
import type { Digest } from '../../domain/digest.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Encoding } from '../snapshots/read.ts';

/** A question as the registry surface reads it from a URL: decoded once, without dot segments. */
export interface Question {
  readonly channel: string;
  /** What stands behind `@` or `--`; `undefined` for the floating prefix. */
  readonly snapshot: string | undefined;
  readonly ecosystem: string;
  /** Behind `/<channel>/<ecosystem>/`. */
  readonly path: string;
  readonly query: string;
  /** Address of the server as the client knows it, without a slash at the end. */
  readonly server: string;
  /** The first segment of the address: `tier3@17`. */
  readonly prefix: string;
  readonly accept: string | undefined;
  /** The network that asks (`callerNetwork`): from whose share it comes where something must be asked outside. */
  readonly network: string;
  /** Encodings that the client takes, best first; `identity` is always among them. */
  readonly encodings: readonly Encoding[];
}

export type Answer =
  | {
      readonly kind: 'document';
      readonly contentType: string;
      readonly encoding: Encoding;
      /** Strong: differs per representation and encoding. */
      readonly etag: string;
      readonly body: Buffer;
      /** Made for this question and not part of a snapshot: it may be different in a minute. */
      readonly passing: boolean;
    }
  | {
      readonly kind: 'file';
      readonly digest: Digest;
      readonly size: number;
      readonly contentType: string;
      /** What the ecosystem's clients are told beside. */
      readonly headers?: Readonly<Record<string, string>> | undefined;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Below `/<channel>/<ecosystem>/`. */
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'not-found'; readonly what: string }
  | { readonly kind: 'not-acceptable' }
  | { readonly kind: 'bad-request'; readonly what: string }
  /** What is denied cannot be known now: nothing is served. */
  | { readonly kind: 'unavailable' };
