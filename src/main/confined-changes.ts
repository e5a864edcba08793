/** The task `compare-files` of the confined program: what differs between the files of two distributions. */
import { z } from 'zod';
import type { ContentFile } from '../domain/content.ts';
import type { FileChanges } from '../domain/file-changes.ts';
import type { ArchiveRules } from '../ecosystems/contract.ts';
import { FileComparison } from '../scanners/changed-lines/compare.ts';

/** One of the request's files. */
const archive = z.object({ path: z.string(), filename: z.string() });
export const CompareInput = z.object({ ecosystem: z.string(), now: archive, before: archive });

/** Throws where an archive cannot be believed: half of its files are not its files. */
export async function compareFiles(
  { ecosystem, now, before }: z.infer<typeof CompareInput>,
  archives: ArchiveRules,
): Promise<FileChanges> {
  const walk = async ({ path, filename }: z.infer<typeof archive>, visit: (file: ContentFile) => void) => {
    const walked = await archives.walk(path, filename, visit);
    if (walked.status === 'broken') throw new Error(`${filename}: ${walked.reason}`);
  };
  const comparison = new FileComparison({
    now: { ecosystem, filename: now.filename },
    before: { ecosystem, filename: before.filename },
  });
  await walk(before, (file) => comparison.before(file));
  await walk(now, (file) => comparison.now(file));
  if (comparison.settleMoved()) await walk(before, (file) => comparison.again(file));
  return comparison.done();
}
