/** What attestations prove of one file, for whoever asks only for that. */
import { hexOf } from '../../domain/digest.ts';
import type { ScanContext, Subject } from '../contract.ts';
import { type AttestationForm, formOf } from './documents.ts';
import type { Publisher } from './publisher.ts';
import { type AttestedAs, attestedIn } from './remembered.ts';

/** What a statement must say to be about this file. */
export async function attestedAs(
  { distribution, purl, file }: Subject<'distribution'>,
  { algorithm }: AttestationForm,
  context: Pick<ScanContext, 'sha512'>,
): Promise<AttestedAs> {
  const hex = algorithm === 'sha256' ? hexOf(file.sha256) : await context.sha512(file.sha256);
  return { filename: distribution.filename, purl, hex };
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
  const roots = await context.trustRoots();
  if (answer.status !== 'found' || roots.status !== 'ready') return [];
  const verifying = { form, roots: roots.data, memory: context.memory };
  const attested = await attestedIn(answer.text, await attestedAs(subject, form, context), verifying);
  return attested === undefined || attested.invalid.length > 0 ? [] : attested.publishers;
}
