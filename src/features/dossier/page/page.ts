/** The whole document of one dossier, in the order in which it should be read. */
import type { Digest } from '../../../domain/digest.ts';
import type { EvidenceSet } from '../../../domain/evidence.ts';
import type { Dossier } from '../dossier.ts';
import { checkingBlocks, evidenceBlocks } from './appendix.ts';
import { changeBlocks } from './changes.ts';
import type { Document } from './document.ts';
import { overview } from './overview.ts';
import {
  checkBlocks,
  collectedOn,
  flawBlocks,
  guideBlocks,
  packageBlocks,
  questionBlocks,
  riskBlocks,
} from './sections.ts';
import { type Standing, stateInWords } from './standing.ts';

export interface PageInput {
  readonly dossier: Dossier;
  readonly digest: Digest;
  readonly set: EvidenceSet;
  readonly standing: Standing;
}

/** The evaluation guide alone, opened: what is answered, and the checklist of what is left to people. */
export function guidePageOf({ dossier, digest, set, standing }: PageInput): Document {
  return {
    title: `Evaluation guide: ${dossier.name} ${dossier.version}`,
    subtitle: collectedOn(dossier),
    date: dossier.collectedAt,
    blocks: [
      ...guideBlocks(dossier).flatMap((one) => (one.kind === 'folded' ? one.blocks : [one])),
      ...checkingBlocks(dossier, digest, standing.pin),
      ...evidenceBlocks(set),
    ],
  };
}

/** Advisories stand late on purpose: readers who meet them first stop there. */
export function pageOf({ dossier, digest, set, standing }: PageInput): Document {
  return {
    title: `${stateInWords(standing.state)}: ${dossier.name} ${dossier.version}`,
    subtitle: collectedOn(dossier),
    date: dossier.collectedAt,
    blocks: [
      ...overview(dossier, standing),
      ...questionBlocks(dossier),
      ...riskBlocks(dossier),
      ...changeBlocks(dossier),
      ...packageBlocks(dossier),
      ...flawBlocks(dossier),
      ...checkBlocks(dossier),
      ...guideBlocks(dossier),
      ...checkingBlocks(dossier, digest, standing.pin),
      ...evidenceBlocks(set),
    ],
  };
}
