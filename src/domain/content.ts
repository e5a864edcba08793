import { noteDecoded } from './letters.ts';

/** One regular file inside a distribution, as content scanners see it. */
export interface ContentFile {
  /** Path inside the archive, `/` between segments. */
  readonly path: string;
  /** Bytes after unpacking. */
  readonly size: number;
  /** The whole file, or its start where `complete` is false: a scanner must not take a cut file for a whole one. */
  readonly bytes: Uint8Array;
  readonly complete: boolean;
  /** The text of the bytes, as `decodeText` has it; `undefined` for anything that is no text. */
  readonly text: string | undefined;
  /** SHA-256 of the whole file, in hex, where whoever unpacked it had to find it out anyway. */
  readonly sha256?: string | undefined;
  /**
   * Path under which the same bytes were already given in this distribution, for large files of the same ending: what
   * depends on the contents alone need not be found twice.
   */
  readonly repeatOf?: string | undefined;
}

/** Which distribution a content inspection is about. */
export interface ContentSubject {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly filename: string;
}

/** What a walk over the files of a distribution came to. */
export type WalkOutcome =
  | { readonly status: 'walked' }
  /** The archive cannot be believed, or not be read: what was seen so far is not the whole. */
  | { readonly status: 'broken'; readonly reason: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const eightBit = new TextDecoder('latin1');

/** Control characters that texts do hold: backspace, tab, line ends, vertical tab, form feed, escape. */
const CONTROLS_IN_TEXT: ReadonlySet<number> = new Set([8, 9, 10, 11, 12, 13, 27]);
/** 1 for each byte that no text needs: the other control characters of C0, and DEL. */
const NO_TEXT = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 0x20 && !CONTROLS_IN_TEXT.has(byte)) || byte === 0x7f ? 1 : 0,
);
/** How many of a pair of bytes: every text is counted, and pairs take half as long. */
const NO_TEXT_PAIR = Uint8Array.from(
  { length: 0x10000 },
  (_, pair) => (NO_TEXT[pair & 0xff] ?? 0) + (NO_TEXT[pair >> 8] ?? 0),
);

/**
 * One byte in so many may be a control character. Not none: interpreters pass over one in a comment, and it must not
 * hide a source file from the scanners. Compressed or compiled bytes hold one in ten.
 */
const TEXT_PER_CONTROL = 50;

/** Part of an eight-bit text that is plain ASCII; source code in any legacy encoding holds far more. */
const LEAST_ASCII = 0.6;

/**
 * Bytes as text, or `undefined` where they are none. Pure.
 *
 * Text is UTF-8, or else one of the eight-bit encodings (read as Latin-1: ASCII stays what it is, which is what scanners
 * look for), without NUL and almost without control characters. Everything else is binary, UTF-16 included.
 * `complete` is false for the start of a longer file, whose last character may be cut.
 */
export function decodeText(bytes: Uint8Array, complete: boolean): string | undefined {
  if (bytes.includes(0)) return undefined;
  if (controlsIn(bytes) * TEXT_PER_CONTROL > bytes.length) return undefined;
  const text = decodeUtf8(bytes, complete) ?? decodeEightBit(bytes);
  if (text !== undefined) noteDecoded(text, bytes);
  return text;
}

function controlsIn(bytes: Uint8Array): number {
  // Nothing has no first byte to leave out, wherever it stands.
  if (bytes.length === 0) return 0;
  const odd = bytes.byteOffset % 2;
  const pairs = new Uint16Array(bytes.buffer, bytes.byteOffset + odd, (bytes.length - odd) >> 1);
  let controls = odd === 1 ? (NO_TEXT[bytes[0] ?? 0] ?? 0) : 0;
  for (let at = 0; at < pairs.length; at += 1) controls += NO_TEXT_PAIR[pairs[at] ?? 0] ?? 0;
  const end = odd + pairs.length * 2;
  return end < bytes.length ? controls + (NO_TEXT[bytes[end] ?? 0] ?? 0) : controls;
}

/** Bytes of one UTF-8 character at most (RFC 3629). */
const LONGEST_CHARACTER = 4;

