/** Notes of things to do in the comments of code. */
import type { ContentFile } from '../../domain/content.ts';
import { counted } from '../../domain/counted.ts';
import type { Finding } from '../../domain/evidence.ts';
import { holding } from '../syntax/held-literals.ts';
import { LiteralFinder } from '../syntax/literals.ts';

const CODE =
  /\.(?:pyi?|pyx|pxd|[cm]?js|jsx|[cm]?ts|tsx|r|c|h|cc|cpp|cxx|hpp|rs|go|java|jl|f|f90|f95|lua|php|rb|swift|kt|cs|sh)$/i;

export function isCode(path: string): boolean {
  return CODE.test(path);
}

const NOTE_WORDS = ['TODO', 'FIXME', 'XXX', 'HACK'];
const NOTES = new LiteralFinder(NOTE_WORDS.map((text) => ({ text, fold: false, target: text.length })));
const HAS_NOTES = holding(...NOTE_WORDS);
/** Notes that one file is asked for: a table of such words is no work left over. */
const MOST_IN_FILE = 10_000;
/** Characters before a note in which its comment must have begun. */
const LONGEST_COMMENT = 200;
/** Where comments begin, in the languages above. A star begins the lines of a long one. */
const COMMENT = /#|\/\/|\/\*|^\s*\*|--|!|"""|'''/;
const MOST_PLACES = 5;

/** Adds up notes over the files of a distribution. */
export class NotesToDo {
  private count = 0;
  private readonly places: string[] = [];
  private files = 0;
  private bytes = 0;

  see({ path, size, bytes, text }: Pick<ContentFile, 'path' | 'size' | 'bytes' | 'text'>): void {
    this.bytes += size;
    if (text === undefined || !HAS_NOTES.test(text)) return;
    let inFile = 0;
    NOTES.find(
      bytes,
      (length, start) => {
        if (!isNote(bytes, start, length)) return;
        inFile += 1;
        if (inFile === 1) this.places.push(`${path}:${lineAt(bytes, start)}`);
      },
      MOST_IN_FILE,
    );
    if (inFile === 0) return;
    this.count += inFile;
    this.files += 1;
  }

  told(): Pick<Finding, 'summary' | 'location' | 'data'> | undefined {
    if (this.count === 0) return undefined;
    const places = this.places.toSorted().slice(0, MOST_PLACES);
    const where = `${counted(this.files, 'file')} of its code`;
    return {
      summary: `${counted(this.count, 'note')} of things to do in ${where} (${this.bytes} bytes of code in all)`,
      location: places[0],
      data: { code: 'notes-to-do', count: this.count, files: this.files, codeBytes: this.bytes, places },
    };
  }
}

/** A word by itself, in a comment. */
function isNote(bytes: Uint8Array, start: number, length: number): boolean {
  if (isWordByte(bytes[start - 1]) || isWordByte(bytes[start + length])) return false;
  const before = latin1.decode(bytes.subarray(Math.max(0, start - LONGEST_COMMENT), start));
  return COMMENT.test(before.slice(before.lastIndexOf('\n') + 1));
}

const latin1 = new TextDecoder('latin1');

function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined && (byte === 95 || byte >= 128 || /[0-9A-Za-z]/.test(String.fromCharCode(byte)));
}

function lineAt(bytes: Uint8Array, place: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < place; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}
