/** What changed in who vouches for a package, against its earlier releases. */
import type { EarlierAttestations } from '../../domain/attestation.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { TrustRoot } from '../../domain/trust-root.ts';
import { attestedBy } from '../attestation/attested.ts';
import type { AttestationForm } from '../attestation/documents.ts';
import { type Publisher, publisherJson } from '../attestation/publisher.ts';
import type { Subject } from '../contract.ts';
import { findingOf } from './claims.ts';
import { gone, notCompared, wordsOf } from './gone.ts';

/** Which of a publisher's claims are compared, the weightiest first: another repository makes another workflow no news. */
const COMPARED = ['issuer', 'repository', 'workflow'] as const;

export interface Compared {
  readonly subject: Subject<'distribution'>;
  readonly form: AttestationForm;
  readonly publishers: readonly Publisher[];
  readonly roots: readonly TrustRoot[];
}

/** Another issuer, repository or workflow than the earlier release had. */
export function changedSince(
  { subject, form, publishers, roots }: Compared,
  earlier: readonly EarlierAttestations[],
): readonly Finding[] {
  return earlier.flatMap((one) => {
    const { purl } = subject;
    if (one.state.status === 'none') return [];
    if (one.state.status === 'failed') return [notCompared(purl, one, one.state.reason)];
    const before = publishersBefore(one, { subject, form, roots });
    if (before === undefined) return [notCompared(purl, one, 'its attestations could not be verified')];
    if (before.length === 0) return [];
    return publishers.length === 0 ? [gone(subject, one)] : changes(subject, publishers, { before, one });
  });
}

function changes(
  { purl, name }: Subject<'distribution'>,
  publishers: readonly Publisher[],
  { before, one }: { readonly before: readonly Publisher[]; readonly one: EarlierAttestations },
): readonly Finding[] {
  const found: Finding[] = [];
  for (const what of COMPARED) {
    const fresh = publishers.find((now) => !before.some((was) => was[what] === now[what]));
    if (fresh === undefined) continue;
    const was = [...new Set(before.map((publisher) => publisher[what] ?? 'none'))];
    found.push(
      findingOf({
        code: `${what}-changed`,
        severity: 'medium',
        subject: purl,
        summary: `${name} was built by another ${what} than ${wordsOf(one)}: ${was.join(', ')} before, ${fresh[what] ?? 'none'} now`,
        data: {
          ...{ since: one.version, comparedWith: one.role },
          ...{ before: before.map(publisherJson), now: publishers.map(publisherJson) },
        },
      }),
    );
    if (what === 'repository') break;
  }
  return found;
}

/** Empty where a registry's own key alone signed; `undefined` where nothing could be verified. */
function publishersBefore(
  { version, state }: EarlierAttestations,
  { subject, form, roots }: Omit<Compared, 'publishers'>,
): readonly Publisher[] | undefined {
  const published = state.status === 'found' ? form.parse(state.text) : undefined;
  if (state.status !== 'found' || published === undefined) return undefined;
  const { filename, sha256 } = state;
  // A purl of another version of the same release: only what stands behind the last @ differs.
  const purl = `${subject.purl.slice(0, subject.purl.lastIndexOf('@'))}@${version}`;
  const expected = {
    isSubject: (name: string) => form.isSubject(name, { filename, purl }),
    algorithm: form.algorithm,
    hex: form.algorithm === 'sha256' ? sha256?.slice('sha256:'.length) : undefined,
  };
  const { verified, publishers } = attestedBy(published, expected, roots);
  return verified.length === 0 ? undefined : publishers;
}
