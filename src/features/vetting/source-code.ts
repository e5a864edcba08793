/** Source code to compare: what a distribution holds, read in the sandbox, and what its repository holds. */
import { z } from 'zod';
import { asJson } from '../../domain/canonical-json.ts';
import type { Digest } from '../../domain/digest.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { SourceFiles } from '../../domain/source-code.ts';
import type { ScanContext } from '../../scanners/contract.ts';
import { findRemembered, rememberedKey, saveRemembered } from './attestation-store.ts';
import type { VettingDeps } from './deps.ts';
import { READING_VERSION, type RememberedDeps, rememberedRepositories } from './remembered-repositories.ts';
import { sourceFileSchema } from './schema.ts';
import type { Alongside } from './steps/inspect-content.ts';

export type SourceCodeDeps = Pick<VettingDeps, 'blobs' | 'sandbox' | 'sourceSuffixes'> & RememberedDeps;

/** Hashing is quick: what has not ended by then hangs. */
const HASH_BASE_MS = 60_000;
/** Slowest hashing that still counts as work: bytes of the packed file a millisecond. */
const HASH_BYTES_PER_MS = 500;

const sourceFilesSchema: z.ZodType<SourceFiles, unknown> = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('read'),
    files: z.array(sourceFileSchema),
  }),
  z.object({ status: z.literal('failed'), reason: z.string() }),
]);

const alongSchema = z.object({ source: sourceFilesSchema.nullable() });

export function createSourceCode(
  deps: SourceCodeDeps,
  ecosystem: EcosystemId,
): Pick<ScanContext, 'repositories' | 'sourceFiles'> {
  return {
    repositories: rememberedRepositories(deps),
    sourceFiles: ({ distribution, file }, suffixes) => {
      const { sha256, size } = file;
      return sourceFiles(deps, { ecosystem, filename: distribution.filename, sha256, size }, suffixes);
    },
  };
}

/**
 * The digests of the source files of a file that is unpacked anyway, where they may be asked for and are not known. Whether they
 * will be is found out later, from what the file says of its repository: naming them along costs less than a second unpacking.
 */
export async function sourceAlongside(deps: SourceCodeDeps, file: SizedFile): Promise<Alongside | undefined> {
  const suffixes = deps.sourceSuffixes(file.ecosystem);
  if (!deps.repositories.allowsAny || suffixes.length === 0) return undefined;
  const key = keyOf(file, suffixes);
  if ((await known(deps, key)) !== undefined) return undefined;
  return {
    input: { source: suffixes },
    timeoutMs: hashingTime(file.size),
    async keep(inside) {
      const came = alongSchema.safeParse(inside);
      if (came.success && came.data.source !== null) await keepRead(deps, key, came.data.source);
    },
  };
}

/** A distribution by its bytes and how they are read. */
interface DistributionKey {
  readonly sha256: Digest;
  readonly ecosystem: EcosystemId;
  readonly filename: string;
}

interface SizedFile extends DistributionKey {
  /** Bytes. */
  readonly size: number;
}

function keyOf({ sha256, ecosystem, filename }: DistributionKey, suffixes: readonly string[]): Digest {
  return rememberedKey({ what: 'source-files', reading: READING_VERSION, sha256, ecosystem, filename, suffixes });
}

async function sourceFiles(deps: SourceCodeDeps, file: SizedFile, suffixes: readonly string[]): Promise<SourceFiles> {
  const { ecosystem, filename, sha256, size } = file;
  const key = keyOf(file, suffixes);
  const before = await known(deps, key);
  if (before !== undefined) return before;
  const path = deps.blobs.path(sha256);
  if (path === undefined) return { status: 'failed', reason: 'the blob store keeps no file on this machine to read' };
  const input = { ecosystem, path, filename, suffixes };
  const answer = await deps.sandbox.run({ task: 'hash-source', input, files: [path], timeoutMs: hashingTime(size) });
  if (answer.status === 'failed') return answer;
  const read = sourceFilesSchema.safeParse(answer.output);
  if (!read.success) return { status: 'failed', reason: 'the confined reader gave an answer of another form' };
  await keepRead(deps, key, read.data);
  return read.data;
}

async function known({ db }: SourceCodeDeps, key: Digest): Promise<SourceFiles | undefined> {
  return sourceFilesSchema.safeParse(await findRemembered(db, key)).data;
}

/** What could not be read is asked for again. */
async function keepRead({ clock, db }: SourceCodeDeps, key: Digest, read: SourceFiles): Promise<void> {
  if (read.status === 'failed') return;
  await saveRemembered(db, key, { value: asJson(read), at: clock.now() });
}

function hashingTime(size: number): number {
  return HASH_BASE_MS + Math.ceil(size / HASH_BYTES_PER_MS);
}
