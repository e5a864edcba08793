/** Facts about images, for surfaces. */
import { Problem } from '../../domain/problem.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { changesBetween, type ImageChanges } from './changes.ts';
import { type ImageManifest, parseImageManifest } from './manifest.ts';
import { findRow, type ImageRow, rowsOf } from './store.ts';

export type { ImageChanges } from './changes.ts';
export type { ImagedRelease, ImageManifest } from './manifest.ts';
export type { ImageCheck } from './verify.ts';

/** An image as it is listed. Times are RFC 3339, UTC. */
export interface ImageSummary {
  readonly channel: string;
  /** `2026-11`; built again in the same month: `2026-11.2`. */
  readonly id: string;
  readonly snapshot: number;
  /** Digest of the signed contents list; Ed25519 over it, base64. */
  readonly manifest: string;
  readonly signature: string;
  readonly keyId: string;
  readonly builtBy: string;
  readonly builtAt: string;
}

export interface ImageDetails extends ImageSummary {
  readonly contents: ImageManifest;
}

interface From {
  readonly db: Queryable;
  readonly blobs: Blobs;
}

/** The images of a channel, newest first. */
export async function listImages(db: Queryable, channel: string): Promise<readonly ImageSummary[]> {
  return (await rowsOf(db, channel)).map(summaryOf);
}

/** One image with its contents; the newest without an id. Throws `unknown-image`. */
export async function showImage({ db, blobs }: From, channel: string, id?: string): Promise<ImageDetails> {
  const row = await requireRow(db, channel, id);
  return { ...summaryOf(row), contents: parseImageManifest(await blobs.read(row.manifest)) };
}

/** What changed between two images; without ids from the last but one to the newest. Throws `unknown-image`. */
export async function compareImages(
  from: From,
  channel: string,
  ids: { readonly before?: string | undefined; readonly after?: string | undefined },
): Promise<ImageChanges> {
  const after = await showImage(from, channel, ids.after);
  const before = ids.before ?? (await beforeOf(from.db, channel, after.id));
  return changesBetween((await showImage(from, channel, before)).contents, after.contents);
}

async function beforeOf(db: Queryable, channel: string, id: string): Promise<string> {
  const ids = (await rowsOf(db, channel)).map((row) => row.id);
  const before = ids[ids.indexOf(id) + 1];
  if (before !== undefined) return before;
  throw new Problem({
    kind: 'not-found',
    code: 'no-earlier-image',
    what: `There is no image of ${channel} before ${id}`,
    next: 'Name two images: `pratique image diff 2026-10 2026-11`.',
  });
}

/** The bytes of a file of an image, by its path. Throws `unknown-file`. */
export async function imageFile(blobs: Blobs, { contents }: ImageDetails, path: string): Promise<Uint8Array> {
  const file = contents.files.find((one) => one.path === path);
  if (file !== undefined) return blobs.read(file.sha256);
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-file',
    what: `Image ${contents.image} has no file ${JSON.stringify(path.slice(0, 200))}`,
    next: `It has: ${contents.files.map((one) => one.path).join(', ')}.`,
  });
}

/** The image as CycloneDX 1.6. */
export function billOf({ contents }: ImageDetails) {
  return billOfMaterials(contents);
}

/** Throws `unknown-image`. */
export async function requireRow(db: Queryable, channel: string, id: string | undefined): Promise<ImageRow> {
  const row = id === undefined ? (await rowsOf(db, channel))[0] : await findRow(db, channel, id);
  if (row !== undefined) return row;
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-image',
    what:
      id === undefined ? `Channel ${channel} has no image yet` : `There is no image ${id.slice(0, 40)} of ${channel}`,
    next: id === undefined ? 'An operator builds one: `pratique image build`.' : 'See `pratique image list`.',
  });
}

function summaryOf({ channel, id, snapshot, manifest, signature, key_id, built_by, built_at }: ImageRow): ImageSummary {
  const built = { builtBy: built_by, builtAt: built_at.toISOString() };
  return { channel, id, snapshot, manifest, signature, keyId: key_id, ...built };
}
