/** Whether the dossier that a decision is pinned to is still what its evidence and its request give. */
import { z } from 'zod';
import { isDigest } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Decision } from '../decisions/read.ts';
import { showRequest } from '../requests/read.ts';
import { readEvidenceSet } from '../vetting/read.ts';
import { COMPOSER_VERSION } from './dossier.ts';
import { digestOfBytes, dossierDigest, dossierOf } from './read.ts';

export type DossierCheck =
  /** Composed again from evidence and request: the same bytes. */
  | { readonly status: 'whole'; readonly decision: string; readonly dossier: string }
  /** The bytes are those that the decision names; other words were composed by an earlier version, so not again. */
  | {
      readonly status: 'older-composer';
      readonly decision: string;
      readonly dossier: string;
      readonly composer: number;
    }
  /** The decision was made without evidence, or before dossiers were pinned. */
  | { readonly status: 'not-pinned'; readonly decision: string }
  | { readonly status: 'broken'; readonly decision: string; readonly what: string };

export interface VerifyDeps {
  readonly db: Queryable;
  readonly blobs: Blobs;
  /** The dossier that the ledger's fact about a decision names; `undefined` where there is no such fact. */
  pinnedInLedger(decision: string): Promise<string | null | undefined>;
}

const storedDossier = z.looseObject({ composer: z.number(), evidence: z.string() });

export async function verifyDossier(deps: VerifyDeps, decision: Decision): Promise<DossierCheck> {
  const { id, dossier, evidence } = decision;
  const broken = (what: string): DossierCheck => ({ status: 'broken', decision: id, what });
  const inLedger = await deps.pinnedInLedger(id);
  if ((inLedger ?? null) !== dossier)
    return broken(`the ledger names ${inLedger ?? 'no dossier'}, the decision ${dossier ?? 'none'}`);
  if (dossier === null) return { status: 'not-pinned', decision: id };
  if (!isDigest(dossier) || evidence === null || !isDigest(evidence))
    return broken('it names no dossier or no evidence set');
  try {
    const bytes = await deps.blobs.read(dossier);
    if (digestOfBytes(bytes) !== dossier) return broken(`the bytes kept as ${dossier} are others`);
    const stored = storedDossier.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    if (!stored.success || stored.data.evidence !== evidence)
      return broken(`${dossier} is no dossier about ${evidence}`);
    if (digestOfBytes(await deps.blobs.read(evidence)) !== evidence)
      return broken(`the bytes kept as ${evidence} are others`);
    const { composer } = stored.data;
    if (composer !== COMPOSER_VERSION) return { status: 'older-composer', decision: id, dossier, composer };
    const set = await readEvidenceSet(deps.blobs, evidence);
    const request = decision.request === null ? null : await showRequest(deps.db, decision.request);
    const again = dossierDigest(dossierOf({ set, evidence, request, at: new Date(decision.decidedAt) }));
    return again === dossier
      ? { status: 'whole', decision: id, dossier }
      : broken(`evidence and request give ${again}, not ${dossier}`);
  } catch (error) {
    if (error instanceof SyntaxError) return broken(`${dossier} is no document`);
    if (error instanceof Problem) return broken(error.message);
    throw error;
  }
}
