/** The task `hash-source` of the confined program: digests of the source files inside one distribution. */
import { z } from 'zod';
import type { SourceFiles } from '../domain/source-code.ts';
import type { ArchiveRules } from '../ecosystems/contract.ts';
import { sourceFileOf } from '../platform/git/source-file.ts';
import { digestOf, type Looking } from './confined-rules.ts';

export const HashSourceInput = z.object({
  ecosystem: z.string(),
  /** One of the request's files. */
  path: z.string(),
  filename: z.string(),
  /** Lower case. */
  suffixes: z.array(z.string()),
});

/** Source files of one distribution: the largest wheels have a tenth. */
const MAX_FILES = 50_000;

export async function hashSource(
  { path, filename, suffixes }: z.infer<typeof HashSourceInput>,
  archives: ArchiveRules,
): Promise<SourceFiles> {
  const hashing = hashingSource(suffixes);
  const walked = await archives.walk(path, filename, (file) => hashing.look(file, digestOf(file)));
  return walked.status === 'broken' ? { status: 'failed', reason: walked.reason } : hashing.done();
}

/** Names every source file by its digest, as the files of a distribution pass by. */
export function hashingSource(suffixes: readonly string[]): Looking<SourceFiles> {
  const files = new Map<string, ReturnType<typeof sourceFileOf>>();
  let tooLarge: string | undefined;
  return {
    look(file, digest) {
      if (!suffixes.some((suffix) => file.path.toLowerCase().endsWith(suffix))) return;
      if (!file.complete) tooLarge ??= file.path;
      else if (files.size < MAX_FILES) files.set(file.path, sourceFileOf(file.path, file.bytes, digest));
      else tooLarge ??= `${file.path}, the file number ${MAX_FILES + 1},`;
    },
    done: () =>
      tooLarge === undefined
        ? { status: 'read', files: [...files.values()] }
        : { status: 'failed', reason: `${tooLarge} is more than is compared` },
  };
}
