import { createInflateRaw, inflateRawSync } from 'node:zlib';
import type { ByteSource } from './source.ts';

/** Size of the pieces that come out of the decompressor: a bomb is noticed after at most one of them. */
const OUTPUT_SIZE = 256 * 1024;

export type Inflated =
  /** `consumed`: bytes of input up to and including the last DEFLATE block. */
  | { readonly status: 'done'; readonly consumed: number }
  | { readonly status: 'broken' }
  | { readonly status: 'stopped' };

/**
 * Inflates a raw DEFLATE stream (RFC 1951) that starts at `from` and ends at or before `to`, piece by piece.
 *
 * `sink` sees each piece and returns `false` to stop at once, before more is unpacked. A stream that does not end
 * before `to` is `broken`.
 */
export async function inflate(
  source: ByteSource,
  range: { readonly from: number; readonly to: number },
  sink: (piece: Buffer) => boolean | Promise<boolean>,
): Promise<Inflated> {
  const inflater = createInflateRaw({ chunkSize: OUTPUT_SIZE });
  let given = 0;
  const feed = async (): Promise<void> => {
    for await (const piece of source.pieces(range.from, range.to)) {
      if (inflater.readableEnded || inflater.destroyed) return;
      given += piece.length;
      // The callback is awaited because the next read reuses the buffer.
      const written = await write(inflater, piece);
      if (!written) return;
    }
    inflater.end();
  };
  const feeding = feed().catch((error: unknown) => {
    inflater.destroy(error instanceof Error ? error : new Error('unreadable'));
  });
  try {
    for await (const piece of inflater) {
      if (!(await sink(piece))) return { status: 'stopped' };
    }
    return { status: 'done', consumed: Math.min(inflater.bytesWritten, given) };
  } catch {
    return { status: 'broken' };
  } finally {
    inflater.destroy();
    await feeding;
  }
}

/** Whether the piece was taken; `false` once the decompressor has ended or failed. */
function write(inflater: ReturnType<typeof createInflateRaw>, piece: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const ended = (): void => resolve(false);
    inflater.once('close', ended);
    inflater.once('end', ended);
    inflater.write(piece, (error) => {
      inflater.off('close', ended);
      inflater.off('end', ended);
      resolve(error === null || error === undefined);
    });
  });
}

/** Least room for unpacked bytes that zlib takes (Node, `zlib.constants.Z_MIN_CHUNK`). */
const LEAST_ROOM = 64;

/**
 * Inflates a raw DEFLATE stream in one call, a fraction of the cost of `inflate` for what is small. What comes out is
 * the caller's own memory. Throws zlib's error for a broken stream, and `ERR_BUFFER_TOO_LARGE` beyond `most` bytes.
 */
export function inflateWhole(packed: Buffer, most: number): { readonly bytes: Buffer; readonly consumed: number } {
  // Room for all of it at once: else the pieces would be put together afterwards.
  const chunkSize = Math.max(LEAST_ROOM, most);
  const answer: unknown = inflateRawSync(packed, { maxOutputLength: most, chunkSize, info: true });
  // `info` makes Node return the engine beside the bytes, which its types do not say.
  if (!isInflatedInfo(answer)) throw new TypeError('zlib did not return its engine');
  return { bytes: answer.buffer, consumed: answer.engine.bytesWritten };
}

interface InflatedInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function isInflatedInfo(value: unknown): value is InflatedInfo {
  return (
    typeof value === 'object' &&
    value !== null &&
    'buffer' in value &&
    Buffer.isBuffer(value.buffer) &&
    'engine' in value
  );
}
