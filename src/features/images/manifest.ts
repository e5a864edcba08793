/** The signed contents list of an image. */
import { z } from 'zod';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'no digest');
const file = z.object({ filename: z.string(), sha256: digest, size: z.int().nonnegative() });
const release = z.object({
  purl: z.string(),
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  list: z.enum(['core', 'dependency']),
  targets: z.array(z.string()),
  neededBy: z.array(z.string()),
  files: z.array(file),
});

/** Below a folder that somebody names: it leads nowhere else. */
const path = z.string().regex(/^(?!.*(?:^|\/)[.]{1,2}(?:\/|$))[\w.-]+(?:\/[\w.-]+)*$/);

const schema = z.object({
  schema: z.literal('pratique.image/1'),
  channel: z.string(),
  image: z.string(),
  /** The snapshot that it is made from, and the digest of that snapshot's signed manifest. */
  snapshot: z.int().positive(),
  snapshotManifest: digest,
  /** RFC 3339, UTC. */
  builtAt: z.string(),
  /** By purl. */
  releases: z.array(release),
  /** What the build of the image installs from, by path; sizes in bytes. */
  files: z.array(z.object({ path, sha256: digest, size: z.int().nonnegative() })),
});

/** What is signed: the canonical JSON of this (RFC 8785), Ed25519. */
export type ImageManifest = z.infer<typeof schema>;
export type ImagedRelease = ImageManifest['releases'][number];

/** Throws `image-damaged`. */
export function parseImageManifest(bytes: Uint8Array): ImageManifest {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new Problem({
      kind: 'internal',
      code: 'image-damaged',
      what: 'The contents list of an image is not what it should be',
      next: 'Restore it from a backup, or build the image again.',
      cause,
    });
  }
}
