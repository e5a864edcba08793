/** Facts about dossiers, for other rooms: what one evidence set and one request give, and by which name it is kept. */
import { createHash } from 'node:crypto';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import { type Digest, digestFromHex } from '../../domain/digest.ts';
import type { EvidenceSet } from '../../domain/evidence.ts';
import { Problem } from '../../domain/problem.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { RequestDetails } from '../requests/read.ts';
import { composeDossier } from './compose.ts';
import type { AskedFor, Dossier } from './dossier.ts';

/** What a dossier is composed from: one evidence set, and the request as it stood at a moment. */
export interface DossierOf {
  readonly set: EvidenceSet;
  /** Digest of the set. */
  readonly evidence: Digest;
  /** `null` where nobody asked. */
  readonly request: RequestDetails | null;
  /** What was said later is left out; `null` for everything. */
  readonly at: Date | null;
}

export function dossierOf({ set, evidence, request, at }: DossierOf): Dossier {
  return composeDossier({ set, evidence, request: request === null ? null : askedFor(request, at) });
}

/** Composes and keeps: the same evidence and request are one blob. */
export async function keepDossier(blobs: Blobs, of: DossierOf): Promise<Digest> {
  const { digest } = await blobs.put(canonicalBytes(dossierOf(of)));
  return digest;
}

/** Name of the canonical JSON of a dossier. */
export function dossierDigest(dossier: Dossier): Digest {
  return digestOfBytes(canonicalBytes(dossier));
}

export function digestOfBytes(bytes: Uint8Array): Digest {
  const digest = digestFromHex(createHash('sha256').update(bytes).digest('hex'));
  if (digest !== undefined) return digest;
  throw new Problem({ kind: 'internal', code: 'no-digest', what: 'SHA-256 gave no digest' });
}

/** A request without names of people, projects and contacts: data providers outside read it. */
function askedFor(request: RequestDetails, at: Date | null): AskedFor {
  const until = at?.toISOString() ?? null;
  const isBy = (time: string) => until === null || time <= until;
  const standing = request.requesters.filter(
    ({ joinedAt, withdrawnAt }) => isBy(joinedAt) && (withdrawnAt === null || !isBy(withdrawnAt)),
  );
  return {
    id: request.id,
    filedAt: request.filedAt,
    answers: standing.map(({ q1, q2, q3 }) => ({ q1, q2, q3 })),
    talk: request.messages.filter((one) => isBy(one.at)).map(({ kind, text, at: time }) => ({ kind, text, at: time })),
    answersConcern: request.answersConcern,
  };
}
