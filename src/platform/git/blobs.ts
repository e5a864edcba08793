/** Reads the answers of `git ls-tree` and `git cat-file --batch`. What they are about is untrusted; their form is git's. */
import type { SourceFile } from '../../domain/source-code.ts';
import { sourceFileOf } from './source-file.ts';

/** A file at a tag. */
export interface TreeFile {
  readonly path: string;
  /** Object id, in hexadecimal digits. */
  readonly id: string;
}

/** Bytes of one source file: longer ones are data. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Source files at one tag: the largest trees of Python code have a tenth. */
const MAX_FILES = 50_000;
const ENTRY = /^(\d{6}) (blob|tree|commit) ([0-9a-f]{40,64}) +(-|\d+)\t(.+)$/s;
/** Links point elsewhere and submodules are elsewhere: only regular files, with or without the executable bit. */
const REGULAR = new Set(['100644', '100755', '100664']);

/** Regular files with one of the suffixes, out of `ls-tree -r -l -z`; `undefined` where there are too many. */
export function treeFiles(output: string, suffixes: readonly string[]): readonly TreeFile[] | undefined {
  const files: TreeFile[] = [];
  for (const line of output.split('\0')) {
    const [, mode = '', kind, id = '', size, path = ''] = ENTRY.exec(line) ?? [];
    if (kind !== 'blob' || !REGULAR.has(mode) || Number(size) > MAX_FILE_BYTES) continue;
    if (!suffixes.some((suffix) => path.toLowerCase().endsWith(suffix))) continue;
    files.push({ path, id });
    if (files.length > MAX_FILES) return undefined;
  }
  return files;
}

const LF = 0x0a;
/** Bytes of a header: an id, a type and a length. */
const MAX_HEADER = 200;

/** Takes the output of `cat-file --batch` piece by piece; the objects come in the order in which they were asked for. */
export class BlobReader {
  readonly read: SourceFile[] = [];
  private readonly files: readonly TreeFile[];
  private held: Buffer = Buffer.alloc(0);
  /** Pieces of the blob that is coming, with its line end. */
  private body: Buffer[] = [];
  private left: number | undefined;

  constructor(files: readonly TreeFile[]) {
    this.files = files;
  }

  get done(): boolean {
    return this.read.length === this.files.length && this.held.length === 0 && this.left === undefined;
  }

  /** `false` where it is not what was asked for. */
  push(piece: Uint8Array): boolean {
    let rest = Buffer.from(piece);
    while (rest.length > 0) {
      if (this.left === undefined) {
        const end = rest.indexOf(LF);
        this.held = Buffer.concat([this.held, end === -1 ? rest : rest.subarray(0, end)]);
        if (this.held.length > MAX_HEADER) return false;
        if (end === -1) return true;
        if (!this.begin(this.held.toString('latin1'))) return false;
        this.held = Buffer.alloc(0);
        rest = rest.subarray(end + 1);
        continue;
      }
      const part = rest.subarray(0, this.left);
      this.body.push(part);
      this.left -= part.length;
      rest = rest.subarray(part.length);
      if (this.left === 0) this.end();
    }
    return true;
  }

  private begin(header: string): boolean {
    const [id, kind, size] = header.split(' ');
    const file = this.files[this.read.length];
    if (file === undefined || id !== file.id || kind !== 'blob' || !(Number(size) <= MAX_FILE_BYTES)) return false;
    this.left = Number(size) + 1;
    return true;
  }

  private end(): void {
    const file = this.files[this.read.length];
    if (file !== undefined) this.read.push(sourceFileOf(file.path, Buffer.concat(this.body).subarray(0, -1)));
    this.body = [];
    this.left = undefined;
  }
}
