import type { WalkOutcome } from '../../domain/content.ts';
import type { ArchiveEntry } from '../archives/entry.ts';
import type { ProblemList } from '../archives/problems.ts';
import type { ByteSource } from '../archives/source.ts';
import { Collector, type Visit, walkFile, walkTar } from '../archives/walk.ts';
import { type OpenZip, openZip } from './archive-zip.ts';

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

async function walkZip(source: ByteSource, problems: ProblemList, visit: Visit): Promise<void> {
  const zip = await openZip(source, problems);
  if (zip === undefined) return;
  for (const entry of zip.entries) if (!(await visitEntry(zip, entry, { visit }))) return;
}

/** Unpacks one entry, has it visited where it is a regular file, and gives each piece to `sink`; `false` where it is broken. */
export async function visitEntry(
  zip: OpenZip,
  entry: ArchiveEntry,
  { sink, visit }: { readonly sink?: ((piece: Buffer) => void) | undefined; readonly visit: Visit | undefined },
): Promise<boolean> {
  const collector = visit === undefined || entry.kind !== 'file' ? undefined : new Collector(entry);
  const intact = await zip.read(entry, (piece) => {
    sink?.(piece);
    collector?.keep(piece);
  });
  if (intact && collector !== undefined) await visit?.(collector.file());
  return intact;
}
