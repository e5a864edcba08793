/**
 * What a snapshot is made of. A small signed manifest lists, per ecosystem, 256 shards by digest; a shard lists its
 * packages; a package lists its finished documents and its files. One more release rewrites one package's documents, one
 * shard, the document of all names and the manifest.
 */
import { z } from 'zod';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import { RELEASE_STATES } from '../../domain/states.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'no digest');

/** Representations prepared at publishing: what pip and uv ask for. */
export const ENCODINGS = ['identity', 'gzip', 'br'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const documentSchema = z.object({
  /** `simple/requests/` */
  key: z.string(),
  contentType: z.string(),
  /** The address of the prefix stands in it as one byte; then it is stored as it is, and encoded when it is first asked for. */
  hasBase: z.literal(true).optional(),
  forms: z.array(z.object({ encoding: z.enum(ENCODINGS), digest, size: z.number().int().nonnegative() })),
});
/** A finished index document, by digest in each encoding. */
export type StoredDocument = z.infer<typeof documentSchema>;

const fileSchema = z.object({
  filename: z.string(),
  version: z.string(),
  sha256: digest,
  /** Bytes. */
  size: z.number().int().nonnegative(),
  metadata: z.object({ sha256: digest, size: z.number().int().nonnegative() }).nullable(),
  /** Of a file that was made here: the vetted one it follows from, and the signed statement that says so. */
  derivedFrom: z
    .object({
      ...{ filename: z.string(), sha256: digest, size: z.number().int().nonnegative() },
      /** PEM of the key that signed it: the manifest vouches for that key, whichever home the statement was made in. */
      attestation: z.object({ sha256: digest, size: z.number().int().nonnegative(), publicKey: z.string() }),
    })
    .optional(),
});
/** A file that the snapshot offers. */
export type StoredFile = z.infer<typeof fileSchema>;

const packageSchema = z.object({
  documents: z.array(documentSchema),
  files: z.array(fileSchema),
  releases: z.array(
    z.object({
      version: z.string(),
      state: z.enum(['core', 'accepted', 'dependency']),
      /** Purls from the root of a tree to this release: why it is here. */
      why: z.array(z.string()),
      targets: z.array(z.string()),
      needs: z.array(z.object({ target: z.string(), to: z.string() })),
    }),
  ),
  refused: z.array(z.object({ version: z.string(), state: z.enum(RELEASE_STATES), id: z.string() })),
});
/** Everything of one package in a snapshot. */
export type StoredPackage = z.infer<typeof packageSchema>;
export type StoredRelease = StoredPackage['releases'][number];

const shardSchema = z.record(z.string(), packageSchema);
/** Packages by normal name. */
export type Shard = z.infer<typeof shardSchema>;

export const leftOutSchema = z.object({
  entry: z.string(),
  name: z.string(),
  version: z.string(),
  /** Purl of the release that was denied or quarantined. */
  because: z.string(),
  /** Id of the denial or quarantine. */
  id: z.string(),
  /** The targets for which it is left out; absent for all of them. */
  targets: z.array(z.string()).optional(),
});
/** A list entry that the snapshot does not hold: its tree holds something that was stopped, and nothing cleared can stand for it. */
export type LeftOut = z.infer<typeof leftOutSchema>;

export const lostSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** The accepted release that it came with. */
  cameWith: z.object({ name: z.string(), version: z.string() }),
  /** Purl of the release that was denied or quarantined, and the id of that. */
  because: z.string(),
  id: z.string(),
});
/** A dependency that an accepted tree brought, and that it brings no more since something else in the tree was stopped. */
export type Lost = z.infer<typeof lostSchema>;

const ecosystemContentSchema = z.object({
  /** Two hexadecimal digits of the SHA-256 of the name, and the shard's digest. */
  shards: z.record(z.string(), digest),
  /** The documents that name all packages. */
  root: z.array(documentSchema),
  /** Digest of what says which entries and stops this was made from. */
  basis: digest,
  leftOut: z.array(leftOutSchema),
  /** By name and version; another tree may offer them all the same. Absent where there are none. */
  lost: z.array(lostSchema).optional(),
});
/** One ecosystem's part of a snapshot. */
export type EcosystemContent = z.infer<typeof ecosystemContentSchema>;

const contentSchema = z.record(z.string(), ecosystemContentSchema);
/** By ecosystem. The same lists and evidence give the same content. */
export type Content = z.infer<typeof contentSchema>;

const importedSchema = z.object({
  channel: z.string(),
  number: z.number().int().positive(),
  /** The blob that was signed there: the manifest as it came. */
  manifest: digest,
  /** Ed25519 over that manifest, base64; PEM of the key. */
  signature: z.string(),
  publicKey: z.string(),
});
/** Where an imported snapshot was made, and the proof of it. */
export type Imported = z.infer<typeof importedSchema>;

const manifestSchema = z.object({
  schema: z.literal('pratique.snapshot/1'),
  channel: z.string(),
  number: z.number().int().positive(),
  /** RFC 3339, UTC. */
  publishedAt: z.string(),
  /** The number whose content this repeats, for a rollback. */
  rolledBackTo: z.number().int().positive().nullable(),
  /** Set where the content came from another home; a rollback keeps it. */
  importedFrom: importedSchema.optional(),
  content: contentSchema,
});
/** What is signed: canonical JSON of this, ed25519. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Stored JSON, read as what it should be; throws `snapshot-damaged`. */
export const parseShard = (bytes: Uint8Array): Shard => parse(shardSchema, bytes);
export const parseManifest = (bytes: Uint8Array): Manifest => parse(manifestSchema, bytes);

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new Problem({
      kind: 'internal',
      code: 'snapshot-damaged',
      what: 'A part of a snapshot is not what it should be',
      next: 'Run `pratique snapshot verify --deep`, and restore from a backup.',
      cause,
    });
  }
}
