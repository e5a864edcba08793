/** What differs between the files of two distributions, in figures: how much, and where most of it. */
import type { Digest } from './digest.ts';

/** One file that is not the same in both. */
export interface ChangedFile {
  /** Path inside the newer distribution; of a removed file inside the older one. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Lines; `null` where the file is no text, or larger than is compared. */
  readonly lines: LineFigures | null;
  /** Characters of the lines that are new or gone; of a file without lines its bytes, the larger of both. */
  readonly weight: number;
}

export interface LineFigures {
  readonly added: number;
  readonly removed: number;
  /** Counted without regard to their order, because more differs than is aligned: lines that only moved are not told. */
  readonly unordered: boolean;
}

export interface FileChanges {
  /** Files of each sort. `moved`: the same bytes under another path. */
  readonly files: {
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
    readonly moved: number;
    readonly same: number;
  };
  /** Over all files that have lines. */
  readonly lines: { readonly added: number; readonly removed: number };
  /** Added, removed and changed files whose lines are not in the figures: no text, or larger than is compared. */
  readonly withoutLines: number;
  /** Files too large to be read to their end: whether they differ behind the part that was read is not known. */
  readonly cut: number;
  /** The files that differ most, the weightiest first. */
  readonly largest: readonly ChangedFile[];
}

/** A stored distribution. */
export interface ComparedFile {
  readonly filename: string;
  readonly sha256: Digest;
  /** Bytes, packed. */
  readonly size: number;
}

export type FileChangesAnswer =
  | { readonly status: 'compared'; readonly changes: FileChanges }
  | { readonly status: 'failed'; readonly reason: string };
