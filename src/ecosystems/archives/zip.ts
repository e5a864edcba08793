import type { ArchiveEntry } from './entry.ts';
import { MAX_RATIO, MAX_UNPACKED, RATIO_FREE } from './limits.ts';
import { PathSet, placeEntry } from './names.ts';
import type { ProblemList } from './problems.ts';
import type { ByteSource } from './source.ts';
import { readDirectory, type ZipEntry } from './zip-directory.ts';
import { checkEntryForm, type EntryData, locateData, type OpenedEntry, readEntry } from './zip-entries.ts';

export interface OpenZip {
  /** In the order of the bytes. */
  readonly entries: readonly ArchiveEntry[];
  /** Bytes after unpacking, as promised; every promise is checked when the entry is read. */
  readonly unpackedBytes: number;
  /**
   * Unpacks one entry piece by piece; `false` where it breaks a promise (the problem is added). A piece that is the whole
   * entry is the caller's to keep; shorter ones are valid until `sink` returns. Most entries are small and answered at
   * once: a promise for each costs as much as the smallest take to unpack.
   */
  read(entry: ArchiveEntry, sink: (piece: Buffer) => void): boolean | Promise<boolean>;
  /** How and where an entry is packed. */
  packed(entry: ArchiveEntry): PackedEntry | undefined;
}

/** The packed bytes of an entry, as they lie in the file. */
export interface PackedEntry extends EntryData {
  readonly method: number;
  readonly crc: number;
  /** Unix mode, 0 where there is none. */
  readonly mode: number;
}

/**
 * Opens a zip archive in the strictest reading: every byte of the file belongs to exactly one entry or to the
 * directory, both headers agree, every name is one place on every system, and a second independent reader sees the
 * same. `undefined` where the structure cannot be believed; nothing was unpacked yet then.
 */
export async function openZip(source: ByteSource, problems: ProblemList): Promise<OpenZip | undefined> {
  const directory = await readDirectory(source, problems);
  if (directory === undefined || problems.any) return undefined;
  const placed = placeEntries(directory.entries, problems);
  const unpackedBytes = directory.entries.reduce((sum, entry) => sum + entry.size, 0);
  checkBomb(unpackedBytes, source.size, problems);
  if (problems.any) return undefined;
  const located = await locateAll(source, directory, problems);
  if (problems.any) return undefined;
  // Of the processes that know this reader few ever read an archive.
  const { compareWithSecondReader } = await import('./zip-second-reader.ts');
  await compareWithSecondReader(source, directory.entries, problems);
  if (problems.any) return undefined;
  const byOffset = placed.toSorted((a, b) => a.zip.offset - b.zip.offset);
  const opened = new Map<ArchiveEntry, OpenedEntry>();
  for (const { entry, zip } of byOffset) {
    const data = located.get(zip);
    if (data !== undefined) opened.set(entry, { entry: zip, data });
  }
  return {
    entries: byOffset.map(({ entry }) => entry),
    unpackedBytes,
    read: (entry, sink) => {
      const found = opened.get(entry);
      return found !== undefined && readEntry(source, found, sink, problems);
    },
    packed: (entry) => {
      const found = opened.get(entry);
      if (found === undefined) return undefined;
      const { method, crc, mode } = found.entry;
      return { ...found.data, method, crc, mode };
    },
  };
}

/** Refuses by what the directory promises, before anything is unpacked; a broken promise is found on unpacking. */
export function checkBomb(unpacked: number, packed: number, problems: ProblemList): void {
  if (unpacked > MAX_UNPACKED) problems.add('bomb-size', null, `${unpacked} bytes`);
  else if (unpacked > RATIO_FREE && unpacked > packed * MAX_RATIO) {
    problems.add('bomb-ratio', null, `${packed} bytes become ${unpacked}`);
  }
}

interface Placed {
  readonly entry: ArchiveEntry;
  readonly zip: ZipEntry;
}

function placeEntries(entries: readonly ZipEntry[], problems: ProblemList): readonly Placed[] {
  const paths = new PathSet();
  const placed: Placed[] = [];
  for (const zip of entries) {
    if (problems.full) break;
    const formed = checkEntryForm(zip, problems);
    const place = placeEntry(zip.name, problems);
    if (!formed || place === undefined || !isOrdinary(zip, place.isFolder, problems)) continue;
    const kind = place.isFolder ? 'folder' : 'file';
    if (place.isFolder && zip.size > 0) problems.add('folder-with-content', zip.name);
    paths.add(place, kind, problems);
    placed.push({ entry: { path: place.path, kind, size: zip.size, plain: place.plain }, zip });
  }
  return placed;
}

/** File type bits of a Unix mode (`stat.h`). */
const TYPE_BITS = 0o170000;
const TYPE_FILE = 0o100000;
const TYPE_FOLDER = 0o040000;
const TYPE_LINK = 0o120000;

/** Whether the Unix mode says file or folder, or says nothing. Believed whatever system the entry claims to be from. */
function isOrdinary(zip: ZipEntry, isFolder: boolean, problems: ProblemList): boolean {
  const type = zip.mode & TYPE_BITS;
  if (type === 0 || type === (isFolder ? TYPE_FOLDER : TYPE_FILE)) return true;
  problems.add(type === TYPE_LINK ? 'symbolic-link' : 'special-file', zip.name);
  return false;
}

/** Checks that the entries, in the order of the bytes, fill the file up to the directory without gap or overlap. */
async function locateAll(
  source: ByteSource,
  directory: { readonly entries: readonly ZipEntry[]; readonly start: number },
  problems: ProblemList,
): Promise<ReadonlyMap<ZipEntry, EntryData>> {
  const located = new Map<ZipEntry, EntryData>();
  const ordered = directory.entries.toSorted((a, b) => a.offset - b.offset);
  if ((ordered[0]?.offset ?? directory.start) > 0) await addPrefix(source, problems);
  for (const [index, entry] of ordered.entries()) {
    if (problems.full) break;
    const end = ordered[index + 1]?.offset ?? directory.start;
    if (end <= entry.offset) {
      problems.add('overlapping-entries', entry.name);
      continue;
    }
    const data = locateData(source, entry, end, problems);
    if (data !== undefined) located.set(entry, data);
  }
  return located;
}

/** Bytes before the first entry: the remains of another archive, or anything else. */
async function addPrefix(source: ByteSource, problems: ProblemList): Promise<void> {
  const first = await source.read(0, 4);
  const isArchive =
    first.length === 4 && (first.readUInt32LE(0) === 0x04034b50 || first.readUInt32LE(0) === 0x06054b50);
  problems.add(isArchive ? 'concatenated-archives' : 'prefix-data');
}
