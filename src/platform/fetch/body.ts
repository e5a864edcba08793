/** Reading a body to its end, never past its limit, packed or unpacked. */
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { LimitReached } from './failure.ts';
import { shownUrl } from './reach.ts';

/** What `readBody` can unpack. */
export const ACCEPTED_ENCODINGS = 'gzip, br';

/** The whole body, unpacked. Throws `LimitReached` past `maxBytes` (counted unpacked, so that a bomb ends early). */
export async function readBody(
  body: Readable,
  from: { readonly url: URL; readonly encoding: string | undefined; readonly maxBytes: number },
): Promise<Uint8Array> {
  const { url, maxBytes } = from;
  const plain = unpacked(body, from.encoding, url);
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of plain) {
      if (!(piece instanceof Uint8Array)) throw new LimitReached(`${shownUrl(url)} sent what are no bytes`);
      size += piece.byteLength;
      if (size > maxBytes) throw tooLarge(url, maxBytes);
      pieces.push(piece);
    }
  } finally {
    plain.destroy();
    body.destroy();
  }
  return joined(pieces, size);
}

/**
 * In memory of its own: `Buffer.concat` takes small ones out of a pool of 64 KiB, all of which stays for as long as one
 * document in it is kept.
 */
function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

/** The error for a document past its limit: far more than any index of real packages takes, so no setting raises it. */
export function tooLarge(url: URL, maxBytes: number): LimitReached {
  return new LimitReached(
    `${shownUrl(url)} is larger than the limit of ${maxBytes} bytes for such a document; tell who runs that source`,
  );
}

/** The same for a file. */
export function fileTooLarge(url: URL, maxBytes: number): LimitReached {
  return new LimitReached(
    `${shownUrl(url)} is larger than the limit of ${maxBytes} bytes; for files of packages, limits.max_file_mib in policy.yaml sets it`,
  );
}

function unpacked(body: Readable, encoding: string | undefined, url: URL): Readable {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return body;
  const unpacker =
    name === 'gzip' || name === 'x-gzip' ? createGunzip() : name === 'br' ? createBrotliDecompress() : undefined;
  if (unpacker === undefined)
    throw new LimitReached(
      `${shownUrl(url)} is packed as ${name.slice(0, 20)}, which we did not ask for; ask its operator`,
    );
  body.once('error', (error) => unpacker.destroy(error));
  body.pipe(unpacker);
  return unpacker;
}
