/** Facts about evidence, for other rooms and surfaces. */
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { UpstreamPackage } from '../../domain/distribution.ts';
import type { EvidenceSet, PassedOver } from '../../domain/evidence.ts';
import { Problem } from '../../domain/problem.ts';
import { type EcosystemId, parsePurl } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { evidenceSetSchema } from './evidence-schema.ts';
import { findSigningKeys, newestEvidenceAbout, newestEvidenceOf } from './store.ts';
import { findListedVersions, findUpstreamPackage } from './upstream-store.ts';

export { VETTING_STEPS } from './ask.ts';
export { type NotedProgress, vettingProgress } from './progress.ts';
export { findListedVersions as listedVersions, newestEvidenceAbout, newestEvidenceOf };

/** Upstream's listing of a package as it was last read for a vetting; `undefined` where it never was. */
export function knownUpstream(
  db: Queryable,
  ecosystem: EcosystemId,
  name: string,
): Promise<UpstreamPackage | undefined> {
  return findUpstreamPackage(db, ecosystem, name);
}

/** Digest of the keys that upstream signs releases with, as they were last read for a vetting. */
export function knownSigningKeys(db: Queryable, ecosystem: EcosystemId): Promise<Digest | undefined> {
  return findSigningKeys(db, ecosystem);
}

/** What evidence is about, and a newer release that was not taken. */
export interface ResolvedRelease {
  readonly version: string;
  readonly passedOver: PassedOver | null;
}

/** What the newest evidence of a request is about, by its digest; `null` where there is none yet. */
export async function resolvedRelease(blobs: Blobs, evidence: string | null): Promise<ResolvedRelease | null> {
  if (evidence === null || !isDigest(evidence)) return null;
  const { root, passedOver } = await readEvidenceSet(blobs, evidence);
  const version = parsePurl(root)?.version;
  return version === undefined ? null : { version, passedOver: passedOver ?? null };
}

/** The evidence set of a digest, as it was seen. Throws `blob-missing`, or `not-evidence` where it is something else. */
export async function readEvidenceSet(blobs: Blobs, digest: Digest): Promise<EvidenceSet> {
  const parsed = evidenceSetSchema.safeParse(JSON.parse(new TextDecoder().decode(await blobs.read(digest))));
  if (parsed.success) return parsed.data;
  throw new Problem({
    kind: 'internal',
    code: 'not-evidence',
    what: `${digest} is no evidence set`,
    cause: parsed.error,
  });
}
