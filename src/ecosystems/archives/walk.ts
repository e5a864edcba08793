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

  /** Takes the next piece, which is kept where it is the whole and copied where it is a part. */
  push(piece: Buffer): void {
    if (piece.length === this.entry.size && piece.length <= MAX_WALKED_FILE) {
      this.bytes = piece;
      this.filled = piece.length;
      return;
    }
    this.bytes ??= Buffer.allocUnsafe(Math.min(this.entry.size, MAX_WALKED_FILE));
    this.filled += piece.copy(this.bytes, this.filled);
  }

  /** `sha256`: of the whole content, where it is known. */
  file(sha256?: string): ContentFile {
    return new CollectedFile(this.entry, this.bytes?.subarray(0, this.filled) ?? Buffer.alloc(0), sha256);
  }
}

class CollectedFile implements ContentFile {
  readonly path: string;
  readonly size: number;
  readonly bytes: Buffer;
  readonly complete: boolean;
  readonly sha256: string | undefined;
  /** Decoded when the first scanner asks: whoever only counts or hashes does not pay for it. */
  private decoded: { readonly text: string | undefined } | undefined;

  constructor({ path, size }: ArchiveEntry, bytes: Buffer, sha256: string | undefined) {
    this.path = path;
    this.size = size;
    this.bytes = bytes;
    this.complete = bytes.length === size;
    this.sha256 = sha256;
  }

  get text(): string | undefined {
    this.decoded ??= { text: decodeText(this.bytes, this.complete) };
    return this.decoded.text;
  }
}

/** Visits the files of a `.tar.gz`. */
export async function walkTar(
  source: ByteSource,
  problems: ProblemList,
  use: Pick<TarUse, 'placed'> & { readonly visit: Visit },
): Promise<void> {
  await readTar(source, problems, { take: () => undefined, ...use });
}

/** What becomes of a tar archive on the one way through it. */
interface TarUse {
  /** Sees every entry, and gets its content where it gives a sink. */
  take(entry: ArchiveEntry): ((piece: Buffer) => void) | undefined;
  /** Gets the regular files up to the first problem. */
  readonly visit: Visit | undefined;
  /** Under which path a file is seen, where not under the archive's own. */
  placed?(path: string): string;
}

/** Reads a `.tar.gz`. */
export async function readTar(
  source: ByteSource,
  problems: ProblemList,
  { take, visit, placed = (path) => path }: TarUse,
): Promise<{ readonly entries: number; readonly unpackedBytes: number }> {
  const files = new TarFiles(problems);
  const tar = new TarReader(problems, (entry) => {
    const sink = take(entry);
    const collector = visit === undefined ? undefined : files.next({ ...entry, path: placed(entry.path) });
    if (collector === undefined) return sink;
    return (piece) => {
      collector.push(piece);
      sink?.(piece);
    };
  });
  let failure: { readonly error: unknown } | undefined;
  const push = async (piece: Buffer): Promise<boolean> => {
    const goesOn = tar.push(piece);
    try {
      for (const collector of files.finished()) await visit?.(collector.file());
    } catch (error) {
      failure = { error };
      return false;
    }
    return goesOn;
  };
  const unpackedBytes = await readGzip(source, visit === undefined ? (piece) => tar.push(piece) : push, problems);
  if (failure !== undefined) throw failure.error;
  if (!problems.any) tar.finish();
  for (const collector of files.last()) await visit?.(collector.file());
  return { entries: tar.entries, unpackedBytes };
}

/**
 * The files of a tar archive as they fill up. A piece of the stream ends before its files are looked at: at most its own
 * bytes and one file wait here. After the first problem there are none.
 */
class TarFiles {
  private readonly problems: ProblemList;
  private current: Collector | undefined;
  private waiting: Collector[] = [];

  constructor(problems: ProblemList) {
    this.problems = problems;
  }

  next(entry: ArchiveEntry): Collector | undefined {
    if (this.current !== undefined) this.waiting.push(this.current);
    this.current = entry.kind === 'file' && !this.problems.any ? new Collector(entry) : undefined;
    return this.current;
  }

  finished(): readonly Collector[] {
    const ready = this.problems.any ? [] : this.waiting;
    this.waiting = [];
    return ready;
  }

  last(): readonly Collector[] {
    if (this.current !== undefined) this.waiting.push(this.current);
    this.current = undefined;
    return this.finished();
  }
}
