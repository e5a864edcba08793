/** From files to JSON values: plain, gzip, one a line, zipped. Whole or not at all. */
import { gunzipSync } from 'node:zlib';
import type { FileEntry } from '@zip.js/zip.js';
import { Problem } from '../../domain/problem.ts';
import type { Admit, ImportedFile } from '../../platform/import-files/port.ts';

/** Bytes after unpacking one file: above every advisory export there is, below what a process survives. */
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;
/** Entries of one zip: all records of the largest ecosystem ten times over. */
const MAX_ZIP_ENTRIES = 2_000_000;

export interface DecodedRecord {
  /** File, and line where there are several records in it. */
  readonly origin: string;
  readonly value: unknown;
}

/** Limits on what one archive unpacks to; tests set smaller ones. */
export interface DecodeLimits {
  /** Bytes. */
  readonly unpacked: number;
  readonly entries: number;
}

const LIMITS: DecodeLimits = { unpacked: MAX_UNPACKED_BYTES, entries: MAX_ZIP_ENTRIES };

/**
 * The records of files named `.json`, `.jsonl`, either with `.gz`, and `.zip`; other files are passed over. `admit` is asked
 * about each, unpacked, before it is parsed. Throws `import-unusable`, and what `admit` throws.
 */
export async function* recordsOf(
  files: AsyncIterable<ImportedFile>,
  { admit, limits = LIMITS }: { readonly admit: Admit; readonly limits?: DecodeLimits },
): AsyncIterable<DecodedRecord> {
  for await (const file of files) {
    if (file.name.endsWith('.zip')) yield* zipped(file, { admit, limits });
    else yield* plain(file, { admit, limits });
  }
}

interface Decoding {
  readonly admit: Admit;
  readonly limits: DecodeLimits;
}

function* plain(file: ImportedFile, { admit, limits }: Decoding): Iterable<DecodedRecord> {
  const zipped = file.name.endsWith('.gz');
  const name = zipped ? file.name.slice(0, -'.gz'.length) : file.name;
  if (!name.endsWith('.json') && !name.endsWith('.jsonl')) return;
  const bytes = zipped ? gunzip(file, limits.unpacked) : file.bytes;
  admit({ name: file.name, bytes });
  const text = decodeText(bytes, file.name);
  if (name.endsWith('.json')) {
    const value = parseJson(text, file.name);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [index, one] of values.entries()) yield { origin: `${file.name}[${index}]`, value: one };
    return;
  }
  for (const [index, line] of text.split('\n').entries()) {
    const origin = `${file.name}:${index + 1}`;
    if (line.trim() !== '') yield { origin, value: parseJson(line, origin) };
  }
}

async function* zipped(file: ImportedFile, { admit, limits }: Decoding): AsyncIterable<DecodedRecord> {
  const { Uint8ArrayReader, ZipReader } = await import('@zip.js/zip.js');
  const reader = new ZipReader(new Uint8ArrayReader(file.bytes), {
    strictness: 'strict',
    checkSignature: true,
    useWebWorkers: false,
  });
  let left = limits.unpacked;
  let entries = 0;
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      entries += 1;
      if (entries > limits.entries) throw unusable(file.name, `it holds more than ${limits.entries} entries`);
      if (entry.directory) continue;
      const bytes = await unpack(entry, left, file.name);
      left -= bytes.length;
      yield* plain({ name: `${file.name}/${entry.filename}`, bytes }, { admit, limits: { ...limits, unpacked: left } });
    }
  } catch (error) {
    throw error instanceof Problem ? error : unusable(file.name, messageOf(error));
  } finally {
    await reader.close();
  }
}

/** The bytes of an entry. What arrives is counted: the size that the archive states is only a claim. */
async function unpack(entry: FileEntry, left: number, name: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const counting = new WritableStream<Uint8Array>({
    write(piece) {
      size += piece.length;
      if (size > left) throw unusable(name, 'it unpacks to more than the limit');
      pieces.push(piece);
    },
  });
  await entry.getData(counting);
  return new Uint8Array(Buffer.concat(pieces));
}

function gunzip(file: ImportedFile, maxOutputLength: number): Uint8Array {
  try {
    return gunzipSync(file.bytes, { maxOutputLength: Math.max(1, maxOutputLength) });
  } catch (error) {
    throw unusable(file.name, messageOf(error));
  }
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unusable(name, 'it is not UTF-8');
  }
}

function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unusable(origin, 'it is not JSON');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be unpacked';
}

function unusable(origin: string, why: string): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'import-unusable',
    what: `${origin} cannot be imported`,
    why,
    next: 'Fetch the export again and repeat the import; nothing was changed.',
  });
}
