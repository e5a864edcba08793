/** What an image is made of: the core packages of a channel with all that they need, out of one frozen snapshot. */
import type { Digest } from './digest.ts';
import type { Target } from './target.ts';

/** A release in an image. */
export interface ImageRelease {
  /** Normal name. */
  readonly name: string;
  readonly version: string;
  /** Whether it is on the core list itself. */
  readonly isCore: boolean;
  /** Names of the releases of the image that need it, sorted. */
  readonly neededBy: readonly string[];
  /** Sizes in bytes. */
  readonly files: readonly {
    readonly filename: string;
    readonly sha256: Digest;
    readonly size: number;
  }[];
  /** The metadata text that its tree was resolved from, where the snapshot has one. */
  readonly metadata: string | undefined;
}

/** Everything of one ecosystem that an image for one target holds. */
export interface ImageContents {
  /** Address of the frozen snapshot for this ecosystem, with a slash at its end. */
  readonly base: string;
  readonly target: Target;
  /** By name, then version. */
  readonly releases: readonly ImageRelease[];
}

/** A file that the build of an image installs from, in the words of the stock client. */
export interface ImageFile {
  /** Below the image's folder: `pypi/cp311-manylinux_2_28_x86_64/requirements.txt`. */
  readonly path: string;
  readonly text: string;
}
