/** What upstream says of a package, whenever it was read. */
import { hash } from 'node:crypto';
import type { Digest } from '../../domain/digest.ts';
import type { UpstreamPackage } from '../../domain/distribution.ts';

/** A listing may hold thousands of files, and one vetting asks several times. */
const known = new WeakMap<UpstreamPackage, Digest>();

/** Digest of all that a listing says but the moment of reading. The same in another order is another digest. */
export function saidBy(listing: UpstreamPackage): Digest {
  const { readAt: _when, ...said } = listing;
  const digest = known.get(listing) ?? digestOfText(JSON.stringify(said));
  known.set(listing, digest);
  return digest;
}

/** SHA-256 of a text in UTF-8. */
export function digestOfText(text: string): Digest {
  return `sha256:${hash('sha256', text, 'hex')}`;
}
