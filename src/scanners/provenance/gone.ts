/** Provenance that used to be there: what an earlier release had and this one has not. */
import type { EarlierAttestations } from '../../domain/attestation.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { Subject } from '../contract.ts';
import { findingOf } from './claims.ts';

/** One finding for each earlier release that had provenance, or of which that could not be found out. */
export function goneSince(
  subject: Subject<'distribution'>,
  earlier: readonly EarlierAttestations[],
): readonly Finding[] {
  return earlier.flatMap((one) => {
    if (one.state.status === 'none') return [];
    return [one.state.status === 'failed' ? notCompared(subject.purl, one, one.state.reason) : gone(subject, one)];
  });
}

/** The release names no build, and an earlier one did. */
export function gone({ purl, name, version }: Subject<'distribution'>, one: EarlierAttestations): Finding {
  return findingOf({
    code: 'gone',
    severity: 'medium',
    subject: purl,
    summary: `${name} ${version} does not say which build it comes from; ${wordsOf(one)} did`,
    data: { since: one.version, comparedWith: one.role },
  });
}

export function notCompared(purl: string, one: EarlierAttestations, reason: string): Finding {
  return findingOf({
    code: 'not-compared',
    severity: 'unknown',
    subject: purl,
    summary: `The provenance of ${wordsOf(one)} could not be compared with: ${reason}`,
    data: { since: one.version, comparedWith: one.role },
  });
}

/** For people: which earlier release, and why it is compared with. */
export function wordsOf({ version, role }: EarlierAttestations): string {
  return role === 'cleared' ? `${version}, which was cleared here,` : `${version}, the release before it,`;
}