function decodeUtf8(bytes: Uint8Array, complete: boolean): string | undefined {
  const shortest = complete ? bytes.length : Math.max(0, bytes.length - LONGEST_CHARACTER + 1);
  for (let length = bytes.length; length >= shortest; length -= 1) {
    try {
      return utf8.decode(bytes.subarray(0, length));
    } catch {
      // The last character may be cut: one byte less.
    }
  }
  return undefined;
}

function decodeEightBit(bytes: Uint8Array): string | undefined {
  let ascii = 0;
  for (let at = 0; at < bytes.length; at += 1) if ((bytes[at] ?? 0) < 0x80) ascii += 1;
  return ascii < bytes.length * LEAST_ASCII ? undefined : eightBit.decode(bytes);
}

/**
 * Line numbers, counted from 1, for offsets into one text. Ask in rising order and the whole text is read once; an
 * offset before the last one starts anew.
 */
export function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let next = text.indexOf('\n');
  let last = 0;
  return (offset) => {
    if (offset < last) {
      line = 1;
      next = text.indexOf('\n');
    }
    last = offset;
    while (next !== -1 && next < offset) {
      line += 1;
      next = text.indexOf('\n', next + 1);
    }
    return line;
  };
}

/** Characters of an excerpt that a finding repeats. */
const LONGEST_EXCERPT = 160;

/** Text out of a distribution for people: one line, cut, control and direction characters (CVE-2021-42574) made visible. */
export function excerpt(text: string, longest: number = LONGEST_EXCERPT): string {
  const start = text.slice(0, longest + 1).trim();
  const cut = text.length > longest ? `${start.slice(0, longest)}…` : start;
  return cut.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Folder and file names that tests, examples and documentation go by, whatever the ecosystem. */
const NOT_SHIPPED_FOR_USE =
  /(?:^|\/)(?:tests?|testing|_tests?|__tests__|specs?|fixtures?|test[-_]?data|testdata|mocks?|examples?|samples?|demos?|docs?|doc|documentation|tutorials?|benchmarks?|cookbook)\/|(?:^|\/)(?:test_[^/]*|[^/]*_tests?|conftest|[^/]*[.](?:test|spec))[.][a-z]+$|(?:^|\/)examples?[-_.\d]*[.][a-z]+$|(?:^|\/)(?:README|CHANGES|CHANGELOG|HISTORY|NEWS)[^/]*$|[.](?:md|rst|adoc)$|[.]dist-info\/METADATA$|(?:^|\/)PKG-INFO$/i;

type Holder = Pick<ContentSubject, 'ecosystem' | 'filename'>;

function isWheel({ ecosystem, filename }: Holder): boolean {
  return ecosystem === 'pypi' && filename.endsWith('.whl');
}

/** Whether a path belongs to tests, examples or documentation: what it shows is more often made up than meant. */
export function isIllustration(path: string, holder: Holder): boolean {
  // Every archive but a wheel has one folder at the top, which has the name of the package: `samples` may be one.
  const inside = isWheel(holder) ? path : path.slice(path.indexOf('/') + 1);
  return NOT_SHIPPED_FOR_USE.test(inside);
}

/** Where wheels put what belongs beside their own top folders (binary distribution format, "The .data directory"). */
const LIBRARY_DATA = /^[^/]+[.]data\/(?:purelib|platlib)\//;
/** What Python imports: sources, and compiled modules. */
const MODULE = /[.](?:py|pyc|so|pyd)$/i;
/** Folders whose files are no modules of the wheel: metadata, and data that goes elsewhere. */
const NO_LIBRARY = /^[^/]+[.](?:dist-info|data)\//;

/**
 * Whether a path is code of tests, examples or documentation that nobody imports by accident. What stands at the top of a
 * wheel is installed as a package of its own, whatever its name: `import tests` runs it in every environment that has it.
 */
export function isAside(path: string, holder: Holder): boolean {
  if (!isIllustration(path, holder)) return false;
  const inside = path.replace(LIBRARY_DATA, '');
  if (!isWheel(holder) || !MODULE.test(inside) || NO_LIBRARY.test(inside)) return true;
  const folders = inside.split('/').slice(0, -1);
  const [top = ''] = folders;
  return folders.length > 0 && !NOT_SHIPPED_FOR_USE.test(`${top}/`);
}
