/** One entry of an archive whose structure was believed. */
export interface ArchiveEntry {
  /** The path it lands at, without a slash at the end. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Bytes after unpacking. */
  readonly size: number;
  readonly plain: boolean;
}
