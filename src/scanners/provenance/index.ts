import type { Finding } from '../../domain/evidence.ts';
import { formOf } from '../attestation/documents.ts';
import type { ScanContext, Scanner, Subject } from '../contract.ts';
import { findingOf } from './claims.ts';
import { goneSince } from './gone.ts';

/** Who built a file, as its attestations prove it; and whether that stayed as it was. */
export const provenanceScanner: Scanner<'distribution'> = {
  id: 'provenance',
  version: 1,
  looksAt: 'distribution',
  // The registries that publish attestations at all.
  ecosystems: ['pypi', 'npm'],
  emits: ['provenance'],
  // A statement about fixed bytes; what a newer trust root or listing says is seen when the release is vetted again.
  staleAfterHours: null,
  sees: 'Attestations that the registry publishes beside a file (PEP 740; npm provenance), verified offline against the imported trust root: signature, certificate, transparency log, and that the statement names this file and its digest. Who built it: repository, workflow, commit, issuer. Provenance that an earlier release had and this one has not, and another issuer, repository or workflow than before.',
  cannotSee:
    'Whether the build or the source is honest, and whether the repository is the one that people expect: a valid signature says who, not how good. Changes where no earlier release was attested, certificates that the authority issued by mistake, and anything while no trust root is imported.',
  async scan(subject, context) {
    const form = formOf(context.ecosystem.id);
    if (form === undefined)
      return { status: 'not-applicable', reason: `${context.ecosystem.title} publishes no attestations` };
    const { name, version, distribution, file } = subject;
    const answer = await context.attestations({ name, version, distribution, sha256: file.sha256 });
    switch (answer.status) {
      case 'none':
        return { status: 'completed', findings: await without(subject, context, answer) };
      case 'failed':
        return { status: 'failed', reason: answer.reason, retryable: true };
      case 'found': {
        // Loaded when there is something to verify: most commands verify nothing.
        const { examineAttestations } = await import('./examine.ts');
        return examineAttestations(subject, context, { form, text: answer.text });
      }
    }
  },
};

interface NoneFound {
  readonly attestedSiblings: readonly string[];
  readonly seenBefore: string | undefined;
}

async function without(
  subject: Subject<'distribution'>,
  context: ScanContext,
  { attestedSiblings, seenBefore }: NoneFound,
): Promise<readonly Finding[]> {
  const { name, version, purl, distribution } = subject;
  const absent = findingOf({
    code: 'absent',
    severity: 'info',
    subject: purl,
    summary: `${name} ${version} comes without provenance, as many packages do`,
  });
  const gone = goneSince(subject, await context.earlierAttestations(name, version));
  if (seenBefore !== undefined) return [absent, ...gone, withdrawn(subject, seenBefore)];
  if (attestedSiblings.length === 0) return [absent, ...gone];
  const partly = findingOf({
    code: 'partly',
    severity: 'medium',
    subject: distribution.filename,
    summary: `${distribution.filename} comes without provenance; other files of ${name} ${version} have it`,
    data: { attested: attestedSiblings },
  });
  return [partly, ...gone];
}

function withdrawn({ distribution }: Subject<'distribution'>, seenBefore: string): Finding {
  return findingOf({
    code: 'gone',
    severity: 'medium',
    subject: distribution.filename,
    summary: `${distribution.filename} comes without provenance; upstream published it until ${seenBefore.slice(0, 10)} or later`,
    data: { seenBefore },
  });
}
