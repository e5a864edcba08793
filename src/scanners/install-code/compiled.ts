/** Files of a distribution that are compiled, or that are no text where source is expected. */
import { type BinaryFormat, binaryFormat } from '../../domain/binary-format.ts';
import type { ContentFile } from '../../domain/content.ts';
import type { Finding } from '../../domain/evidence.ts';
import { SIGNS, type SignId } from './signs.ts';

/** Files that are listed by name. */
const MOST_LISTED = 20;
/** Files that are remembered: more are counted only. */
const MOST_REMEMBERED = 20_000;
const LONGEST_PATH = 300;
const SOURCE = /\.(?:py|js|mjs|cjs|R|r|sh)$/;

/** Gathers them file by file. */
export class Compiled {
  private readonly programs: { readonly path: string; readonly format: BinaryFormat }[] = [];
  private readonly unreadable: string[] = [];
  private readonly sources = new Set<string>();

  /** A file with text. */
  source(path: string): void {
    if (path.endsWith('.py') && this.sources.size < MOST_REMEMBERED) this.sources.add(path);
  }

  /** A file without. */
  binary({ path, bytes, size }: ContentFile): void {
    const format = binaryFormat(bytes);
    if (format !== undefined && this.programs.length < MOST_REMEMBERED) this.programs.push({ path, format });
    if (size > 0 && SOURCE.test(path) && !isUtf16(bytes)) this.unreadable.push(path);
  }

  findings(filename: string): readonly Finding[] {
    const native = this.programs.filter(({ format }) => format.machine !== 'any');
    const orphans = this.programs.filter(
      ({ path, format }) => format.format === 'python-bytecode' && !this.sources.has(sourceOf(path)),
    );
    // A wheel tagged `none-any` says that it runs anywhere: compiled code in it has no source there and no build.
    const isPure = /-none-any\.whl$/.test(filename);
    return [
      ...(isPure ? listed('programs-in-pure-package', native) : []),
      ...(this.sources.size < MOST_REMEMBERED ? listed('bytecode-without-source', orphans) : []),
      ...listed(
        'source-that-is-no-text',
        this.unreadable.map((path) => ({ path })),
      ),
    ];
  }
}

/** `pkg/__pycache__/a.cpython-312.pyc` is made from `pkg/a.py` (PEP 3147). */
function sourceOf(path: string): string {
  return path.replace(/(?:__pycache__\/)?([^/.]+)(?:\.[^/]*)?\.pyc$/, '$1.py');
}

/** Text that begins with a mark of its byte order (Unicode, section 23.8). */
function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

function listed(
  sign: SignId,
  all: readonly { readonly path: string; readonly format?: BinaryFormat }[],
): readonly Finding[] {
  const sorted = all.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const [first] = sorted;
  if (first === undefined) return [];
  const files = sorted
    .slice(0, MOST_LISTED)
    .map(({ path, format }) => ({ path: path.slice(0, LONGEST_PATH), ...(format ?? {}) }));
  return [
    {
      kind: 'install-code',
      severity: SIGNS[sign].severity,
      subject: first.path,
      summary: `${sorted.length} × ${SIGNS[sign].summary}`,
      location: first.path.slice(0, LONGEST_PATH),
      data: { sign, count: sorted.length, files },
    },
  ];
}
