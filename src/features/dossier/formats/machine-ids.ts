/** Names that machine-readable forms need, made from digests: the same evidence has the same ids. */
import { createHash } from 'node:crypto';
import type { Digest } from '../../../domain/digest.ts';
import { hexOf } from '../../../domain/digest.ts';

/** A UUID of version 8 (RFC 9562, 5.8: made in a way of one's own) from the first bits of a digest. */
export function uuidOf(digest: Digest): string {
  const hex = hexOf(digest);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) % 4) + 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** A name for one claim that stays the same when lines move. */
export function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
