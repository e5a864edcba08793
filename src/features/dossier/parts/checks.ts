/** What every check came to over the tree, in groups that are never mixed. */
import type { CheckSummary } from '../dossier.ts';
import { isDescription, type Looked, type Reading } from './told.ts';
import { questionOf } from './words.ts';

/** Reasons of one check that are told; many packages mostly share one. */
const MOST_REASONS = 5;

/** Checks that ran to their end and claim nothing, with the number of packages for which that is so. */
export function cleanChecks(reading: Reading): readonly CheckSummary[] {
  return summaries(reading.looked.filter(claimsNothing));
}

/** Of these, the ones that describe a package, with the number of those. */
export function describingChecks(reading: Reading): readonly CheckSummary[] {
  return summaries(reading.looked.filter((one) => claimsNothing(one) && one.evidence.findings.length > 0));
}

function claimsNothing({ evidence }: Looked): boolean {
  return evidence.status === 'completed' && evidence.findings.every(({ severity }) => isDescription(severity));
}

export function uncheckedChecks(reading: Reading): readonly CheckSummary[] {
  return summaries(reading.looked.filter(({ evidence }) => evidence.status === 'failed'));
}

export function checksThatDoNotApply(reading: Reading): readonly CheckSummary[] {
  return summaries(reading.looked.filter(({ evidence }) => evidence.status === 'not-applicable'));
}

function summaries(looked: readonly Looked[]): readonly CheckSummary[] {
  return [...Map.groupBy(looked, ({ evidence }) => evidence.scanner)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([scanner, of]) => ({
      scanner,
      question: questionOf(scanner),
      packages: of.length,
      reasons: [...new Set(of.flatMap(({ evidence }) => evidence.reason ?? []))].slice(0, MOST_REASONS),
      evidence: of.map(({ at }) => at),
    }));
}
