/** Files that were made here from vetted ones: offered in their place, named with them, and checked against them. */
import { z } from 'zod';
import { type Digest, hexOf } from '../../domain/digest.ts';
import { IN_TOTO, preAuthentication } from '../../domain/dsse.ts';
import type { VettedFile } from '../../domain/evidence.ts';
import type { EcosystemId } from '../../domain/purl.ts';
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
        const { attestation: signed, attestationSize: signedSize, publicKey } = derived;
        const attestation = { sha256: signed, size: signedSize, publicKey };
        return [[derived.sha256, { filename, sha256, size, attestation }] as const];
      }),
    ),
  );
}

const namedFiles = z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) });
const statementSchema = z.object({ subject: z.tuple([namedFiles]), predicate: z.object({ original: namedFiles }) });
const envelopeSchema = z.object({
  payloadType: z.literal(IN_TOTO),
  payload: z.base64(),
  signatures: z.tuple([z.object({ keyid: z.string(), sig: z.string() })]),
});

export type DerivedDeps = Pick<SnapshotsDeps, 'blobs' | 'verifier' | 'deriveAgain'>;

/**
 * Whether a derived file follows from its original: making it again gives the same bytes, and the statement that speaks of
 * the two is signed with the key that the manifest names for it.
 */
export async function problemOfDerived(
  deps: DerivedDeps,
  ecosystem: EcosystemId,
  file: StoredFile,
): Promise<string | undefined> {
  const { blobs, deriveAgain } = deps;
  const origin = file.derivedFrom;
  if (origin === undefined) return undefined;
  const { filename, sha256, size } = origin;
  if (!(await blobs.has(sha256))) return `${file.filename} cannot be made again: its original ${sha256} is missing`;
  const again = await deriveAgain({ ecosystem, filename, sha256, size });
  if ('reason' in again) return `${file.filename} cannot be made again from ${filename}: ${again.reason}`;
  if (again.sha256 !== file.sha256 || again.filename !== file.filename)
    return `${file.filename} does not follow from ${filename}: making it again gives ${again.filename} ${again.sha256}`;
  const problem = await problemOfStatement(deps, file, origin);
  return problem === undefined ? undefined : `the attestation of ${file.filename} ${problem}`;
}

async function problemOfStatement(
  { blobs, verifier }: DerivedDeps,
  file: StoredFile,
  { filename, sha256, attestation }: NonNullable<StoredFile['derivedFrom']>,
): Promise<string | undefined> {
  const bytes = await blobs.read(attestation.sha256).catch(() => undefined);
  if (bytes === undefined) return 'is missing or damaged';
  const envelope = envelopeSchema.safeParse(jsonOf(bytes));
  if (!envelope.success) return 'is no signed statement';
  const payload = Buffer.from(envelope.data.payload, 'base64');
  const [{ keyid, sig }] = envelope.data.signatures;
  if (keyid !== verifier.keyId(attestation.publicKey)) return `is signed with another key (${keyid}) than was recorded`;
  if (!verifier.verify(preAuthentication(IN_TOTO, payload), sig, attestation.publicKey))
    return 'has a signature that does not hold';
  const statement = statementSchema.safeParse(jsonOf(payload));
  if (!statement.success) return 'states nothing that is understood';
  const { subject, predicate } = statement.data;
  const [derived] = subject;
  const { original } = predicate;
  const isOfBoth =
    derived.name === file.filename &&
    derived.digest.sha256 === hexOf(file.sha256) &&
    original.name === filename &&
    original.digest.sha256 === hexOf(sha256);
  return isOfBoth ? undefined : 'is of other files';
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
