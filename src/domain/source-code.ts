/** Source files by their digests: what a distribution holds and what a repository holds, in one form to compare. */

/** One source file. */
export interface SourceFile {
  /** `/` between segments, from the root of the archive or of the repository. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the bytes with LF line ends, in hexadecimal digits: git and build tools turn CRLF into LF and back. */
  readonly sha256: string;
  /** Whether it states a version and does nothing else, as build tools write it. */
  readonly isVersionFile: boolean;
}

export type SourceFiles =
  | { readonly status: 'read'; readonly files: readonly SourceFile[] }
  | { readonly status: 'failed'; readonly reason: string };

/** A tag of a repository. */
export interface GitTag {
  /** Without `refs/tags/`. */
  readonly name: string;
  /** Id of the commit that it stands for. */
  readonly commit: string;
  /** The commit that it stood for when it was first seen here, where that is another one. */
  readonly movedFrom?: string | undefined;
}

/** What came of asking a repository. */
export type RepositoryAnswer<T> =
  | { readonly status: 'found'; readonly value: T }
  /** The operator allows no such address. */
  | { readonly status: 'not-allowed'; readonly reason: string }
  /** The server says that there is no such repository. */
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string };

/** Reads tags and files out of repositories that the operator allows. Nothing of a repository is ever run or checked out. */
export interface RepositoryReader {
  /** Whether the operator allows any repository at all. */
  readonly allowsAny: boolean;
  allows(url: string): boolean;
  /** The tags of a repository; `url` starts in `https:` or `file:`. */
  tags(url: string): Promise<RepositoryAnswer<readonly GitTag[]>>;
  /** The files at a tag whose names end in one of the suffixes, lower case (`.py`). Links and submodules are left out. */
  filesAt(url: string, tag: GitTag, suffixes: readonly string[]): Promise<RepositoryAnswer<readonly SourceFile[]>>;
}
