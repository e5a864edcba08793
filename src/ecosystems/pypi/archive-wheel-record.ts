import { createHash, type Hash, hash } from 'node:crypto';
import { decodeUtf8, placeEntry } from '../archives/names.ts';
import { ProblemList } from '../archives/problems.ts';

/** One line of RECORD: what a file must be. */
export interface RecordLine {
  readonly algorithm: string | undefined;
  /** URL-safe base64 without padding. */
  readonly digest: string | undefined;
  readonly size: number | undefined;
}

/**
 * Hashes that RECORD may use: "sha256 or better" (binary distribution format); md5, sha1 and sha224 are ruled out
 * there. All of these are guaranteed by Python's hashlib and known to Node.
 */
const STRONG: ReadonlyMap<string, string> = new Map(
  Object.entries({
    sha256: 'sha256',
    sha384: 'sha384',
    sha512: 'sha512',
    sha3_256: 'sha3-256',
    sha3_384: 'sha3-384',
    sha3_512: 'sha3-512',
    blake2b: 'blake2b512',
    blake2s: 'blake2s256',
  }),
);

/** RECORD by the path each file lands at. `undefined` and a problem where it cannot be read. */
export function parseRecord(
  bytes: Buffer,
  location: string,
  problems: ProblemList,
): ReadonlyMap<string, RecordLine> | undefined {
  const text = decodeUtf8(bytes);
  const rows = text === undefined ? undefined : parseCsv(text);
  if (rows === undefined) {
    problems.add('record-broken', location);
    return undefined;
  }
  const lines = new Map<string, RecordLine>();
  for (const [path = '', hash = '', size = '', ...more] of rows) {
    const place = placeEntry(path, new ProblemList());
    const separator = hash.indexOf('=');
    const wellFormed = more.length === 0 && /^\d*$/.test(size) && (hash === '' || separator > 0);
    if (place === undefined || !wellFormed) {
      problems.add('record-broken', path);
      continue;
    }
    if (lines.has(place.path)) problems.add('record-duplicate', path);
    lines.set(place.path, {
      algorithm: hash === '' ? undefined : hash.slice(0, separator),
      digest: hash === '' ? undefined : hash.slice(separator + 1).replace(/={1,2}$/, ''),
      size: size === '' ? undefined : Number(size),
    });
  }
  return lines;
}

/** Rows of a CSV text as Python's `csv` module writes them: commas, double quotes doubled, any line end. */
function parseCsv(text: string): readonly (readonly string[])[] | undefined {
  const rows: string[][] = [];
  // Nearly all lines have no quote; only those that have need the slow way.
  for (const line of splitRows(text)) {
    const row = line.includes('"') ? parseQuoted(line) : line.split(',');
    if (row === undefined) return undefined;
    if (line !== '') rows.push(row);
  }
  return rows;
}

/** Lines, where a line end inside quotes does not count. */
function* splitRows(text: string): Generator<string> {
  // Each line is looked at once: a quote that never closes must not make every further line read all before it.
  let pending: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const closes = line.includes('"') && line.split('"').length % 2 === 0;
    const inQuotes = pending.length > 0;
    pending.push(line);
    if (closes === inQuotes) {
      yield pending.join('\n');
      pending = [];
    }
  }
  if (pending.length > 0) yield pending.join('\n');
}

/** A row is a path of an archive, a hash and a size; on endless cells the pattern below would run out of stack. */
const LONGEST_QUOTED_ROW = 64 * 1024;

function parseQuoted(line: string): string[] | undefined {
  if (line.length > LONGEST_QUOTED_ROW) return undefined;
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  while (cell.lastIndex <= line.length) {
    const match = cell.exec(line);
    if (match === null) return undefined;
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return cells;
  }
  return undefined;
}

/** The hash of a content that comes in pieces, or, which costs far less for a small one, in one. */
class ContentHash {
  private readonly algorithm: string;
  private readonly size: number;
  private found: Buffer | undefined;
  private parts: Hash | undefined;

  constructor(algorithm: string, size: number) {
    this.algorithm = algorithm;
    this.size = size;
  }

  update(piece: Buffer): void {
    if (piece.length === this.size) {
      this.found = hash(this.algorithm, piece, 'buffer');
      return;
    }
    this.parts ??= createHash(this.algorithm);
    this.parts.update(piece);
  }

  /** To be asked once all of the content was seen, as `sha256` is. */
  digest(): Buffer {
    this.found ??= (this.parts ?? createHash(this.algorithm)).digest();
    return this.found;
  }

  /** In hex; `undefined` where RECORD names the file by another hash. */
  sha256(): string | undefined {
    return this.algorithm === 'sha256' ? this.digest().toString('hex') : undefined;
  }
}

/** Compares files with RECORD while they are read. Each file is asked for once. */
export class RecordChecker {
  private readonly lines: ReadonlyMap<string, RecordLine>;
  private readonly exempt: ReadonlySet<string>;
  private readonly problems: ProblemList;
  private readonly seen = new Set<string>();

  /** `exempt`: files that need not be listed, or not with a hash: RECORD itself and its signatures. */
  constructor(lines: ReadonlyMap<string, RecordLine>, exempt: ReadonlySet<string>, problems: ProblemList) {
    this.lines = lines;
    this.exempt = exempt;
    this.problems = problems;
  }

  /** The hash that the content of a file, of `size` bytes, must be fed to; `undefined` where there is nothing to compare. */
  start(path: string, size: number): ContentHash | undefined {
    this.seen.add(path);
    if (this.exempt.has(path)) return undefined;
    const line = this.lines.get(path);
    if (line === undefined) {
      this.problems.add('not-in-record', path);
      return undefined;
    }
    const algorithm = STRONG.get(line.algorithm ?? '');
    if (algorithm === undefined || line.digest === undefined) {
      this.problems.add('record-weak-hash', path, line.algorithm);
      return undefined;
    }
    return new ContentHash(algorithm, size);
  }

  /** Compares once the whole content went through. `size` in bytes. */
  finish(path: string, content: ContentHash | undefined, size: number): void {
    const line = this.lines.get(path);
    if (content === undefined || line === undefined) return;
    if (content.digest().toString('base64url') !== line.digest) this.problems.add('record-hash', path);
    if (line.size !== undefined && line.size !== size) this.problems.add('record-size', path);
  }

  /** Reports what RECORD lists and the wheel does not have. */
  end(): void {
    for (const path of this.lines.keys()) {
      if (!this.seen.has(path) && !this.exempt.has(path)) this.problems.add('missing-file', path);
    }
  }
}
