/**
 * Strict reading of R packages, as source or built: one folder named after the package, `DESCRIPTION` in it, no links.
 * Nothing is unpacked to disk or run.
 */
import { createHash } from 'node:crypto';
import type { Examination } from '../../domain/examination.ts';
import type { ArchiveEntry } from '../archives/entry.ts';
import { examineFile, type Reading } from '../archives/examine.ts';
import { MAX_METADATA } from '../archives/limits.ts';
import type { ProblemList } from '../archives/problems.ts';
import type { ByteSource } from '../archives/source.ts';
import { readTar, walkFile, walkTar } from '../archives/walk.ts';
import { openZip } from '../archives/zip.ts';
import { visitEntry, walkZip } from '../archives/zip-walk.ts';
import type { ArchiveRules } from '../contract.ts';
import { contradictions } from './contradictions.ts';
import { fileIn } from './files.ts';
import { type Built, builtOf, MD5_FIELD, readRecord } from './record.ts';

type Expected = Parameters<ArchiveRules['examine']>[1];

export const cranArchives: ArchiveRules = {
  examine: (path, expected, visit) =>
    examineFile(path, visit, (source, reading) => examinePackage(source, expected, reading)),
  walk: (path, filename, visit) =>
    walkFile(path, (source, problems) =>
      isZip(filename) ? walkZip(source, problems, visit) : walkTar(source, problems, { visit }),
    ),
  contradictions,
};

async function examinePackage(
  source: ByteSource,
  expected: Expected,
  { problems, visit }: Reading,
): Promise<Examination> {
  const rules = new PackageRules(expected, problems);
  const use = { take: (entry: ArchiveEntry) => rules.take(entry), visit };
  const read = isZip(expected.filename) ? await readZip(source, problems, use) : await readTar(source, problems, use);
  const description = problems.any ? null : rules.description();
  const metadata = description === null ? null : `${description}${MD5_FIELD}: ${await md5Of(source)}\n`;
  return { problems: problems.all, ...read, metadata, buildRequires: null };
}

/** Packages for Windows are zip files; all others, built or not, are compressed tar archives. */
function isZip(filename: string): boolean {
  return filename.endsWith('.zip');
}

async function readZip(
  source: ByteSource,
  problems: ProblemList,
  { take, visit }: Pick<Parameters<typeof readTar>[2], 'take' | 'visit'>,
): Promise<{ readonly entries: number; readonly unpackedBytes: number }> {
  const zip = await openZip(source, problems);
  if (zip === undefined) return { entries: 0, unpackedBytes: 0 };
  for (const entry of zip.entries) {
    const sink = take(entry);
    if (!(await visitEntry(zip, entry, { sink, visit: problems.any ? undefined : visit }))) break;
  }
  return { entries: zip.entries.length, unpackedBytes: zip.unpackedBytes };
}

/** The hash that R's index states of a whole file; it stands beside our SHA-256 and proves nothing by itself. */
async function md5Of(source: ByteSource): Promise<string> {
  const hash = createHash('md5');
  for await (const piece of source.pieces(0, source.size)) hash.update(piece);
  return hash.digest('hex');
}

/** The field with the lines that go on with it: left behind they would be read as a part of another one. */
const MD5_LINES = /^MD5sum:.*\n?(?:[ \t].*\n?)*/gm;

class PackageRules {
  private readonly expected: Expected;
  private readonly problems: ProblemList;
  private readonly parts: Buffer[] = [];
  private found: string | undefined;

  constructor(expected: Expected, problems: ProblemList) {
    this.expected = expected;
    this.problems = problems;
  }

  /** Looks at one entry; a sink where its content is `DESCRIPTION`. */
  take({ path, kind, size }: ArchiveEntry): ((piece: Buffer) => void) | undefined {
    if (path === '') return undefined;
    const [top = '', ...rest] = path.split('/');
    if (top !== this.expected.name || (rest.length === 0 && kind !== 'folder'))
      this.problems.add('package-folder', path);
    if (kind === 'link') this.problems.add('symbolic-link', path);
    if (rest.join('/') !== 'DESCRIPTION' || kind !== 'file') return undefined;
    if (size > MAX_METADATA) {
      this.problems.add('metadata-too-large', path);
      return undefined;
    }
    this.found = path;
    return (piece) => this.parts.push(Buffer.from(piece));
  }

  /** The text of `DESCRIPTION` as UTF-8, ended by a line end, without a hash that it cannot know; once everything was read. */
  description(): string | null {
    if (this.found === undefined) {
      this.problems.add('no-description', `${this.expected.name}/DESCRIPTION`);
      return null;
    }
    const text = decode(Buffer.concat(this.parts));
    const record = readRecord(text);
    if (record === undefined) {
      this.problems.add('metadata-broken', this.found);
      return null;
    }
    if (record.name !== this.expected.name) this.problems.add('metadata-name', this.found, record.name);
    if (record.version !== this.expected.version) this.problems.add('metadata-version', this.found, record.version);
    this.checkBuilt(builtOf(record.fields));
    const kept = `${text.replace(MD5_LINES, '').trimEnd()}\n`;
    return this.problems.any ? null : kept;
  }

  /** R believes `Built`, and installs what has it as it is. */
  private checkBuilt(built: Built | null | undefined): void {
    const tree = fileIn(this.expected.filename)?.tree;
    const where = `${this.expected.name}/DESCRIPTION`;
    if (tree === undefined) {
      if (built !== undefined) this.problems.add('built-source', where);
    } else if (built === undefined || built === null) this.problems.add('not-built', where);
    else if (built.r !== tree.r || (built.os === 'windows') !== (tree.platform === 'windows'))
      this.problems.add('built-for-another', where, `R ${built.r}, ${built.os}`);
  }
}

/** `Encoding: latin1` is the one other encoding that packages still have ("Writing R Extensions", 1.1.1). */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
