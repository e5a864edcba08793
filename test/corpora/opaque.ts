/**
 * Data that nobody can read, put into distributions in the ways people hide it, and honest files that look alike.
 * All bytes are made here and mean nothing.
 */
import { createHash } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { deflateSync, gzipSync } from 'node:zlib';
import type { ContentFiles } from '../harness/content.ts';

/** Bytes as if encrypted, the same every time. */
export function noise(length: number): Buffer {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    createHash('sha256').update(`opaque ${at}`).digest(),
  );
  return Buffer.concat(parts).subarray(0, length);
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const base64 = (length: number): string => noise(length).toString('base64');
const hex = (length: number): string => noise(length).toString('hex');
const lines = (text: string, width: number): readonly string[] => text.match(new RegExp(`.{1,${width}}`, 'gs')) ?? [];

/** Five characters for four bytes, in the alphabet of Python's `base64.b85encode`. */
function base85(bytes: Buffer): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
  let out = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    let word = bytes.readUInt32BE(at);
    let five = '';
    for (let digit = 0; digit < 5; digit += 1) {
      five = `${alphabet[word % 85]}${five}`;
      word = Math.floor(word / 85);
    }
    out += five;
  }
  return out;
}

/** Digits of base32 (RFC 4648, section 6), one for each byte. */
const base32 = (length: number): string =>
  [...noise(length)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('');

function chunk(type: string, body: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length);
  return Buffer.concat([size, latin(type), body, Buffer.alloc(4)]);
}
/** A grey picture of 64 by 64 points of noise. */
const PNG = Buffer.concat([
  latin('\x89PNG\r\n\x1a\n'),
  chunk('IHDR', Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 0, 0, 0, 0])),
  chunk('IDAT', deflateSync(noise(64 * 65))),
  chunk('IEND', Buffer.alloc(0)),
]);
/** Start, one segment, scan, end. */
const JPEG = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
  latin('JFIF\0\x01\x01\0\0\x01\0\x01\0\0'),
  Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]),
  Buffer.from(noise(1500).filter((byte) => byte !== 0xff)),
  Buffer.from([0xff, 0xd9]),
]);
const GIF = Buffer.concat([
  latin('GIF89a'),
  Buffer.from([1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
  Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b]),
]);
function riff(kind: string, body: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length + 4);
  return Buffer.concat([latin('RIFF'), size, latin(kind), body]);
}
const WAV = riff(
  'WAVE',
  Buffer.concat([
    latin('fmt '),
    Buffer.from([16, 0, 0, 0, 1, 0, 1, 0, 64, 31, 0, 0, 64, 31, 0, 0, 1, 0, 8, 0]),
    latin('data'),
    Buffer.from([0xd0, 7, 0, 0]),
    noise(2000),
  ]),
);
const PDF = latin('%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n');
const ZIP = Buffer.concat([latin('PK\x03\x04\x14\0'), noise(3000), latin('PK\x05\x06'), Buffer.alloc(18)]);
const WOFF2 = (() => {
  const head = Buffer.alloc(48);
  head.write('wOF2', 0, 'latin1');
  head.writeUInt32BE(0x00010000, 4);
  head.writeUInt32BE(6048, 8);
  return Buffer.concat([head, noise(6000)]);
})();
const NPY = (() => {
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (500,), }".padEnd(117);
  return Buffer.concat([latin('\x93NUMPY\x01\0\x76\0'), latin(`${header}\n`), noise(4000)]);
})();
const SQLITE = (() => {
  const page = Buffer.alloc(8192);
  page.write('SQLite format 3\0', 0, 'latin1');
  page.writeUInt16BE(4096, 16);
  page.writeUInt32BE(2, 28);
  noise(4000).copy(page, 4150);
  return page;
})();
const SENTENCES = Array.from(
  { length: 400 },
  (_, at) => `The ${['swift', 'calm', 'old'][at % 3]} river passes house ${at} and turns to the ${at % 7}th bridge.`,
).join('\n');
/** Tokens of a minifier, never the same line twice. */
const MINIFIED = Array.from(
  { length: 600 },
  (_, at) => `function a${at}(t,e){var n=e[${at}]||t.x${at % 31};return n&&(t.y${at % 17}=n+${at * 7}),a${at % 5}(n)}`,
).join(';');

