/** Source code to compare: what a distribution holds, read in the sandbox, and repositories, each asked once in a vetting. */
import { z } from 'zod';
import type { EcosystemId } from '../../domain/purl.ts';
import type { RepositoryReader, SourceFiles } from '../../domain/source-code.ts';
import type { ScanContext, Subject } from '../../scanners/contract.ts';
import type { VettingDeps } from './deps.ts';

export type SourceCodeDeps = Pick<VettingDeps, 'blobs' | 'repositories' | 'sandbox'>;

/** Hashing is quick: what has not ended by then hangs. */
const HASH_BASE_MS = 60_000;
/** Slowest hashing that still counts as work: bytes of the packed file a millisecond. */
const HASH_BYTES_PER_MS = 500;

const sourceFilesSchema: z.ZodType<SourceFiles, unknown> = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('read'),
    files: z.array(z.object({ path: z.string(), size: z.number(), sha256: z.string(), isVersionFile: z.boolean() })),
  }),
  z.object({ status: z.literal('failed'), reason: z.string() }),
]);

export function createSourceCode(
  deps: SourceCodeDeps,
  ecosystem: EcosystemId,
): Pick<ScanContext, 'repositories' | 'sourceFiles'> {
  return {
    repositories: askedOnce(deps.repositories),
    sourceFiles: (subject, suffixes) => sourceFiles(deps, { ecosystem, subject, suffixes }),
  };
}

/** The wheels of a release have one tag, and the packages of one repository one list of tags. */
function askedOnce(repositories: RepositoryReader): RepositoryReader {
  const tags = new Map<string, ReturnType<RepositoryReader['tags']>>();
  const files = new Map<string, ReturnType<RepositoryReader['filesAt']>>();
  return {
    allowsAny: repositories.allowsAny,
    tags(url) {
      const known = tags.get(url) ?? repositories.tags(url);
      tags.set(url, known);
      return known;
    },
    filesAt(url, tag, suffixes) {
      const key = JSON.stringify([url, tag, suffixes]);
      const known = files.get(key) ?? repositories.filesAt(url, tag, suffixes);
      files.set(key, known);
      return known;
    },
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
