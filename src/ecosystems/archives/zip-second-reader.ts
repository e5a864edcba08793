// The reader alone: the rest of zip.js (writer, workers, codecs in WebAssembly) would take another 10 MB of each process.
import { ZipReader } from '@zip.js/zip.js/lib/zip-core-reader.js';
import { PRINTABLE } from './names.ts';
import type { ProblemList } from './problems.ts';
import type { ByteSource } from './source.ts';
import type { ZipEntry } from './zip-directory.ts';

/** Printable ASCII, which reads the same in every encoding of zip; the reader's own work where it is anything else. */
function plainText(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return PRINTABLE.test(text) ? text : undefined;
}

/**
 * Entries after which what the second reader left behind is collected. It makes 6 KB of closures and records for each,
 * which V8's small collections take for needed, and the heap never shrinks again: a wheel of 5,600 entries let it grow by
 * 30 MB, just before its files are read. With this by 13, for a hundredth of a second each time.
 */
const COLLECTED_ENTRIES = 1000;

/** A byte source as the second reader wants it: asked for ranges, once it says how long it is. */
class SourceReader {
  readonly size: number;
  private readonly source: ByteSource;

  constructor(source: ByteSource) {
    this.source = source;
    this.size = source.size;
  }

  async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    return this.source.read(index, length);
  }

  get readable(): ReadableStream {
    throw new Error('an archive is read by ranges');
  }
}

/**
 * Lists the archive a second time with zip.js in its strict mode, which others wrote and maintain, and compares. Two
 * readers that see different archives are what confusion attacks live on; a mistake in one of them shows here too.
 *
 * Only the listing is compared: content is unpacked by zlib, five times as fast and checked against the same promises.
 */
export async function compareWithSecondReader(
  source: ByteSource,
  entries: readonly ZipEntry[],
  problems: ProblemList,
): Promise<void> {
  const reader = new ZipReader(new SourceReader(source), {
    strictness: 'strict',
    checkAmbiguity: true,
    // Names have rules of their own here, stricter ones and with a code each.
    filenameValidation: 'tolerant',
    decodeText: plainText,
  });
  let position = 0;
  try {
    for await (const seen of reader.getEntriesGenerator()) {
      const entry = entries[position];
      position += 1;
      // Where the process was begun so that it can: see src/main/frugal.ts.
      if (position % COLLECTED_ENTRIES === 0) globalThis.gc?.({ type: 'major' });
      const same =
        entry !== undefined &&
        seen.filename === entry.name &&
        seen.offset === entry.offset &&
        seen.uncompressedSize === entry.size &&
        seen.compressedSize === entry.packedSize;
      if (!same) {
        problems.add('parsers-disagree', seen.filename);
        return;
      }
    }
    if (position !== entries.length) problems.add('parsers-disagree', null, 'number of entries');
  } catch (error) {
    problems.add('parsers-disagree', null, error instanceof Error ? error.message : 'the second reader refused');
  } finally {
    await reader.close();
  }
}
