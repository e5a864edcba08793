/** One regular file inside a distribution, as content scanners see it. */
export interface ContentFile {
  /** Path inside the archive, `/` between segments. */
  readonly path: string;
  /** Bytes after unpacking. */
  readonly size: number;
  /** The whole file, or its start where `complete` is false: a scanner must not take a cut file for a whole one. */
  readonly bytes: Uint8Array;
  readonly complete: boolean;
  /** The text, where the bytes are UTF-8 without control characters that no text has; `undefined` for anything else. */
  readonly text: string | undefined;
}

/** Which distribution a content inspection is about. */
export interface ContentSubject {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly filename: string;
}
