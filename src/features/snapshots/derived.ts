/** Files that were made here from vetted ones: offered in their place, named with them, and checked against them. */
import { z } from 'zod';
import { type Digest, hexOf } from '../../domain/digest.ts';
import type { VettedFile } from '../../domain/evidence.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { StoredFile } from './content.ts';
import type { SnapshotsDeps } from './deps.ts';
import type { ExpandedRelease } from './expanded.ts';

/** What is offered of a vetted file. Its metadata is the same, byte by byte. */
export function offeredFile(file: VettedFile): VettedFile {
  if (file.derived === undefined) return file;
  const { filename, sha256, size } = file.derived;
  return { ...file, filename, sha256, size };
}

/** By the digest of what is offered: what it was made from. */
export function originsOf(
  releases: readonly ExpandedRelease[],
): ReadonlyMap<Digest, NonNullable<StoredFile['derivedFrom']>> {
  return new Map(
    releases.flatMap(({ files }) =>
      files.flatMap(({ filename, sha256, size, derived }) => {
        if (derived === undefined) return [];
        const attestation = { sha256: derived.attestation, size: derived.attestationSize };
        return [[derived.sha256, { filename, sha256, size, attestation }] as const];
      }),
    ),
  );
}

const statementSchema = z.object({
  subject: z.tuple([z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })]),
  predicate: z.object({ original: z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) }) }),
});
const envelopeSchema = z.object({ payload: z.base64() });

/**
 * Whether a derived file follows from its original: making it again gives the same bytes, and its statement speaks of the
 * two. The statement's signature need not be asked: its digest stands in the manifest, and that is signed.
 */
export async function problemOfDerived(
  { blobs, deriveAgain }: { readonly blobs: Blobs; readonly deriveAgain: SnapshotsDeps['deriveAgain'] },
  ecosystem: EcosystemId,
  file: StoredFile,
): Promise<string | undefined> {
  const origin = file.derivedFrom;
  if (origin === undefined) return undefined;
  const { filename, sha256, size } = origin;
  if (!(await blobs.has(sha256))) return `${file.filename} cannot be made again: its original ${sha256} is missing`;
  const again = await deriveAgain({ ecosystem, filename, sha256, size });
  if ('reason' in again) return `${file.filename} cannot be made again from ${filename}: ${again.reason}`;
  if (again.sha256 !== file.sha256 || again.filename !== file.filename)
    return `${file.filename} does not follow from ${filename}: making it again gives ${again.filename} ${again.sha256}`;
  return (await isStatedIn(blobs, file, origin)) ? undefined : `the attestation of ${file.filename} is of other files`;
}

async function isStatedIn(
  blobs: Blobs,
  file: StoredFile,
  { filename, sha256, attestation }: NonNullable<StoredFile['derivedFrom']>,
): Promise<boolean> {
  const bytes = await blobs.read(attestation.sha256).catch(() => undefined);
  if (bytes === undefined) return false;
  const { payload } = envelopeSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  const { subject, predicate } = statementSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')));
  const [{ name, digest }] = subject;
  const { original } = predicate;
  return (
    name === file.filename &&
    digest.sha256 === hexOf(file.sha256) &&
    original.name === filename &&
    original.digest.sha256 === hexOf(sha256)
  );
}
