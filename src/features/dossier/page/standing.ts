/** Where a request stands beyond the dossier itself: the decision that is pinned to it, and the window. */
import type { Decision } from '../../decisions/read.ts';
import type { ObjectionWindow } from '../../objections/read.ts';
import type { RequestState } from '../../requests/read.ts';
import type { DossierCheck } from '../verify.ts';

export interface Standing {
  /** `vetted` where nobody asked. */
  readonly state: RequestState | 'vetted';
  readonly decision: Decision | null;
  readonly window: ObjectionWindow | null;
  /** Whether the decision is pinned to what the page shows; `null` where there is no decision. */
  readonly pin: DossierCheck | null;
  /** What of the tree is stopped by now, whatever the evidence says of it. */
  readonly stopped: readonly StoppedRelease[];
}

export interface StoppedRelease {
  /** Its place in the evidence set. */
  readonly at: number;
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  /** The quarantine or denial: `Q-1`. */
  readonly by: string;
}

const TITLES: Readonly<Record<Standing['state'], string>> = {
  vetted: 'Looked at, not asked for',
  submitted: 'Asked for',
  'in-review': 'In review',
  'needs-answer': 'Waiting for an answer of the requester',
  'in-window': 'Accepted, unless you object',
  accepted: 'Accepted',
  rejected: 'Not accepted',
  overturned: 'Not opened: a data provider objected',
  denied: 'On the denied list',
  withdrawn: 'Withdrawn',
  failed: 'Could not be checked',
};

export function stateInWords(state: Standing['state']): string {
  return TITLES[state];
}
