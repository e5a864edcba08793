/** Visiting the files of an archive on disk, by the same strict reading and within the same limits as its examination. */
import { type ContentFile, decodeText, type WalkOutcome } from '../../domain/content.ts';
import type { ArchiveEntry } from './entry.ts';
import { readGzip } from './gzip.ts';
import { ProblemList } from './problems.ts';
import { type ByteSource, openSource } from './source.ts';
import { TarReader } from './tar.ts';

/**
 * Bytes of one file that a walk hands out. Ordinary source files stay far below; of larger ones (compiled libraries,
 * data) the start says what they are. Bounds the memory of everything that looks at files.
 */
export const MAX_WALKED_FILE = 8 * 1024 * 1024;

export type Visit = (file: ContentFile) => void | Promise<void>;

/** Opens a file, has `walk` visit it, and says whether all of it can be believed. What `walk` throws is thrown. */
export async function walkFile(
  path: string,
  walk: (source: ByteSource, problems: ProblemList) => Promise<void>,
): Promise<WalkOutcome> {
  const problems = new ProblemList();
  let source: ByteSource;
  try {
    source = await openSource(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { status: 'broken', reason: `the file cannot be opened (${code})` };
  }
  try {
    await walk(source, problems);
  } finally {
    await source.close();
  }
  const [first] = problems.all;
  if (first === undefined) return { status: 'walked' };
  const where = first.location === null ? '' : `, at ${first.location}`;
  return { status: 'broken', reason: `the archive cannot be believed: ${first.summary}${where}` };
}

/** Collects the content of one file, up to the cap. */
export class Collector {
  private readonly entry: ArchiveEntry;
  private bytes: Buffer | undefined;
  private filled = 0;

  constructor(entry: ArchiveEntry) {
    this.entry = entry;
  }

  /** Takes the next piece, which may be kept where it is the whole. */
  keep(piece: Buffer): void {
    if (piece.length !== this.entry.size || piece.length > MAX_WALKED_FILE) {
      this.push(piece);
      return;
    }
    this.bytes = piece;
    this.filled = piece.length;
  }

  push(piece: Buffer): void {
    this.bytes ??= Buffer.allocUnsafe(Math.min(this.entry.size, MAX_WALKED_FILE));
    this.filled += piece.copy(this.bytes, this.filled);
  }

  file(): ContentFile {
    const { path, size } = this.entry;
    const bytes = this.bytes?.subarray(0, this.filled) ?? Buffer.alloc(0);
    const complete = this.filled === size;
    // Decoded when the first scanner asks: whoever only counts or hashes does not pay for it.
    let text: { readonly decoded: string | undefined } | undefined;
    return {
      ...{ path, size, bytes, complete },
      get text() {
        text ??= { decoded: decodeText(bytes, complete) };
        return text.decoded;
      },
    };
  }
}

/** Visits the files of a `.tar.gz`; `placed` says under which path a file is seen, where not under the archive's own. */
export async function walkTar(
  source: ByteSource,
  problems: ProblemList,
  { visit, placed = (path) => path }: { readonly visit: Visit; placed?(path: string): string },
): Promise<void> {
  let current: Collector | undefined;
  let finished: Collector[] = [];
  const tar = new TarReader(problems, (entry) => {
    if (current !== undefined) finished.push(current);
    current = entry.kind === 'file' ? new Collector({ ...entry, path: placed(entry.path) }) : undefined;
    const collector = current;
    return collector === undefined ? undefined : (piece) => collector.push(piece);
  });
  // A piece of the stream ends before its files are looked at: at most its own bytes and one file wait here.
  const drain = async (): Promise<void> => {
    const ready = finished;
    finished = [];
    for (const collector of ready) await visit(collector.file());
  };
  let failure: { readonly error: unknown } | undefined;
  await readGzip(
    source,
    async (piece) => {
      const goesOn = tar.push(piece);
      if (problems.any) return false;
      try {
        await drain();
      } catch (error) {
        failure = { error };
        return false;
      }
      return goesOn;
    },
    problems,
  );
  if (failure !== undefined) throw failure.error;
  if (problems.any) return;
  tar.finish();
  if (problems.any) return;
  if (current !== undefined) finished.push(current);
  await drain();
}
