/**
 * A snapshot as it is carried to another home: `manifest.json` (the bytes that were signed), `signature.json`, then
 * `blobs/sha256/<hex>`: first the listings, then everything they name, each group in the order of names. Whatever names a
 * blob comes before it, so that a reader knows of every entry whether it belongs there before a byte of it is kept.
 */
import { z } from 'zod';
import { type Digest, digestFromHex, hexOf } from '../../domain/digest.ts';
import type { Manifest, Shard, StoredDocument } from './content.ts';

export const MANIFEST_NAME = 'manifest.json';
export const SIGNATURE_NAME = 'signature.json';

/** A manifest lists 256 shards per ecosystem (90 bytes each) and the entries left out: 100,000 of them fit. */
export const LARGEST_MANIFEST_BYTES = 32 * 1024 * 1024;
/** A key, a signature and their names are less than 1 kB. */
export const LARGEST_SIGNATURE_BYTES = 16 * 1024;
/** A shard of 100,000 packages is a few megabytes; a basis names every list entry, 150 bytes each. */
export const LARGEST_LISTING_BYTES = 256 * 1024 * 1024;

export const signatureSchema = z.object({
  schema: z.literal('pratique.snapshot-signature/1'),
  keyId: z.string(),
  /** PEM; it says who claims to have signed, and is never what a signature is checked with. */
  publicKey: z.string(),
  /** Ed25519 over the bytes of the manifest, base64. */
  signature: z.string(),
});
export type CarriedSignature = z.infer<typeof signatureSchema>;

/** The only name that a blob may have in the file. */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** The digest that a name stands for; `undefined` for any other name. */
export function digestOfPath(path: string): Digest | undefined {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
  return hex === undefined ? undefined : digestFromHex(hex);
}

/** Bytes of each named blob. */
export type Sizes = Map<Digest, number>;

export interface Listings {
  readonly shards: ReadonlySet<Digest>;
  readonly bases: ReadonlySet<Digest>;
  /** Documents that the manifest itself names. */
  readonly named: Sizes;
}

/** What a manifest names. */
export function namedByManifest({ content }: Manifest): Listings {
  const [shards, bases, named] = [new Set<Digest>(), new Set<Digest>(), new Map<Digest, number>()];
  for (const part of Object.values(content)) {
    for (const digest of Object.values(part.shards)) shards.add(digest);
    bases.add(part.basis);
    addDocuments(part.root, named);
  }
  return { shards, bases, named };
}

/** Adds what a shard names: documents, files, sidecars. */
export function addNamedByShard(shard: Shard, to: Sizes): void {
  for (const { documents, files } of Object.values(shard)) {
    addDocuments(documents, to);
    for (const file of files) {
      to.set(file.sha256, file.size);
      if (file.metadata !== null) to.set(file.metadata.sha256, file.metadata.size);
      if (file.derivedFrom === undefined) continue;
      const { sha256, size, attestation } = file.derivedFrom;
      to.set(sha256, size);
      to.set(attestation.sha256, attestation.size);
    }
  }
}

function addDocuments(documents: readonly StoredDocument[], to: Sizes): void {
  for (const { forms } of documents) for (const { digest, size } of forms) to.set(digest, size);
}
