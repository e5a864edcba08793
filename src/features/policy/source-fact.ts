/** What rules see of the comparison with the repository of a release: whether it could be made. What it found are findings. */
import type { Evidence } from '../../domain/evidence.ts';

export type SourceFact = {
  /** `checked`; `could not check`, one file of several included; `not applicable`. */
  state: string;
  /** Why it could not be checked. */
  text: string;
};

/** One state for the whole release, the worst of its files; without evidence nothing was checked. */
export function sourceFact(evidence: readonly Evidence[]): SourceFact {
  const mine = evidence.filter(({ scanner }) => scanner === 'source');
  const failed = mine.filter(({ status }) => status === 'failed');
  if (mine.length === 0) return { state: 'could not check', text: 'it was not compared' };
  if (failed.length > 0)
    return { state: 'could not check', text: [...new Set(failed.map(({ reason }) => reason ?? ''))].join('; ') };
  return { state: mine.some(({ status }) => status === 'completed') ? 'checked' : 'not applicable', text: '' };
}
