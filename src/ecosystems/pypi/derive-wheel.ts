/**
 * A wheel without its test code. Kept files are taken over as they are packed, so that the same original gives the same
 * bytes wherever it is made; RECORD and WHEEL are written anew, stored without compression.
 * Source: binary distribution format (PEP 427 and its successor on packaging.python.org), "The .dist-info directory".
 */
import { createHash } from 'node:crypto';
import { decodeText } from '../../domain/content.ts';
import type { Derivation, DerivedEntry } from '../../domain/derivation.ts';
import { isSurelyTestCode } from '../../domain/test-code.ts';
import type { ArchiveEntry } from '../archives/entry.ts';
import { ProblemList } from '../archives/problems.ts';
import { openSource } from '../archives/source.ts';
import { type OpenZip, openZip } from '../archives/zip.ts';
import { parseRecord, type RecordLine } from './archive-wheel-record.ts';
import { parseWheelFilename } from './filenames.ts';

/** Behind the number of a build tag; no other tool writes it, so that the name never is another wheel's. */
const BUILD_SUFFIX = 'notests';
/** An import that names tests, also one that goes over several lines in parentheses. */
const IMPORTS_TESTS =
  /^[ \t]*(?:from[ \t]+\S{1,200}[ \t]+import[ \t]*\([^)]{0,2000}|(?:from|import)[ \t][^\n#]{0,500})\b(?:__tests__|tests|test_\w+|conftest)\b/m;
/** Source that is longer is not looked through: bytes. */
const LONGEST_SOURCE = 8 * 1024 * 1024;
/** Signatures over the original's RECORD (PEP 427): they would not hold for another. */
const SIGNATURES = ['RECORD.jws', 'RECORD.p7s'];

/** `null` where nothing is to be taken away, and where what stays names what would go. */
export async function deriveWithoutTests(path: string, filename: string): Promise<Derivation | null> {
  const name = filename.endsWith('.whl') ? parseWheelFilename(filename) : undefined;
  if (name === undefined) return null;
  const problems = new ProblemList();
  const source = await openSource(path);
  try {
    const zip = await openZip(source, problems);
    const derivation = zip === undefined ? null : await derive(zip, filename, problems);
    return problems.any ? null : derivation;
  } finally {
    await source.close();
  }
}

async function derive(zip: OpenZip, filename: string, problems: ProblemList): Promise<Derivation | null> {
  const files = zip.entries.filter(({ kind }) => kind === 'file');
  const info = files.map(({ path }) => path).find((path) => /^[^/]+\.dist-info\/RECORD$/.test(path));
  const folder = info?.slice(0, -'/RECORD'.length);
  if (folder === undefined) return null;
  const isRemoved = ({ path }: ArchiveEntry) => !path.startsWith(`${folder}/`) && isSurelyTestCode(path);
  const removed = files.filter(isRemoved);
  const signatures = files.filter(({ path }) => SIGNATURES.some((one) => path === `${folder}/${one}`));
  const kept = files.filter((one) => !removed.includes(one) && !signatures.includes(one));
  if (removed.length === 0 || (await anyNamesTests(zip, kept, folder))) return null;
  const read = async (file: string) => {
    const entry = files.find(({ path }) => path === `${folder}/${file}`);
    return entry === undefined ? undefined : readWhole(zip, entry);
  };
  const [record, wheel] = [await read('RECORD'), await read('WHEEL')];
  const lines = record === undefined ? undefined : parseRecord(record, folder, problems);
  if (lines === undefined || wheel === undefined) return null;
  const tag = `${parseBuild(filename)}${BUILD_SUFFIX}`;
  const newWheel = wheelWithBuild(wheel.toString('utf8'), tag);
  const paths = { record: `${folder}/RECORD`, wheel: `${folder}/WHEEL` };
  const text = recordText(kept, { lines, paths, wheel: newWheel });
  return {
    status: 'derived',
    filename: withBuild(filename, tag),
    entries: kept.flatMap((entry): readonly DerivedEntry[] => {
      if (entry.path === paths.record) return [{ kind: 'written', path: entry.path, text }];
      if (entry.path === paths.wheel) return [{ kind: 'written', path: entry.path, text: newWheel }];
      const packed = zip.packed(entry);
      return packed === undefined ? [] : [{ kind: 'kept', path: entry.path, size: entry.size, ...packed }];
    }),
    removed: [...removed, ...signatures].map(({ path, size }) => ({ path, size })),
  };
}

/** Whether Python code or the entry points that stay speak of tests: without them they would break. */
async function anyNamesTests(zip: OpenZip, kept: readonly ArchiveEntry[], folder: string): Promise<boolean> {
  for (const entry of kept) {
    if (!entry.path.endsWith('.py') && entry.path !== `${folder}/entry_points.txt`) continue;
    const bytes = entry.size > LONGEST_SOURCE ? undefined : await readWhole(zip, entry);
    const text = bytes === undefined ? undefined : decodeText(bytes, true);
    // What cannot be read may name anything.
    if (text === undefined || namesTests(text, entry.path.endsWith('.py'))) return true;
  }
  return false;
}

function namesTests(text: string, isCode: boolean): boolean {
  if (!text.includes('tests') && !text.includes('test_')) return false;
  if (!isCode) return /[=.\s](?:tests|test_\w*)\s*[.:]/.test(text);
  return IMPORTS_TESTS.test(text);
}

async function readWhole(zip: OpenZip, entry: ArchiveEntry): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  const intact = await zip.read(entry, (piece) => void pieces.push(Buffer.from(piece)));
  return intact ? Buffer.concat(pieces) : undefined;
}

/** The number of the original's build tag with what follows it, or 0. */
function parseBuild(filename: string): string {
  const parts = filename.slice(0, -'.whl'.length).split('-');
  return parts.length === 6 ? (parts[2] ?? '0') : '0';
}

function withBuild(filename: string, tag: string): string {
  const parts = filename.slice(0, -'.whl'.length).split('-');
  return `${[...parts.slice(0, 2), tag, ...parts.slice(-3)].join('-')}.whl`;
}

/** `Build:` stands among the fields of WHEEL; the original's own is replaced. */
function wheelWithBuild(text: string, tag: string): string {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== '' && !/^build:/i.test(line));
  return `${[...lines, `Build: ${tag}`].join('\n')}\n`;
}

interface RecordParts {
  readonly lines: ReadonlyMap<string, RecordLine>;
  readonly paths: { readonly record: string; readonly wheel: string };
  readonly wheel: string;
}

/** RECORD of what stays, in the order of the archive: the original's own lines, and new ones for what is written anew. */
function recordText(kept: readonly ArchiveEntry[], { lines, paths, wheel }: RecordParts): string {
  const rows = kept.map(({ path }) => {
    if (path === paths.record) return [path, '', ''];
    const line = lines.get(path);
    const hash = createHash('sha256').update(wheel).digest('base64url');
    if (path === paths.wheel) return [path, `sha256=${hash}`, `${Buffer.byteLength(wheel)}`];
    return [path, `${line?.algorithm ?? ''}=${line?.digest ?? ''}`, `${line?.size ?? ''}`];
  });
  return rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
