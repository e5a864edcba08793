/** Files that an operator hands in: read whole, one after the other, within limits. */

export interface ImportedFile {
  /** Path below the place that was named, with `/`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * To be asked about what a file holds once it is unpacked, before it is parsed or taken apart. Throws a `Problem`
 * (`import-unreadable`) where that would take more memory than there is.
 */
export type Admit = (file: ImportedFile) => void;

/** Where records are imported from. Reading it throws a `Problem` where the place cannot be read whole. */
export interface ImportSource {
  /** As the operator named it, without user information. */
  readonly name: string;
  files(): AsyncIterable<ImportedFile>;
}

export interface ImportFiles {
  /** A file, a folder, or an `http:`, `https:` or `file:` URL. */
  open(location: string): ImportSource;
}
