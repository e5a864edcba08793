/** Source code by its prints: what the index of everything vetted keeps of a file, and what it answers. */
import type { Digest } from './digest.ts';

/** One source file, without comments and layout. */
export interface PrintedFile {
  /** Path inside the distribution. */
  readonly path: string;
  /** SHA-256 over the tokens: the same for files that differ in comments and layout only. */
  readonly digest: Digest;
  readonly tokens: number;
  /** Prints of fragments, whole numbers below 2^53, each once. */
  readonly prints: readonly number[];
  /** SPDX ids that the file itself states; empty where it states none. */
  readonly licences: readonly string[];
}

/** The source files of one distribution. */
export interface PrintedCode {
  readonly files: readonly PrintedFile[];
  /** Source files that were left out: too many, too large, or too small to say anything. */
  readonly leftOut: number;
}

/** A release of another package in which the same code stands. */
export interface CodeMatch {
  /** The same file but for comments and layout, or a long piece of it. */
  readonly extent: 'file' | 'fragment';
  readonly path: string;
  /** SPDX ids or expressions of this file, or else of its release; empty where neither is known. */
  readonly licences: readonly string[];
  /** Part of this file's code that stands there too, 0 to 1. */
  readonly part: number;
  readonly other: {
    readonly ecosystem: string;
    readonly name: string;
    readonly version: string;
    readonly path: string;
    readonly licences: readonly string[];
  };
}

export type CopiesAnswer =
  | {
      readonly status: 'ready';
      readonly matches: readonly CodeMatch[];
      /** Whether there are more matches than are listed. */
      readonly cut: boolean;
      /** Packages whose code was compared with. */
      readonly packages: number;
      /** Source files of this distribution, and those that were not compared. */
      readonly files: number;
      readonly leftOut: number;
    }
  /** The index does not hold this distribution, or could not be asked: nothing is known. */
  | { readonly status: 'unreadable'; readonly reason: string };
