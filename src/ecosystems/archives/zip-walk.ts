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
  for (const entry of zip.entries) {
    const visited = visitEntry(zip, entry, { visit });
    if (!(typeof visited === 'boolean' ? visited : await visited)) return;
  }
}

/** What becomes of the content of one entry. */
interface EntryUse {
  readonly sink?: ((piece: Buffer) => void) | undefined;
  readonly visit: Visit | undefined;
  /** Asked once the content went through `sink`: see `ContentFile.sha256`. */
  readonly sha256?: (() => string | undefined) | undefined;
}

/**
 * Unpacks one entry, has it visited where it is a regular file, and gives each piece to `sink`; `false` where it is
 * broken. Answers at once where nobody has to be waited for.
 */
export function visitEntry(zip: OpenZip, entry: ArchiveEntry, use: EntryUse): boolean | Promise<boolean> {
  const { sink, visit, sha256 } = use;
  if (visit === undefined || entry.kind !== 'file') return zip.read(entry, (piece) => sink?.(piece));
  const collector = new Collector(entry);
  const seen = (intact: boolean): boolean | Promise<boolean> => {
    const looking = intact ? visit(collector.file(sha256?.())) : undefined;
    return looking instanceof Promise ? looking.then(() => intact) : intact;
  };
  const intact = zip.read(entry, (piece) => {
    sink?.(piece);
    collector.push(piece);
  });
  return typeof intact === 'boolean' ? seen(intact) : intact.then(seen);
}
