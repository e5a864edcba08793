/** What the attestations of one file come to. */
import type { Finding, ScanOutcome } from '../../domain/evidence.ts';
import type { TrustRoot } from '../../domain/trust-root.ts';
import type { Attested } from '../attestation/attested.ts';
import type { AttestationForm } from '../attestation/documents.ts';
import { attestedAs } from '../attestation/proven.ts';
import { publisherJson, publisherWords } from '../attestation/publisher.ts';
import { attestedIn } from '../attestation/remembered.ts';
import type { FeedState, ScanContext, Subject } from '../contract.ts';
import { changedSince } from './changed.ts';
import { findingOf } from './claims.ts';

interface Published {
  readonly form: AttestationForm;
  readonly text: string;
}

/** Verifies what was published, and compares who built it with earlier releases. */
export async function examineAttestations(
  subject: Subject<'distribution'>,
  context: ScanContext,
  { form, text }: Published,
): Promise<ScanOutcome> {
  const roots = await context.trustRoots();
  if (roots.status !== 'ready') return { status: 'failed', reason: unusableRoot(roots), retryable: true };
  const { name, version } = subject;
  const verifying = { form, roots: roots.data, memory: context.memory };
  const attested = await attestedIn(text, await attestedAs(subject, form, context), verifying);
  if (attested === undefined) return { status: 'completed', findings: [unreadable(subject, form)] };
  const findings = [...judged(subject, attested, roots.importedAt)];
  const { publishers } = attested;
  if (attested.verified.length > 0) {
    const earlier = await context.earlierAttestations(name, version);
    findings.push(...(await changedSince({ subject, publishers, verifying }, earlier)));
  }
  return { status: 'completed', findings };
}

function unusableRoot(roots: Exclude<FeedState<readonly TrustRoot[]>, { status: 'ready' }>): string {
  return roots.status === 'stale'
    ? `The trust root was imported on ${roots.importedAt.slice(0, 10)} and is too old to be believed; import a newer one (pratique feed import trust-root)`
    : 'No trust root is imported, so attestations cannot be verified (pratique feed import trust-root)';
}

function unreadable({ distribution }: Subject<'distribution'>, form: AttestationForm): Finding {
  return findingOf({
    code: 'unverifiable',
    severity: 'medium',
    subject: distribution.filename,
    summary: `What upstream publishes as provenance of ${distribution.filename} is no document of ${form.title} that is known here`,
    data: { reason: 'unknown-form' },
  });
}

function judged(
  { distribution }: Subject<'distribution'>,
  { verified, invalid, unverifiable, publishers, disagreeing }: Attested,
  trustRootImportedAt: string,
): readonly Finding[] {
  const { filename } = distribution;
  const wrong = invalid.map(({ code, reason }) =>
    findingOf({
      code: 'invalid',
      severity: 'high',
      subject: filename,
      summary: `An attestation of ${filename} is invalid: ${reason}`,
      data: { reason: code },
    }),
  );
  const disagreements = disagreeing.map((named) =>
    findingOf({
      code: 'publisher-disagrees',
      severity: 'medium',
      subject: filename,
      summary: `The registry names ${named} as publisher of ${filename}; the certificate does not`,
      data: { claimed: named, publishers: publishers.map(publisherJson) },
    }),
  );
  const [first] = unverifiable;
  if (verified.length === 0 && first !== undefined)
    wrong.push(
      findingOf({
        code: 'unverifiable',
        severity: 'medium',
        subject: filename,
        summary: `The provenance of ${filename} could not be verified: ${first.reason}`,
        data: { reason: first.code },
      }),
    );
  if (verified.length === 0 || invalid.length > 0) return [...wrong, ...disagreements];
  const by = publishers.length === 0 ? "the registry's own key" : publishers.map(publisherWords).join('; ');
  const confirmed = findingOf({
    code: 'verified',
    severity: 'info',
    subject: filename,
    summary: `${filename} was built by ${by}`,
    data: {
      publishers: publishers.map(publisherJson),
      attestations: verified.map(({ predicateType, loggedAt, logIndex }) => ({ predicateType, loggedAt, logIndex })),
      notVerified: unverifiable.length,
      trustRootImportedAt,
    },
  });
  return [confirmed, ...disagreements];
}
