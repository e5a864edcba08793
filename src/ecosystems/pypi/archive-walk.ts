import type { WalkOutcome } from '../../domain/content.ts';
import { type Visit, walkFile, walkTar } from '../archives/walk.ts';
import { walkZip } from '../archives/zip-walk.ts';

/**
 * Visits every regular file of a wheel or source distribution, in the order of the archive's bytes, by the same strict
 * reading and within the same limits as the examination. The first thing that cannot be believed ends the walk. What
 * `visit` throws is thrown.
 */
export function walkArchive(path: string, filename: string, visit: Visit): Promise<WalkOutcome> {
  return walkFile(path, async (source, problems) => {
    if (filename.endsWith('.whl') || filename.endsWith('.zip')) await walkZip(source, problems, visit);
    else if (filename.endsWith('.tar.gz')) await walkTar(source, problems, { visit });
    else problems.add('unsupported-archive', null, filename);
  });
}
