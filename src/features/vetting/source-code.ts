/** Source code to compare: what a distribution holds, read in the sandbox, and what its repository holds. */
import { z } from 'zod';
import type { EcosystemId } from '../../domain/purl.ts';
import type { SourceFiles } from '../../domain/source-code.ts';
import type { ScanContext, Subject } from '../../scanners/contract.ts';
import type { VettingDeps } from './deps.ts';
import { type RememberedDeps, rememberedRepositories } from './remembered-repositories.ts';
import { sourceFileSchema } from './schema.ts';

export type SourceCodeDeps = Pick<VettingDeps, 'blobs' | 'sandbox'> & RememberedDeps;

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

export function createSourceCode(
  deps: SourceCodeDeps,
  ecosystem: EcosystemId,
): Pick<ScanContext, 'repositories' | 'sourceFiles'> {
  return {
    repositories: rememberedRepositories(deps),
    sourceFiles: (subject, suffixes) => sourceFiles(deps, { ecosystem, subject, suffixes }),
  };
}

interface Ask {
  readonly ecosystem: EcosystemId;
  readonly subject: Subject<'distribution'>;
  readonly suffixes: readonly string[];
}

async function sourceFiles(
  { blobs, sandbox }: SourceCodeDeps,
  { ecosystem, subject, suffixes }: Ask,
): Promise<SourceFiles> {
  const { sha256, size } = subject.file;
  const path = blobs.path(sha256);
  if (path === undefined) return { status: 'failed', reason: 'the blob store keeps no file on this machine to read' };
  const input = { ecosystem, path, filename: subject.distribution.filename, suffixes };
  const timeoutMs = HASH_BASE_MS + Math.ceil(size / HASH_BYTES_PER_MS);
  const answer = await sandbox.run({ task: 'hash-source', input, files: [path], timeoutMs });
  if (answer.status === 'failed') return answer;
  const read = sourceFilesSchema.safeParse(answer.output);
  return read.success ? read.data : { status: 'failed', reason: 'the confined reader gave an answer of another form' };
}
