/** Reading a carried snapshot: nothing is believed before its signature holds, nothing is kept that it does not name. */
import { createHash } from 'node:crypto';
import type { Digest } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import type { CarriedFile } from '../../platform/backup/port.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Verifier } from '../../platform/signing/port.ts';
import {
  addNamedByShard,
  type CarriedSignature,
  digestOfPath,
  LARGEST_LISTING_BYTES,
  LARGEST_MANIFEST_BYTES,
  LARGEST_SIGNATURE_BYTES,
  MANIFEST_NAME,
  namedByManifest,
  SIGNATURE_NAME,
  signatureSchema,
} from './carried.ts';
import { type Manifest, parseManifest, parseShard } from './content.ts';
import type { CarryProgress } from './export.ts';

interface Receiving {
  readonly blobs: Blobs;
  readonly verifier: Verifier;
  /** PEM of every key whose snapshots are believed. */
  readonly trusted: readonly string[];
  readonly progress?: CarryProgress | undefined;
}

/** What came, every byte of it checked and its blobs stored. */
export interface Received {
  readonly manifest: Manifest;
  readonly digest: Digest;
  readonly signature: string;
  /** The trusted key that the signature was checked with, and its id. */
  readonly publicKey: string;
  readonly keyId: string;
}

/**
 * Reads a whole carried snapshot. Throws `snapshot-key-unknown` and `snapshot-file-damaged`; blobs that were already stored
 * then stay, which is harmless: a blob is named by what it holds, and only a snapshot makes it served.
 */
export async function receiveSnapshot(files: AsyncIterable<CarriedFile>, ask: Receiving): Promise<Received> {
  let manifest: Uint8Array | undefined;
  let head: Received | undefined;
  let pending: Pending | undefined;
  for await (const file of files) {
    if (manifest === undefined) {
      manifest = await whole(file, MANIFEST_NAME, LARGEST_MANIFEST_BYTES);
    } else if (head === undefined) {
      const signature = parseSignature(await whole(file, SIGNATURE_NAME, LARGEST_SIGNATURE_BYTES));
      head = believed(manifest, signature, ask);
      pending = new Pending(head.manifest, ask);
    } else {
      await pending?.receive(file);
    }
  }
  if (manifest === undefined || head === undefined || pending === undefined) throw damaged('it ends in the middle');
  pending.requireNothingMissing();
  await ask.blobs.put(manifest, { digest: head.digest });
  return head;
}

/** What the manifest, and the shards read so far, name and has not come yet. */
class Pending {
  readonly #ask: Receiving;
  readonly #shards: ReadonlySet<Digest>;
  /** `null` where no size was promised: listings, which have a limit of their own. */
  readonly #expected = new Map<Digest, number | null>();
  readonly #came = new Set<Digest>();
  #bytes = 0;

  constructor(manifest: Manifest, ask: Receiving) {
    const { shards, bases, named } = namedByManifest(manifest);
    this.#ask = ask;
    this.#shards = shards;
    for (const [digest, size] of named) this.#expected.set(digest, size);
    for (const digest of [...shards, ...bases]) this.#expected.set(digest, null);
  }

  async receive(file: CarriedFile): Promise<void> {
    const digest = digestOfPath(file.path);
    const size = digest === undefined ? undefined : this.#expected.get(digest);
    if (digest === undefined || size === undefined) throw damaged(`it holds ${file.path}, which does not belong there`);
    if (this.#came.has(digest)) throw damaged(`it holds ${file.path} twice`);
    requireSize(file, size ?? LARGEST_LISTING_BYTES);
    if (size !== null && file.size !== size) throw damaged(`${file.path} has another size than was signed`);
    await this.#ask.blobs.put(file.body, { digest, maxBytes: file.size }).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'blob-mismatch') throw damaged(`${file.path} was changed`, error);
      throw error;
    });
    this.#came.add(digest);
    if (this.#shards.has(digest)) await this.#expect(digest);
    this.#bytes += file.size;
    this.#ask.progress?.({ blobs: this.#came.size, total: this.#expected.size, bytes: this.#bytes });
  }

  requireNothingMissing(): void {
    const missing = [...this.#expected.keys()].find((digest) => !this.#came.has(digest));
    if (missing !== undefined) throw damaged(`${missing} is missing`);
  }

  async #expect(shard: Digest): Promise<void> {
    const named = new Map<Digest, number>();
    addNamedByShard(readParsed(parseShard, await this.#ask.blobs.read(shard)), named);
    for (const [digest, size] of named) if (!this.#expected.has(digest)) this.#expected.set(digest, size);
  }
}

/** Checks with the keys that are trusted, never with the one that came along. */
function believed(manifest: Uint8Array, signed: CarriedSignature, { verifier, trusted }: Receiving): Received {
  const publicKey = trusted.find((key) => verifier.verify(manifest, signed.signature, key));
  if (publicKey === undefined) {
    const claimed = verifier.keyId(signed.publicKey);
    if (claimed === undefined || !verifier.verify(manifest, signed.signature, signed.publicKey))
      throw damaged('its signature does not hold');
    if (trusted.some((key) => verifier.keyId(key) === claimed)) throw damaged('its signature does not hold');
    throw unknownKey(claimed);
  }
  return {
    manifest: readParsed(parseManifest, manifest),
    digest: `sha256:${createHash('sha256').update(manifest).digest('hex')}`,
    signature: signed.signature,
    publicKey,
    keyId: verifier.keyId(publicKey) ?? signed.keyId,
  };
}

async function whole(file: CarriedFile, name: string, most: number): Promise<Uint8Array> {
  if (file.path !== name) throw damaged(`it holds ${file.path} where ${name} should be`);
  requireSize(file, most);
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function requireSize({ path, size }: CarriedFile, most: number): void {
  // Written so that what is no number at all is refused too.
  if (!(size >= 0 && size <= most)) throw damaged(`${path} is larger than ${most} bytes`);
}

function parseSignature(bytes: Uint8Array): CarriedSignature {
  return readParsed((text) => signatureSchema.parse(JSON.parse(new TextDecoder().decode(text))), bytes);
}

function readParsed<T>(parse: (bytes: Uint8Array) => T, bytes: Uint8Array): T {
  try {
    return parse(bytes);
  } catch (error) {
    throw damaged('a part of it is not what it should be, or of a newer release', error);
  }
}

function unknownKey(keyId: string): Problem {
  return new Problem({
    kind: 'not-allowed',
    code: 'snapshot-key-unknown',
    what: 'The snapshot is signed with a key that this home does not know',
    why: `its key id is ${keyId}; nothing was published`,
    next: 'Ask who exported it for the key id and the public key, over another way than the file (`snapshot export` printed both); where the id is the same, import with --key PEMFILE.',
  });
}

function damaged(why: string, cause?: unknown): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'snapshot-file-damaged',
    what: 'The snapshot cannot be imported',
    why,
    next: 'Nothing was published. Copy the file anew from where it was exported.',
    cause,
  });
}
