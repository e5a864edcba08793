/** What a strict reading of an archive found. Made inside the sandbox; plain data, so that it crosses a process border. */
export interface Examination {
  /** Breaches of the archive format and of what the file promises: each one a reason to refuse. */
  readonly problems: readonly { readonly code: string; readonly summary: string; readonly location: string | null }[];
  readonly entries: number;
  /** Bytes after unpacking. */
  readonly unpackedBytes: number;
  /** The metadata text inside (`METADATA`, `PKG-INFO`), where it could be read. */
  readonly metadata: string | null;
  /**
   * What a source distribution states its build needs (PEP 508 texts for PyPI), or what installers take where it states
   * nothing. `null` where the file is built from nothing, or where it cannot be read.
   */
  readonly buildRequires: readonly string[] | null;
}
