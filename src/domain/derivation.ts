/** How one distribution is made from another by leaving files out. Plain data, so that it crosses a process border. */
import type { Digest } from './digest.ts';

/** One file of a zip archive that is to be written. */
export type DerivedEntry =
  /** Packed bytes of the original, from `from` up to `to`, as they are. */
  | {
      readonly kind: 'kept';
      readonly path: string;
      readonly from: number;
      readonly to: number;
      /** 0 stored, 8 deflated. */
      readonly method: number;
      readonly crc: number;
      /** Bytes after unpacking. */
      readonly size: number;
      /** Unix mode, 0 for none. */
      readonly mode: number;
    }
  /** A text that takes the place of the original's. */
  | { readonly kind: 'written'; readonly path: string; readonly text: string };

export interface Derivation {
  readonly status: 'derived';
  readonly filename: string;
  readonly entries: readonly DerivedEntry[];
  /** Every file that is left out, with the bytes it would take. */
  readonly removed: readonly { readonly path: string; readonly size: number }[];
}

/** A file made here from a vetted one, and what is offered in its place. */
export interface DerivedFile {
  readonly filename: string;
  readonly sha256: Digest;
  /** Bytes. */
  readonly size: number;
  /** The signed statement of what was left out of which original: a DSSE envelope. */
  readonly attestation: Digest;
  /** Bytes of that envelope. */
  readonly attestationSize: number;
  /** The key that signed it: PEM, SubjectPublicKeyInfo. Homes change keys, and what was decided stays as it was. */
  readonly publicKey: string;
  /** Files that were left out. */
  readonly removed: number;
}
