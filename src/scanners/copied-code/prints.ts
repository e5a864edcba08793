/**
 * Prints of the source files of a distribution. Fragments are found by winnowing: of each window of runs of tokens the
 * smallest hash is kept, so that any shared fragment of `RUN + WINDOW - 1` tokens shares a print.
 * Source: Schleimer, Wilkerson, Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003.
 */
import { createHash } from 'node:crypto';
import type { ContentFile } from '../../domain/content.ts';
import type { PrintedCode, PrintedFile } from '../../domain/copied-code.ts';
import { LicenceReader } from '../licence-texts/file-licences.ts';
import { hashTokens, isSource, PIECE } from './tokens.ts';
import { PRINTER_VERSION } from './version.ts';

/** Tokens of one hashed run: some six lines. Shorter runs are idioms that everybody writes. */
export const RUN = 50;
/** Runs of which one print is kept: with the run a fragment of some 30 lines is never missed. */
export const WINDOW = 200;
/** Tokens of a file that is compared: shorter ones (an empty `__init__.py`, a list of imports) are alike by nature. */
export const FEWEST_TOKENS = 120;
/** Files and prints of one distribution; of more prints a share is kept, by the hash, so that copies keep the same ones. */
const MOST_FILES = 4_000;
const MOST_PRINTS = 40_000;
/** Characters of one file: generated tables are larger and say nothing. */
const LONGEST_FILE = 4 * 1024 * 1024;

/** Collects the prints of one distribution, file by file. */
export class CodePrinter {
  private readonly files: PrintedFile[] = [];
  private readonly licences = new LicenceReader();
  private readonly printing = new Printing();
  private leftOut = 0;

  look(file: ContentFile): void {
    const { path, text, complete } = file;
    if (text === undefined || !isSource(path)) return;
    if (!complete || text.length > LONGEST_FILE || this.files.length >= MOST_FILES) {
      this.leftOut += 1;
      return;
    }
    const printed = this.printing.of(path, text);
    if (printed.tokens < FEWEST_TOKENS) return;
    const { licences } = this.licences.read(file);
    const ids = [...new Set(licences.flatMap((one) => one.ids))].toSorted();
    this.files.push({ path, ...printed, licences: ids });
  }

  done(): PrintedCode {
    const total = this.files.reduce((sum, { prints }) => sum + prints.length, 0);
    const share = 2 ** Math.max(0, Math.ceil(Math.log2(total / MOST_PRINTS)));
    const files = this.files.map((file) => ({ ...file, prints: file.prints.filter((print) => print % share === 0) }));
    return { files: share === 1 ? this.files : files, leftOut: this.leftOut };
  }
}

/** Tokens that two pieces share: with them no window lies across both. */
const OVERLAP = RUN - 1 + (WINDOW - 1);

/** Prints whole texts, however long, in the memory of one piece. */
class Printing {
  private readonly block = new Uint32Array(OVERLAP + PIECE);

  of(path: string, text: string): Pick<PrintedFile, 'digest' | 'tokens' | 'prints'> {
    const sha256 = createHash('sha256').update(`printer ${PRINTER_VERSION}\n`);
    const prints = new Set<number>();
    let [tokens, held] = [0, 0];
    hashTokens(path, text, (piece) => {
      sha256.update(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
      this.block.set(piece, held);
      const end = held + piece.length;
      for (const print of winnow(this.block.subarray(0, end))) prints.add(print);
      const kept = Math.max(0, end - OVERLAP);
      this.block.copyWithin(0, kept, end);
      held = end - kept;
      tokens += piece.length;
    });
    return { digest: `sha256:${sha256.digest('hex')}`, tokens, prints: [...prints] };
  }
}

const BASE = 0x01000193;
const SECOND_BASE = 0x85ebca6b;

/** The power of the base with which the first token of a run stands in its hash. */
const LEAVING = Array.from({ length: RUN - 1 }, () => BASE).reduce(Math.imul, 1);

/** Prints of a row of tokens, each once, by rising place. */
export function winnow(tokens: Uint32Array): readonly number[] {
  const runs = tokens.length - RUN + 1;
  if (runs < 1) return [];
  const first = rolled(tokens, runs);
  const prints = new Set<number>();
  let smallest = -1;
  for (let end = Math.min(WINDOW, runs) - 1; end < runs; end += 1) {
    const start = Math.max(0, end - WINDOW + 1);
    if (smallest < start) smallest = smallestIn(first, start, end);
    else if ((first[end] ?? 0) <= (first[smallest] ?? 0)) smallest = end;
    else continue;
    // 32 bits of one hash and 21 of the other: whole below 2^53.
    prints.add((first[smallest] ?? 0) * 0x200000 + (mixed(secondHash(tokens, smallest)) >>> 11));
  }
  return [...prints];
}

/** Where the smallest hash between two places stands; the last of equal ones. */
function smallestIn(hashes: Uint32Array, start: number, end: number): number {
  let smallest = start;
  for (let at = start + 1; at <= end; at += 1) if ((hashes[at] ?? 0) <= (hashes[smallest] ?? 0)) smallest = at;
  return smallest;
}

/** A hash of each run, rolled along the tokens and mixed then, so that the smallest is no matter of the last token. */
function rolled(tokens: Uint32Array, runs: number): Uint32Array {
  const hashes = new Uint32Array(runs);
  let hash = 0;
  for (let at = 0; at < RUN - 1; at += 1) hash = (Math.imul(hash, BASE) + (tokens[at] ?? 0)) | 0;
  for (let run = 0; run < runs; run += 1) {
    hash = (Math.imul(hash, BASE) + (tokens[run + RUN - 1] ?? 0)) | 0;
    hashes[run] = mixed(hash ^ PRINTER_VERSION);
    hash = (hash - Math.imul(tokens[run] ?? 0, LEAVING)) | 0;
  }
  return hashes;
}

/** Another hash of one run, made where it is wanted: of a hundred runs for one or two. */
function secondHash(tokens: Uint32Array, run: number): number {
  let hash = 0;
  for (let at = run; at < run + RUN; at += 1) hash = (Math.imul(hash, SECOND_BASE) + (tokens[at] ?? 0)) | 0;
  return hash;
}

function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (half ^ (half >>> 15)) >>> 0;
}
