/** The dossier room: what is known about one request, in plain words for people and whole for machines. */
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { EvidenceSet, VettedRelease } from '../../domain/evidence.ts';
import { Problem } from '../../domain/problem.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Database } from '../../platform/db/port.ts';
import { type Decision, decisionsOf, finalDecision, listDecisions } from '../decisions/read.ts';
import { findWindow } from '../objections/read.ts';
import { showRequest } from '../requests/read.ts';
import { readEvidenceSet } from '../vetting/read.ts';
import type { Dossier } from './dossier.ts';
import { cyclonedxOf } from './formats/cyclonedx.ts';
import { htmlOf } from './formats/html.ts';
import { sarifOf } from './formats/sarif.ts';
import { guidePageOf, pageOf } from './page/page.ts';
import type { Standing, StoppedRelease } from './page/standing.ts';
import { dossierDigest, dossierOf } from './read.ts';
import { type DossierCheck, verifyDossier } from './verify.ts';

export type { Dossier } from './dossier.ts';
export type { DossierCheck } from './verify.ts';

export const DOSSIER_FORMATS = ['html', 'pdf', 'guide', 'cyclonedx', 'sarif'] as const;
export type DossierFormat = (typeof DOSSIER_FORMATS)[number];

/** A dossier with everything it is shown with. */
export interface OpenDossier {
  readonly dossier: Dossier;
  readonly digest: Digest;
  readonly set: EvidenceSet;
  readonly standing: Standing;
}

export interface Dossiers {
  /** Of a request: on the evidence of its decision, else on the newest; `undefined` where there is no evidence. */
  ofRequest(id: string): Promise<OpenDossier | undefined>;
  /** Of evidence that nobody asked for. */
  ofSet(set: EvidenceSet, evidence: Digest): OpenDossier;
  render(open: OpenDossier, format: DossierFormat): Promise<Uint8Array>;
  /** Of one decision. */
  check(decision: Decision): Promise<DossierCheck>;
  /** The decisions of one request, or all of them, each with what its dossier comes to. */
  verify(request?: string): Promise<readonly DossierCheck[]>;
}

export interface DossiersDeps {
  readonly db: Database;
  readonly blobs: Blobs;
  /** Of this program, for the documents that name their tool. */
  readonly productVersion: string;
  /** What is stopped in a channel now, by its quarantine or denial. */
  stopsIn(
    channel: string,
  ): Promise<(release: Pick<VettedRelease, 'ecosystem' | 'name' | 'version'>) => string | undefined>;
  /** The dossier that the ledger's fact about a decision names; `undefined` where there is no such fact. */
  pinnedInLedger(decision: string): Promise<string | null | undefined>;
}

export function createDossiers(deps: DossiersDeps): Dossiers {
  return {
    ofRequest: (id) => ofRequest(deps, id),
    ofSet: (set, evidence) => opened(dossierOf({ set, evidence, request: null, at: null }), set, NOBODY_ASKED),
    render: (open, format) => rendered(deps, open, format),
    check: (decision) => verifyDossier(deps, decision),
    async verify(request) {
      const decisions = request === undefined ? await listDecisions(deps.db) : await decisionsOf(deps.db, request);
      const checks: DossierCheck[] = [];
      for (const decision of decisions) checks.push(await verifyDossier(deps, decision));
      return checks;
    },
  };
}

const NOBODY_ASKED: Standing = { state: 'vetted', decision: null, window: null, pin: null, stopped: [] };

async function ofRequest(deps: DossiersDeps, id: string): Promise<OpenDossier | undefined> {
  const { db, blobs } = deps;
  const request = await showRequest(db, id);
  const decision = finalDecision(await decisionsOf(db, id)) ?? null;
  const evidence = decision?.evidence ?? request.evidence;
  if (evidence === null) return undefined;
  if (!isDigest(evidence))
    throw new Problem({ kind: 'internal', code: 'not-evidence', what: `${evidence} names no evidence set` });
  const set = await readEvidenceSet(blobs, evidence);
  const at = decision === null ? null : new Date(decision.decidedAt);
  const window = decision === null ? null : ((await findWindow(db, decision.id)) ?? null);
  const pin = decision === null ? null : await verifyDossier(deps, decision);
  const stopped = await stoppedIn(deps, set, request.channel);
  return opened(dossierOf({ set, evidence, request, at }), set, {
    state: request.state,
    decision,
    window,
    pin,
    stopped,
  });
}

async function stoppedIn(
  { stopsIn }: DossiersDeps,
  { releases }: EvidenceSet,
  channel: string,
): Promise<readonly StoppedRelease[]> {
  const stoppedBy = await stopsIn(channel);
  return releases.flatMap((release, at) => {
    const { purl, name, version } = release;
    const by = stoppedBy(release);
    return by === undefined ? [] : [{ at, purl, name, version, by }];
  });
}

function opened(dossier: Dossier, set: EvidenceSet, standing: Standing): OpenDossier {
  return { dossier, digest: dossierDigest(dossier), set, standing };
}

async function rendered(
  { productVersion }: DossiersDeps,
  open: OpenDossier,
  format: DossierFormat,
): Promise<Uint8Array> {
  switch (format) {
    case 'html':
      return encoded(htmlOf(pageOf(open)));
    case 'guide':
      return encoded(htmlOf(guidePageOf(open)));
    case 'cyclonedx':
      return encoded(asLines(cyclonedxOf(open, productVersion)));
    case 'sarif':
      return encoded(asLines(sarifOf(open, productVersion)));
    case 'pdf': {
      // Read only where somebody wants paper: fonts and their reader are most of what this room loads.
      const { pdfOf } = await import('./formats/pdf.ts');
      return pdfOf(pageOf(open), `Dossier ${open.digest}`);
    }
  }
}

function asLines(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
