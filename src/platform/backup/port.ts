/** Tar files of plain entries, as they are carried between homes. */

export interface CarriedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface TarFiles {
  /**
   * Writes the files in the order given; the file appears whole or not at all. Throws `file-exists` unless `overwrite`, and
   * `disk-full`.
   */
  write(
    file: string,
    files: AsyncIterable<CarriedFile>,
    ask: { readonly overwrite: boolean },
  ): Promise<{ readonly size: number }>;
  /**
   * The files in order; each body is to be read before the next is asked for. Throws `snapshot-file-damaged` for what is no
   * tar of plain files with relative paths or ends early, and `file-missing`.
   */
  read(file: string): AsyncIterable<CarriedFile>;
}
