/** Formats that bytes show by themselves: what is none of them, and no text, is opaque. */

interface Magic {
  readonly format: string;
  /** Bytes from the start of the file. */
  readonly at: number;
  /** Latin-1: one character per byte. */
  readonly bytes: string;
}

const magic = (format: string, bytes: string, at = 0): Magic => ({ format, bytes, at });

/** Signatures, from the specifications of the formats (and `magic(5)` where there is none). */
const MAGICS: readonly Magic[] = [
  // compiled code
  ...[
    '\x7fELF',
    '\xcf\xfa\xed\xfe',
    '\xce\xfa\xed\xfe',
    '\xca\xfe\xba\xbe',
    'MZ',
    '\0asm',
    'BC\xc0\xde',
    '!<arch>\n',
  ].map((bytes) => magic('compiled code', bytes)),
  // images
  ...[
    '\x89PNG\r\n',
    'GIF8',
    '\xff\xd8\xff',
    'BM',
    'II*\0',
    'MM\0*',
    '\0\0\x01\0',
    '\0\0\x02\0',
    '8BPS',
    '\0\0\0\x0cjP  ',
    '\xff\x4f\xff\x51',
    'qoif',
    'icns',
    'gimp xcf',
  ].map((bytes) => magic('image', bytes)),
  magic('image', 'WEBP', 8),
  // sound and film
  ...['OggS', 'ID3', '\xff\xfb', '\xff\xf3', '\xff\xf1', 'fLaC', 'MThd', '\x1aE\xdf\xa3', 'FORM', '.snd', '#!AMR'].map(
    (bytes) => magic('sound or film', bytes),
  ),
  ...['WAVE', 'AVI '].map((bytes) => magic('sound or film', bytes, 8)),
  magic('sound or film', 'ftyp', 4),
  // fonts and documents
  ...['\0\x01\0\0\0', 'OTTO', 'true\0', 'ttcf', 'wOFF', 'wOF2', '%!PS'].map((bytes) => magic('font', bytes)),
  magic('font', 'LP', 34),
  ...['%PDF-', '\xd0\xcf\x11\xe0', '{\\rtf'].map((bytes) => magic('document', bytes)),
  // translations, time zones, terminal descriptions
  ...['\xde\x12\x04\x95', '\x95\x04\x12\xde'].map((bytes) => magic('translations', bytes)),
  ...['TZif', '\x1a\x01', '\x1e\x02'].map((bytes) => magic('system table', bytes)),
  // tables and models
  ...[
    '\x93NUMPY',
    '\x89HDF\r\n',
    'CDF\x01',
    'CDF\x02',
    'CDF\x05',
    'PAR1',
    'ARROW1',
    'Obj\x01',
    'ORC',
    'SQLite format 3\0',
    '\xd2\x8aB\xec',
    'GGUF',
    'RDX2',
    'RDX3',
    'MATLAB 5.0',
    'SIMPLE  =',
    '\x13\x57\x9b\xce',
  ].map((bytes) => magic('data table', bytes)),
  magic('data table', 'TFL3', 4),
  // archives: what is in them is not looked into, and said so
  ...[
    'PK\x03\x04',
    'PK\x05\x06',
    '\x1f\x8b',
    'BZh',
    '\xfd7zXZ\0',
    '7z\xbc\xaf',
    '\x28\xb5\x2f\xfd',
    'Rar!',
    '\x04\x22\x4d\x18',
    '\x5d\0\0',
    'xar!',
    'MSCF',
    '\xed\xab\xee\xdb',
    'LZIP',
  ].map((bytes) => magic('archive', bytes)),
  magic('archive', 'ustar', 257),
  // text in two or four bytes a character
  ...['\xff\xfe', '\xfe\xff', '\0\0\xfe\xff'].map((bytes) => magic('UTF-16 text', bytes)),
];

/** Bytes that the furthest signature needs. */
const HEAD = 300;

/** The group of formats that the first bytes show; `undefined` where they show none. Python's own formats included. */
export function formatOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD)).toString('latin1');
  const found = MAGICS.find((one) => head.startsWith(one.bytes, one.at));
  if (found !== undefined) return found.format;
  // CPython's magic number: two bytes, then CR LF (importlib/_bootstrap_external.py).
  if (head.startsWith('\r\n', 2) && head.charCodeAt(1) >= 0x0c && head.charCodeAt(1) <= 0x0f) return 'compiled code';
  // Pickle protocol 2 to 5, with its frame or first opcodes: data that is a program (PEP 3154).
  const [first, protocol = 0] = bytes;
  const opcodes = '\x95}](c\x8cXK)';
  if (first === 0x80 && protocol >= 2 && protocol <= 5 && opcodes.includes(head.charAt(2)) && bytes.at(-1) === 0x2e)
    return 'pickle';
  return undefined;
}
