/** What attestations prove of one file, for whoever asks only for that. */
import { hexOf } from '../../domain/digest.ts';
import type { ScanContext, Subject } from '../contract.ts';
import { attestedBy } from './attested.ts';
import { type AttestationForm, formOf } from './documents.ts';
import type { Publisher } from './publisher.ts';
import type { ExpectedSubject } from './verify.ts';

/** What a statement must say to be about this file. */
export async function expectedSubject(
  { distribution, purl, file }: Subject<'distribution'>,
  form: AttestationForm,
  context: Pick<ScanContext, 'sha512'>,
): Promise<ExpectedSubject> {
  return {
    isSubject: (named) => form.isSubject(named, { filename: distribution.filename, purl }),
    algorithm: form.algorithm,
    hex: form.algorithm === 'sha256' ? hexOf(file.sha256) : await context.sha512(file.sha256),
  };
}

/** The builds that verified attestations name; none where there are none, or where they cannot be verified. */
export async function provenPublishers(
  subject: Subject<'distribution'>,
  context: ScanContext,
): Promise<readonly Publisher[]> {
  const form = formOf(context.ecosystem.id);
  if (form === undefined) return [];
  const { name, version, distribution, file } = subject;
  const answer = await context.attestations({ name, version, distribution, sha256: file.sha256 });
  const published = answer.status === 'found' ? form.parse(answer.text) : undefined;
  const roots = await context.trustRoots();
  if (published === undefined || roots.status !== 'ready') return [];
  const { publishers, invalid } = attestedBy(published, await expectedSubject(subject, form, context), roots.data);
  return invalid.length > 0 ? [] : publishers;
}
