/** A tar stream of plain files, written and read piece by piece. Source: POSIX.1-2017, pax, "ustar Interchange Format". */
import { Header } from 'tar';
import { Problem } from '../../domain/problem.ts';

const BLOCK_BYTES = 512;

export interface TarFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** One file of a tar stream, padded; the body must give exactly `size` bytes. */
export async function* tarFile(
  file: Omit<TarFile, 'body'> & { readonly body: AsyncIterable<Uint8Array> | Uint8Array },
) {
  const block = Buffer.alloc(BLOCK_BYTES);
  const header = new Header({ path: file.path, size: file.size, type: 'File', mode: 0o600, mtime: new Date(0) });
  if (header.encode(block)) throw new Error(`the path ${file.path} is too long for a backup`);
  yield new Uint8Array(block);
  let written = 0;
  for await (const chunk of file.body instanceof Uint8Array ? [file.body] : file.body) {
    written += chunk.byteLength;
    yield chunk;
  }
  if (written !== file.size) throw new Error(`${file.path} changed while it was read`);
  yield new Uint8Array(padding(file.size));
}

/** What ends a tar stream. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK_BYTES);
}

/**
 * The files of a tar stream, in order; each body is to be read before the next file is asked for (what is left of it is
 * skipped). Throws `backup-damaged` for anything but plain files with relative paths, and for a stream that ends early.
 */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const reader = new Reader(bytes);
  for (;;) {
    const block = await reader.exactly(BLOCK_BYTES);
    if (block.every((byte) => byte === 0)) return;
    const header = new Header(block);
    const { path, size } = header;
    if (!header.cksumValid || path === undefined || size === undefined || header.type !== 'File') {
      throw damagedBackup('it is not a backup, or was changed');
    }
    if (!/^[a-z][a-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/.test(path))
      throw damagedBackup(`it names a file ${JSON.stringify(path)}`);
    let left = size;
    const body = (async function* () {
      while (left > 0) {
        const chunk = await reader.upTo(left);
        left -= chunk.byteLength;
        yield chunk;
      }
    })();
    yield { path, size, body };
    while (left > 0) left -= (await reader.upTo(left)).byteLength;
    await reader.exactly(padding(size));
  }
}

/** The one problem of a backup that is not what it should be. */
export function damagedBackup(why: string, cause?: unknown): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'backup-damaged',
    what: 'The backup cannot be restored',
    why,
    next: 'Nothing was changed. Use another backup, or copy this one anew from where it is kept.',
    cause,
  });
}

function padding(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

class Reader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#source = bytes[Symbol.asyncIterator]();
  }

  async upTo(count: number): Promise<Uint8Array> {
    while (this.#rest.byteLength === 0) {
      const next = await this.#source.next();
      if (next.done === true) throw damagedBackup('it ends in the middle');
      this.#rest = next.value;
    }
    const part = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(part.byteLength);
    return part;
  }

  async exactly(count: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let left = count; left > 0; ) {
      const part = await this.upTo(left);
      parts.push(part);
      left -= part.byteLength;
    }
    return Buffer.concat(parts);
  }
}
