/** Hashes that upstream states beside SHA-256, checked while a file arrives (Subresource Integrity, W3C, "hash-expression"). */
import { createHash } from 'node:crypto';
import type { Distribution } from '../../../domain/distribution.ts';
import { Problem } from '../../../domain/problem.ts';

/** Strongest first: only hashes of the strongest algorithm that is stated count (SRI, "Get the strongest metadata"). */
const ALGORITHMS = ['sha512', 'sha384', 'sha256', 'sha1', 'md5'] as const;

interface Stated {
  readonly algorithm: (typeof ALGORITHMS)[number];
  /** Base64, any of which is right. */
  readonly hashes: readonly string[];
}

/** The strongest hashes of an integrity text; `undefined` where it states none that is known. */
export function strongestOf(integrity: string | undefined): Stated | undefined {
  const parts = (integrity ?? '').split(/\s+/).map((part) => /^([a-z0-9]+)-([A-Za-z0-9+/]+=*)/.exec(part));
  for (const algorithm of ALGORITHMS) {
    const hashes = parts.flatMap((part) => (part?.[1] === algorithm ? [part[2] ?? ''] : []));
    if (hashes.length > 0) return { algorithm, hashes };
  }
  return undefined;
}

/** Whether a text states a hash that no two files share: what is named by it need not be fetched again. */
export function isStrong(integrity: string | undefined): integrity is string {
  const algorithm = strongestOf(integrity)?.algorithm;
  return algorithm === 'sha512' || algorithm === 'sha384' || algorithm === 'sha256';
}

/** The same bytes; throws a `could-not-check` problem at their end where they are not what upstream states. */
export function withIntegrity(
  body: AsyncIterable<Uint8Array>,
  { integrity, filename, source }: Pick<Distribution, 'integrity' | 'filename' | 'source'>,
): AsyncIterable<Uint8Array> {
  const stated = strongestOf(integrity);
  return stated === undefined ? body : checked(body, stated, { filename, source });
}

async function* checked(
  body: AsyncIterable<Uint8Array>,
  { algorithm, hashes }: Stated,
  of: { readonly filename: string; readonly source: string },
): AsyncIterable<Uint8Array> {
  const hash = createHash(algorithm);
  for await (const piece of body) {
    hash.update(piece);
    yield piece;
  }
  const found = hash.digest('base64');
  if (hashes.includes(found)) return;
  throw new Problem({
    kind: 'could-not-check',
    code: 'integrity-mismatch',
    what: `${of.filename} is not what ${of.source} states`,
    why: `its ${algorithm} is ${found}, stated is ${hashes.join(' or ')}`,
  });
}
