/** What changed in who vouches for a package, against its earlier releases. */
import type { EarlierAttestations } from '../../domain/attestation.ts';
import { hexOf } from '../../domain/digest.ts';
import type { Finding } from '../../domain/evidence.ts';
import { type Publisher, publisherJson } from '../attestation/publisher.ts';
import { attestedIn, type Verifying } from '../attestation/remembered.ts';
import type { Subject } from '../contract.ts';
import { findingOf } from './claims.ts';
import { gone, notCompared, wordsOf } from './gone.ts';

/** Which of a publisher's claims are compared, the weightiest first: another repository makes another workflow no news. */
const COMPARED = ['issuer', 'repository', 'workflow'] as const;

export interface Compared {
  readonly subject: Subject<'distribution'>;
  readonly publishers: readonly Publisher[];
  readonly verifying: Verifying;
}

/** Another issuer, repository or workflow than the earlier release had. */
export async function changedSince(
  compared: Compared,
  earlier: readonly EarlierAttestations[],
): Promise<readonly Finding[]> {
  const found = await Promise.all(earlier.map((one) => changedAgainst(compared, one)));
  return found.flat();
}

async function changedAgainst(
  { subject, publishers, verifying }: Compared,
  one: EarlierAttestations,
): Promise<readonly Finding[]> {
  const { purl } = subject;
  if (one.state.status === 'none') return [];
  if (one.state.status === 'failed') return [notCompared(purl, one, one.state.reason)];
  const before = await publishersBefore(one, subject, verifying);
  if (before === undefined) return [notCompared(purl, one, 'its attestations could not be verified')];
  if (before.length === 0) return [];
  return publishers.length === 0 ? [gone(subject, one)] : changes(subject, publishers, { before, one });
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
async function publishersBefore(
  { version, state }: EarlierAttestations,
  subject: Subject<'distribution'>,
  verifying: Verifying,
): Promise<readonly Publisher[] | undefined> {
  if (state.status !== 'found') return undefined;
  const { filename, sha256, text } = state;
  // A purl of another version of the same release: only what stands behind the last @ differs.
  const purl = `${subject.purl.slice(0, subject.purl.lastIndexOf('@'))}@${version}`;
  const hex = verifying.form.algorithm === 'sha256' && sha256 !== undefined ? hexOf(sha256) : undefined;
  const attested = await attestedIn(text, { filename, purl, hex }, verifying);
  return attested === undefined || attested.verified.length === 0 ? undefined : attested.publishers;
}
