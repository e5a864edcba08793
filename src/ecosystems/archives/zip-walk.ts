/** Visiting the files of a zip archive, by the same strict reading and within the same limits as its examination. */
import type { ArchiveEntry } from './entry.ts';
import type { ProblemList } from './problems.ts';
import type { ByteSource } from './source.ts';
import { Collector, type Visit } from './walk.ts';
import { type OpenZip, openZip } from './zip.ts';

/** Visits the files of a zip archive in the order of its bytes; the first thing that cannot be believed ends it. */
export async function walkZip(source: ByteSource, problems: ProblemList, visit: Visit): Promise<void> {
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
    collector?.push(piece);
  });
  if (intact && collector !== undefined) await visit?.(collector.file());
  return intact;
}
