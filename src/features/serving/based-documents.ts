/**
 * Documents with absolute addresses: stored once, with one byte where the address of the asked prefix belongs. The first
 * question under a prefix fills it in and compresses; later ones get the prepared bytes. Nothing is parsed on the way.
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Digest } from '../../domain/digest.ts';
import { BASE_BYTE, SERVER_BYTE } from '../../ecosystems/contract.ts';
import type { Encoding } from '../snapshots/read.ts';
import { createRecent } from './caches.ts';

/** Bytes of filled-in documents kept. */
const KEPT_BYTES = 64 * 1024 * 1024;
/** Below this many bytes an encoding saves less than its header costs. */
const SMALLEST_ENCODED_BYTES = 256;
/** Somebody waits for the first answer under a prefix: levels that take milliseconds per megabyte. */
const GZIP_LEVEL = 6;
const BROTLI_QUALITY = 4;

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);

/** The addresses that stand in a document. */
export interface Addresses {
  /** `https://packages.example.org/tier3/npm/` */
  readonly base: string;
  /** `https://packages.example.org` */
  readonly server: string;
}

export interface BasedDocuments {
  body(digest: Digest, encoding: Encoding, addresses: Addresses): Promise<Buffer>;
}

/** `read` gives a stored document. */
export function createBasedDocuments(read: (digest: Digest) => Promise<Buffer>): BasedDocuments {
  const kept = createRecent<string, Buffer>(KEPT_BYTES, (body) => body.byteLength);
  const running = new Map<string, Promise<Buffer>>();
  const make = async (digest: Digest, encoding: Encoding, addresses: Addresses) =>
    encoded(filledIn(await read(digest), addresses), encoding);
  return {
    async body(digest, encoding, addresses) {
      const key = `${digest} ${encoding} ${addresses.base} ${addresses.server}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const making = running.get(key) ?? make(digest, encoding, addresses).finally(() => running.delete(key));
      running.set(key, making);
      const body = await making;
      kept.set(key, body);
      return body;
    },
  };
}

/** The encoding in which a document of so many bytes is sent to a client. */
export function encodingFor(size: number, wanted: readonly Encoding[]): Encoding {
  return size < SMALLEST_ENCODED_BYTES ? 'identity' : (wanted[0] ?? 'identity');
}

/** The document with both addresses in their places; they are written as they stand in a JSON string. */
export function filledIn(stored: Buffer, { base, server }: Addresses): Buffer {
  const texts = new Map([
    [BASE_BYTE, Buffer.from(JSON.stringify(base).slice(1, -1))],
    [SERVER_BYTE, Buffer.from(JSON.stringify(server).slice(1, -1))],
  ]);
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < stored.length; at += 1) {
    const text = stored[at] === BASE_BYTE || stored[at] === SERVER_BYTE ? texts.get(stored[at] ?? 0) : undefined;
    if (text === undefined) continue;
    pieces.push(stored.subarray(from, at), text);
    from = at + 1;
  }
  return Buffer.concat([...pieces, stored.subarray(from)]);
}

async function encoded(body: Buffer, encoding: Encoding): Promise<Buffer> {
  switch (encoding) {
    case 'identity':
      return body;
    case 'gzip':
      return await gzipped(body, { level: GZIP_LEVEL });
    case 'br':
      return await brotlied(body, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
        },
      });
  }
}
