import type { Examination } from '../../domain/examination.ts';
import type { ArchiveEntry } from '../archives/entry.ts';
import type { Reading } from '../archives/examine.ts';
import { MAX_METADATA, MAX_RECORD } from '../archives/limits.ts';
import { decodeUtf8 } from '../archives/names.ts';
import type { ArchiveProblemCode, ProblemList } from '../archives/problems.ts';
import type { ByteSource } from '../archives/source.ts';
import { type OpenZip, openZip } from '../archives/zip.ts';
import { visitEntry } from '../archives/zip-walk.ts';
import { checkMetadata, type ExpectedRelease, headerFields, sameVersion } from './archive-metadata.ts';
import { checkLayout, findDistInfo } from './archive-wheel-layout.ts';
import { parseRecord, RecordChecker } from './archive-wheel-record.ts';
import { parseWheelFilename, type WheelFilename } from './filenames.ts';
import { foldName } from './names.ts';

/** Examines a wheel: the archive, then what the wheel format promises of its content. */
export async function examineWheel(
  source: ByteSource,
  expected: ExpectedRelease,
  reading: Reading,
): Promise<Examination> {
  const { problems } = reading;
  const name = checkFilename(expected, problems);
  const zip = name === undefined ? undefined : await openZip(source, problems);
  if (name === undefined || zip === undefined) {
    return { problems: problems.all, entries: 0, unpackedBytes: 0, metadata: null, buildRequires: null };
  }
  const metadata = await checkContent(zip, name, expected, reading);
  const { entries, unpackedBytes } = zip;
  return { problems: problems.all, entries: entries.length, unpackedBytes, metadata, buildRequires: null };
}

function checkFilename(expected: ExpectedRelease, problems: ProblemList): WheelFilename | undefined {
  const name = parseWheelFilename(expected.filename);
  const isExpected =
    name !== undefined && name.name === foldName(expected.name) && sameVersion(name.version, expected.version);
  if (isExpected) return name;
  problems.add('file-name', expected.filename);
  return undefined;
}

async function checkContent(
  zip: OpenZip,
  name: WheelFilename,
  expected: ExpectedRelease,
  reading: Reading,
): Promise<string | null> {
  const { problems } = reading;
  checkLayout(zip.entries, expected, problems);
  const folder = findDistInfo(zip.entries, expected, problems);
  if (folder === undefined) return null;
  const files = new Map(zip.entries.filter(({ kind }) => kind === 'file').map((entry) => [entry.path, entry]));
  const read = (file: string, missing: ArchiveProblemCode, limit: number): Promise<Buffer | undefined> =>
    readWhole({ zip, entry: files.get(`${folder}/${file}`), limit, missing, location: `${folder}/${file}` }, problems);

  const wheelFile = await read('WHEEL', 'no-wheel-file', MAX_METADATA);
  if (wheelFile !== undefined) checkWheelFile(wheelFile, name, { location: `${folder}/WHEEL`, problems });
  const metadataFile = await read('METADATA', 'no-metadata', MAX_METADATA);
  const report = { location: `${folder}/METADATA`, problems };
  const metadata = metadataFile === undefined ? null : checkMetadata(metadataFile, expected, report);
  const record = await read('RECORD', 'no-record', MAX_RECORD);
  const lines = record === undefined ? undefined : parseRecord(record, `${folder}/RECORD`, problems);
  const exempt = new Set(['RECORD', 'RECORD.jws', 'RECORD.p7s'].map((file) => `${folder}/${file}`));
  await readAll(zip, lines === undefined ? undefined : new RecordChecker(lines, exempt, problems), reading);
  return metadata;
}

interface WholeRead {
  readonly zip: OpenZip;
  readonly entry: ArchiveEntry | undefined;
  /** Bytes. */
  readonly limit: number;
  readonly missing: ArchiveProblemCode;
  readonly location: string;
}

/** One of the small files of `.dist-info`, in memory. */
async function readWhole(wanted: WholeRead, problems: ProblemList): Promise<Buffer | undefined> {
  const { zip, entry, location } = wanted;
  if (entry === undefined) {
    problems.add(wanted.missing, location);
    return undefined;
  }
  if (entry.size > wanted.limit) {
    problems.add('metadata-too-large', location, `${entry.size} bytes`);
    return undefined;
  }
  const parts: Buffer[] = [];
  const intact = await zip.read(entry, (piece) => parts.push(Buffer.from(piece)));
  return intact ? Buffer.concat(parts) : undefined;
}

/** Unpacks every entry in turn, which checks sizes and checksums, and compares it with RECORD. */
async function readAll(zip: OpenZip, record: RecordChecker | undefined, { problems, visit }: Reading): Promise<void> {
  for (const entry of zip.entries) {
    if (problems.full) return;
    const hash = entry.kind === 'file' ? record?.start(entry.path, entry.size) : undefined;
    const sink = (piece: Buffer) => hash?.update(piece);
    const sha256 = () => hash?.sha256();
    // After the first problem nobody need look any more: it would be void.
    const visited = visitEntry(zip, entry, { sink, sha256, visit: problems.any ? undefined : visit });
    if (typeof visited === 'boolean' ? visited : await visited) record?.finish(entry.path, hash, entry.size);
  }
  record?.end();
}

/** Major version of the wheel format that installers must know (binary distribution format, "Wheel-Version"). */
const KNOWN_WHEEL_VERSION = /^1\.\d+$/;

function checkWheelFile(
  bytes: Buffer,
  name: WheelFilename,
  report: { readonly location: string; readonly problems: ProblemList },
): void {
  const { location, problems } = report;
  const text = decodeUtf8(bytes);
  const fields = text === undefined ? undefined : headerFields(text);
  const [version] = fields?.get('wheel-version') ?? [];
  if (fields === undefined || version === undefined) {
    problems.add('wheel-file-broken', location);
    return;
  }
  if (!KNOWN_WHEEL_VERSION.test(version)) problems.add('wheel-version', location, version);
  // The field may hold a compressed set, which some builders write.
  const stated = new Set(
    (fields.get('tag') ?? []).flatMap((tag) => [...(parseWheelFilename(`n-0-${tag}.whl`)?.tags ?? [tag])]),
  );
  const promised = new Set(name.tags);
  const missing = name.tags.filter((tag) => !stated.has(tag));
  const surplus = [...stated].filter((tag) => !promised.has(tag));
  if (missing.length + surplus.length > 0) {
    problems.add(
      'tags-differ',
      location,
      [...missing.map((tag) => `-${tag}`), ...surplus.map((tag) => `+${tag}`)].join(' '),
    );
  }
}