/** Numbers of bytes as a list in source. */
const numbers = (length: number, prefix = ''): string =>
  [...noise(length)].map((byte) => `${prefix}${byte}`).join(', ');
const escapes = (length: number): string =>
  [...noise(length)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/** A real certificate, as bytes. */
const AUTHORITY = Buffer.from((rootCertificates[0] ?? '').replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');

function certificate(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${lines(der.toString('base64'), 64).join('\n')}\n-----END CERTIFICATE-----`;
}

/** A SEQUENCE in DER. */
function sequence(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x30, 0x82, content.length >> 8, content.length & 0xff]), content]);
}

/** Hidden by name: what stands in the distribution. All of it must be told. */
export const OPAQUE: Readonly<Record<string, ContentFiles>> = {
  'noise in .dat': { 'pkg/data/table.dat': noise(5000) },
  'noise in .bin': { 'pkg/weights.bin': noise(5000) },
  'noise without a suffix': { 'pkg/data/blob': noise(5000) },
  'noise in .txt': { 'pkg/notes.txt': noise(5000) },
  'noise in .csv': { 'pkg/data/table.csv': noise(5000) },
  'noise in .json': { 'pkg/data/table.json': noise(5000) },
  'noise in .png': { 'pkg/logo.png': noise(5000) },
  'noise in .woff2': { 'pkg/font.woff2': noise(5000) },
  'noise behind a heading of text': { 'pkg/notes.txt': Buffer.concat([latin('# Notes\n'.repeat(400)), noise(9000)]) },
  'OpenSSL salted': { 'pkg/data/table.csv': Buffer.concat([latin('Salted__'), noise(4000)]) },
  'base64 in a Python string': { 'pkg/a.py': `DATA = "${base64(4000)}"\n` },
  'base64 in short Python strings in brackets': {
    'pkg/a.py': `DATA = (\n${lines(base64(4000), 60)
      .map((line) => `    '${line}'`)
      .join('\n')}\n)\n`,
  },
  'base64 in a JavaScript list joined': {
    'a.js': `const d = [\n${lines(base64(4000), 64)
      .map((line) => `  "${line}",`)
      .join('\n')}\n].join("");\n`,
  },
  'base64 in an R string': { 'R/a.R': `x <- "${base64(4000)}"\n` },
  'base64 by paste0 in R': {
    'R/a.R': `x <- paste0(\n${lines(base64(4000), 70)
      .map((line) => `  "${line}"`)
      .join(',\n')}\n)\n`,
  },
  'base64 url-safe in JSON': { 'pkg/d.json': JSON.stringify({ d: noise(4000).toString('base64url') }) },
  'base64 in short JSON strings': { 'pkg/d.json': JSON.stringify(lines(base64(4000), 72), undefined, 1) },
  'base64 in a column of a CSV': {
    'pkg/d.csv': `id,value\n${lines(base64(6000), 100)
      .map((line, at) => `${at},${line}`)
      .join('\n')}\n`,
  },
  'base64 added line by line': {
    'pkg/a.py': `d = ""\n${lines(base64(4000), 80)
      .map((line) => `d += "${line}"`)
      .join('\n')}\n`,
  },
  'base64 in numbered variables': {
    'pkg/a.py': lines(base64(4000), 200)
      .map((line, at) => `p${at} = "${line}"`)
      .join('\n'),
  },
  'hex in a Python string': { 'pkg/a.py': `DATA = bytes.fromhex("${hex(3000)}")\n` },
  'hex in pairs': { 'pkg/data.txt': lines(hex(3000), 2).join(' ') },
  'hex in upper case without a suffix': { 'pkg/data': hex(3000).toUpperCase() },
  'base85 in a Python string': { 'pkg/a.py': `DATA = b85decode(r"""${base85(noise(4000))}""")\n` },
  'base85 in a data file': { 'pkg/data.txt': `${lines(base85(noise(4000)), 75).join('\n')}\n` },
  'base32 in a Python string': { 'pkg/a.py': `DATA = b32decode("${base32(4000)}")\n` },
  'escaped bytes in Python': { 'pkg/a.py': `DATA = b"${escapes(3000)}"\n` },
  'a list of numbers in Python': { 'pkg/a.py': `DATA = bytes([${numbers(4000)}])\n` },
  'a list of numbers in JavaScript': { 'a.js': `const d = new Uint8Array([${numbers(4000)}]);\n` },
  'a raw vector in R': {
    'R/a.R': `x <- as.raw(c(${[...noise(3000)].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')}))\n`,
  },
  'base64 behind a data address': { 'a.js': `const d = "data:application/octet-stream;base64,${base64(4000)}";\n` },
  'base64 in a comment': {
    'pkg/a.py': lines(base64(4000), 76)
      .map((line) => `# ${line}`)
      .join('\n'),
  },
  'base64 in an SVG': { 'pkg/a.svg': `<svg xmlns="http://www.w3.org/2000/svg"><desc>${base64(4000)}</desc></svg>` },
  'noise behind a PNG': { 'pkg/logo.png': Buffer.concat([PNG, noise(5000)]) },
  'noise behind a PDF': { 'pkg/doc.pdf': Buffer.concat([PDF, noise(5000)]) },
  'a private chunk in a PNG': {
    'pkg/logo.png': Buffer.concat([PNG.subarray(0, 33), chunk('prVt', noise(20_000)), PNG.subarray(33)]),
  },
  'noise behind a JPEG': { 'pkg/logo.jpg': Buffer.concat([JPEG, noise(5000)]) },
  'noise behind a GIF': { 'pkg/logo.gif': Buffer.concat([GIF, noise(5000)]) },
  'noise behind a WAV': { 'pkg/bell.wav': Buffer.concat([WAV, noise(5000)]) },
  'a ZIP behind a PNG': { 'pkg/logo.png': Buffer.concat([PNG, ZIP]) },
  'a ZIP behind a GIF': { 'pkg/logo.gif': Buffer.concat([GIF, ZIP]) },
  'noise with the first bytes of a PNG': { 'pkg/logo.png': Buffer.concat([latin('\x89PNG\r\n\x1a\n'), noise(5000)]) },
  'noise with the first bytes of a GIF': { 'pkg/logo.gif': Buffer.concat([latin('GIF89a'), noise(5000)]) },
  'a ZIP in the wheel': { 'pkg/data.zip': ZIP },
  'a ZIP by another name': { 'pkg/data.txt': ZIP },
  'noise in gzip': { 'pkg/data.gz': gzipSync(noise(5000)) },
  'noise behind gzip': { 'pkg/data.gz': Buffer.concat([gzipSync(SENTENCES), noise(5000)]) },
  'a pickle': { 'pkg/m.pkl': Buffer.concat([Buffer.from([0x80, 4, 0x95]), noise(900), latin('.')]) },
  'a joblib dump': {
    'pkg/m.joblib': Buffer.concat([Buffer.from([0x80, 3]), latin('cnumpy\n'), noise(900), latin('.')]),
  },
  'noise between the marks of a certificate': {
    'pkg/ca.pem': Array.from(
      { length: 3 },
      () => `-----BEGIN CERTIFICATE-----\n${lines(base64(1100), 64).join('\n')}\n-----END CERTIFICATE-----`,
    ).join('\n'),
  },
  'noise of the length that it says, between the marks of certificates': {
    'pkg/ca.pem': [1, 2, 3].map((at) => certificate(sequence(noise(1000 + at)))).join('\n'),
  },
  'noise behind a certificate, between its marks': {
    'pkg/ca.pem': certificate(Buffer.concat([AUTHORITY, noise(1000)])),
  },
  'a whole certificate inside of a larger sequence': {
    'pkg/ca.pem': certificate(sequence(Buffer.concat([AUTHORITY, noise(1000)]))),
  },
  'an array of numbers': { 'pkg/m.npy': NPY },
  'a Parquet file': { 'pkg/m.parquet': Buffer.concat([latin('PAR1'), noise(5000), latin('PAR1')]) },
  'an SQLite database': { 'pkg/m.sqlite': SQLITE },
  'an HDF5 file': { 'pkg/m.h5': Buffer.concat([latin('\x89HDF\r\n\x1a\n'), noise(5000)]) },
  'an R data file': { 'data/m.rda': gzipSync(Buffer.concat([latin('RDX3\nX\n'), noise(5000)])) },
};

/** Hidden by name and not told. */
export const OPAQUE_MISSED: Readonly<Record<string, ContentFiles>> = {
  'noise between two ends of a PDF': { 'pkg/doc.pdf': Buffer.concat([PDF, noise(5000), latin('\n%%EOF\n')]) },
  'a named chunk of a PNG that holds noise': {
    'pkg/logo.png': Buffer.concat([PNG.subarray(0, 33), chunk('zTXt', noise(20_000)), PNG.subarray(33)]),
  },
};

/** Honest files of which nothing must be told. */
export const PLAIN: Readonly<Record<string, ContentFiles>> = {
  'a PNG': { 'pkg/logo.png': PNG },
  'a JPEG': { 'pkg/logo.jpg': JPEG },
  'a GIF': { 'pkg/logo.gif': GIF },
  'a WAV': { 'pkg/bell.wav': WAV },
  'a PDF': { 'pkg/doc.pdf': PDF },
  'a PDF that was changed by appending': { 'pkg/doc.pdf': Buffer.concat([PDF, PDF.subarray(9)]) },
  'a PNG with a small part of its own': {
    'pkg/logo.png': Buffer.concat([PNG.subarray(0, 33), chunk('iDOT', noise(28)), PNG.subarray(33)]),
  },
  'a WOFF2 font': { 'pkg/font.woff2': WOFF2 },
  'minified JavaScript': { 'a.min.js': MINIFIED },
  'prose in many scripts': { 'README.md': 'Ελληνικά κείμενα, русский текст, 日本語の文章。\n'.repeat(400) },
  'prose in Latin-1': {
    'AUTHORS.txt': latin('J\xfcrgen M\xfcller, Fran\xe7ois, \xc5ngstr\xf6m, Stra\xdfe\n'.repeat(400)),
  },
  'text in UTF-16': { 'pkg/a.txt': Buffer.from(`\ufeff${SENTENCES}`, 'utf16le') },
  'the certificates of authorities': { 'pkg/cacert.pem': rootCertificates.join('\n') },
  'the same with names and other line ends': {
    'pkg/cacert.pem': rootCertificates
      .map((one, at) => `\n# Label: "Authority ${at}"\n${one}\n`.replaceAll('\n', '\r\n'))
      .join(''),
  },
  'digests in a lock file': {
    'package-lock.json': JSON.stringify(
      Array.from({ length: 200 }, (_, at) => ({
        name: `part-${at}`,
        integrity: `sha512-${createHash('sha512').update(`${at}`).digest('base64')}`,
      })),
      undefined,
      1,
    ),
  },
  'digests of pip requirements': {
    'requirements.txt': Array.from(
      { length: 200 },
      (_, at) => `part-${at}==1.${at} \\\n    --hash=sha256:${createHash('sha256').update(`${at}`).digest('hex')}`,
    ).join('\n'),
  },
  'a table of measured numbers': {
    'pkg/d.csv': Array.from(
      { length: 800 },
      (_, at) => `${at},${Math.sin(at).toFixed(9)},${Math.cos(at * 3).toFixed(9)}`,
    ).join('\n'),
  },
  'a table of code points': {
    'pkg/t.py': `T = (\n${Array.from({ length: 900 }, (_, at) => `    (${at * 17}, ${at * 17 + 9}),`).join('\n')}\n)\n`,
  },
  'an SVG of long paths': {
    'pkg/a.svg': `<svg><path d="M0 0${Array.from({ length: 900 }, (_, at) => `l${(at * 7) % 13}.${at % 97} -${at % 11}.${(at * 3) % 89}`).join('')}z"/></svg>`,
  },
  'words in a list': { 'pkg/w.json': JSON.stringify(SENTENCES.split(/\W+/)) },
};
