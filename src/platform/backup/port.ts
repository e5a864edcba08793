/** Tar files of plain entries, as they are carried between homes. */

export interface CarriedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The same as a stream of bytes, for where no file lies on this machine. */
export interface TarStreams {
  /** The bytes of a tar of the files, in the order given. */
  pack(files: AsyncIterable<CarriedFile>): AsyncIterable<Uint8Array>;
  /**
   * The files in order; each body is to be read before the next is asked for. `named` stands in messages. Throws
   * `snapshot-file-damaged` as `TarFiles.read` does.
   */
  unpack(bytes: AsyncIterable<Uint8Array>, named: string): AsyncIterable<CarriedFile>;
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
