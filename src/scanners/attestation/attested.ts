/** All attestations of one file together: who vouches for it, and what is wrong with them. */
import type { TrustRoot } from '../../domain/trust-root.ts';
import type { PublishedAttestation } from './documents.ts';
import type { Publisher } from './publisher.ts';
import { type ExpectedSubject, type Verification, verifyBundle } from './verify.ts';

type Verified = Extract<Verification, { state: 'verified' }>;
type Failed = Exclude<Verification, Verified>;

export interface Attested {
  readonly verified: readonly Verified[];
  readonly invalid: readonly Failed[];
  readonly unverifiable: readonly Failed[];
  /** Builds that signed, each once, in the order of the document. */
  readonly publishers: readonly Publisher[];
  /** A publisher whom the registry names and no certificate does: `owner/name`. */
  readonly disagreeing: readonly string[];
}

export function attestedBy(
  published: readonly PublishedAttestation[],
  expected: ExpectedSubject,
  roots: readonly TrustRoot[],
): Attested {
  const verified: Verified[] = [];
  const failed: Failed[] = [];
  const disagreeing = new Set<string>();
  for (const { bundle, claimed } of published) {
    const result = verifyBundle(bundle, expected, roots);
    if (result.state !== 'verified') {
      failed.push(result);
      continue;
    }
    verified.push(result);
    const repository = result.publisher?.repository ?? null;
    const named = claimed?.repository;
    if (named !== undefined && repository !== null && !isRepository(repository, named)) disagreeing.add(named);
  }
  return {
    verified,
    invalid: failed.filter(({ state }) => state === 'invalid'),
    unverifiable: failed.filter(({ state }) => state === 'unverifiable'),
    publishers: distinct(verified.flatMap(({ publisher }) => publisher ?? [])),
    disagreeing: [...disagreeing],
  };
}

/** `owner/name` against the address in a certificate; forges take names in any case. */
function isRepository(address: string, named: string): boolean {
  const [whole, end] = [address.toLowerCase(), named.toLowerCase()];
  return whole === end || whole.endsWith(`/${end}`);
}

function distinct(publishers: readonly Publisher[]): readonly Publisher[] {
  const seen = new Set<string>();
  return publishers.filter((one) => {
    const key = JSON.stringify(one);
    return seen.has(key) ? false : seen.add(key);
  });
}
