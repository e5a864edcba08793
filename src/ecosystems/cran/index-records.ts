/** The records of an index: what R needs to choose, and what it needs to find the file. */
import { compareCodePoints } from '../../domain/code-points.ts';
import type { IndexInput } from '../contract.ts';
import { type DcfRecord, formatDcf, parseDcf } from './dcf.ts';
import { fileIn, type PackageFile } from './files.ts';
import { readRecord } from './record.ts';
import { compareVersions } from './versions.ts';

/** What `PACKAGES` repeats of a `DESCRIPTION` (`tools::write_PACKAGES`), in its order. */
const FIELDS = [
  'Priority',
  'Depends',
  'Imports',
  'LinkingTo',
  'Suggests',
  'Enhances',
  'License',
  'License_is_FOSS',
  'License_restricts_use',
  'OS_type',
  'Archs',
  'MD5sum',
  'NeedsCompilation',
  'SystemRequirements',
  'Built',
] as const;

/** The columns of `PACKAGES`, those that say where a file is included. */
export const COLUMNS = ['Package', 'Version', ...FIELDS, 'File', 'Path'] as const;

/** Fields of a part that are about the file and stand in no index. */
const SIZE = 'X-Size';
const UPLOADED = 'X-Uploaded';
const SHA256 = 'X-SHA256';

/** One offered file as an index needs it. */
export interface IndexedFile extends PackageFile {
  readonly fields: DcfRecord;
  /** Bytes. */
  readonly size: number;
  /** 64 hexadecimal digits; empty where the part does not say. */
  readonly sha256Hex: string;
  /** RFC 3339, UTC. */
  readonly uploadedAt: string | undefined;
}

/**
 * The records of one package, newest first, as one text: what the whole index is put together from. A file of which no
 * record can be read is offered to nobody: the index is the one way in.
 */
export function packagePart({ offered }: IndexInput): string {
  const files = offered
    .flatMap(({ version, files: ofVersion }) => ofVersion.map((file) => ({ version, file })))
    .toSorted(
      (a, b) =>
        compareVersions(b.version, a.version) ||
        compareCodePoints(b.version, a.version) ||
        compareCodePoints(a.file.filename, b.file.filename),
    );
  return files
    .flatMap(({ file }) => {
      const record = readRecord(file.metadataText ?? '');
      if (record === undefined) return [];
      const repeated = FIELDS.flatMap((field) => {
        const value = record.fields.get(field);
        return value === undefined || value.trim() === '' ? [] : [[field, value.replace(/\s+/g, ' ')] as const];
      });
      const uploaded = file.uploadedAt === undefined ? [] : [[UPLOADED, file.uploadedAt] as const];
      return [
        formatDcf([
          ['Package', record.name],
          ['Version', record.version],
          ...repeated,
          ['File', file.filename],
          [SHA256, file.sha256],
          [SIZE, String(file.size)],
          ...uploaded,
        ]),
      ];
    })
    .join('\n');
}

/** Reads parts back; several packages may stand in one text. */
export function readParts(text: string): readonly IndexedFile[] {
  return (parseDcf(text) ?? []).flatMap((fields) => {
    const file = fileIn(fields.get('File') ?? '');
    if (file === undefined) return [];
    const sha256Hex = (fields.get(SHA256) ?? '').replace(/^sha256:/, '');
    return [{ ...file, fields, size: Number(fields.get(SIZE) ?? 0), sha256Hex, uploadedAt: fields.get(UPLOADED) }];
  });
}

/** The parts without some releases, each record of the others as it was. */
export function withoutReleases(text: string, left: ReadonlyMap<string, ReadonlySet<string>>): string {
  return text
    .split('\n\n')
    .filter((record) => readParts(record).every(({ name, version }) => left.get(name)?.has(version) !== true))
    .join('\n\n');
}
