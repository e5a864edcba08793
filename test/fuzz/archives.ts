/** Archives that are nearly right: honest but for a few fields, or honest and then changed byte by byte. */
import { gzipSync } from 'node:zlib';
import { pax, type RawTarEntry, rawTar } from '../hostile/raw-tar.ts';
import { type RawEntry, rawZip, type ZipLies } from '../hostile/raw-zip.ts';
import { type Chance, mutateBytes } from './mutate.ts';

const METADATA =
  'Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\nRequires-Dist: other (>=1); extra == "x"\n\nText\n';
const NAMES = [
  ...['a.py', 'demo_pkg/__init__.py', '../x', '/x', 'a/../b', 'C:\\x', 'a\\b', '', '.', 'a//b', 'A.py', 'a.py ', 'aux'],
  ...[
    'a'.repeat(300),
    'é.py',
    'e\u0301.py',
    'x\0y',
    'demo_pkg-1.0.dist-info/METADATA',
    'demo_pkg-1.0.dist-info/RECORD',
  ],
];
const NUMBERS = [0, 1, 7, 100, 0xffff, 0xfffe, 0x7fff_ffff, 0xffff_ffff];
const WORDS = [
  'PK\x03\x04',
  'PK\x01\x02',
  'PK\x05\x06',
  'PK\x06\x06',
  'ustar\x0000',
  '\x1f\x8b\x08\x00',
  '..',
  '/',
  '\0',
];

/** The bytes of a wheel. */
export function madeWheel(chance: Chance): Buffer {
  const entries: RawEntry[] = [
    { name: 'demo_pkg/__init__.py', content: 'x = 1\n' },
    { name: 'demo_pkg-1.0.dist-info/METADATA', content: METADATA },
    { name: 'demo_pkg-1.0.dist-info/WHEEL', content: 'Wheel-Version: 1.0\nTag: py3-none-any\n' },
    { name: 'demo_pkg-1.0.dist-info/RECORD', content: 'demo_pkg/__init__.py,,\n' },
  ].map((entry) => (chance.oneIn(3) ? lying(entry, chance) : entry));
  if (chance.oneIn(4)) entries.push(lying({ name: chance.one(NAMES), content: 'y = 2\n' }, chance));
  const layout = {
    ...(chance.oneIn(12) && { prefix: Buffer.alloc(1 + chance.below(40), 1) }),
    ...(chance.oneIn(12) && { suffix: Buffer.alloc(1 + chance.below(40), 2) }),
    ...(chance.oneIn(12) && { comment: Buffer.from(chance.one(WORDS).repeat(chance.below(5))) }),
    ...(chance.oneIn(8) && { end: lyingEnd(chance) }),
  };
  return sometimesMutated(rawZip(entries, layout), chance);
}

/** Two bytes for counts, four for places (APPNOTE 4.3.16). */
function lyingEnd(chance: Chance): {
  readonly count?: number;
  readonly offset?: number;
  readonly size?: number;
  readonly disk?: number;
} {
  const number = chance.one(NUMBERS);
  const short = number & 0xffff;
  return chance.one([{ count: short }, { disk: short }, { offset: number }, { size: number }]);
}

function lying(entry: RawEntry, chance: Chance): RawEntry {
  const lies: ZipLies = {
    ...(chance.oneIn(3) && { name: chance.one(NAMES) }),
    ...(chance.oneIn(3) && { flags: chance.one([0, 1, 8, 0x800, 0xffff]) }),
    ...(chance.oneIn(3) && { method: chance.one([0, 8, 9, 12, 14, 93, 99]) }),
    ...(chance.oneIn(3) && { crc: chance.one(NUMBERS) }),
    ...(chance.oneIn(3) && { packedSize: chance.one(NUMBERS) }),
    ...(chance.oneIn(3) && { size: chance.one(NUMBERS) }),
    ...(chance.oneIn(3) && { extra: Buffer.from([chance.below(256), 0, chance.below(40), 0, 1, 2, 3]) }),
  };
  return {
    ...entry,
    ...(chance.oneIn(3) && { content: 'A'.repeat(chance.one([0, 1, 100, 70_000])) }),
    ...(chance.oneIn(4) && { store: true }),
    ...(chance.oneIn(6) && { mode: chance.one([0o120_777, 0o100_644, 0o40_755, 0o20_000, 0xffff]) }),
    ...(chance.oneIn(2) ? { local: lies } : { central: lies }),
    ...(chance.oneIn(8) && { after: Buffer.from('PK\x07\x08'.repeat(1 + chance.below(3))) }),
    ...(chance.oneIn(10) && { unlisted: true }),
  };
}

/** The bytes of a gzipped tar: a source distribution, or a package of npm. */
export function madeTarball(root: string, manifest: readonly RawTarEntry[], chance: Chance): Buffer {
  const entries: RawTarEntry[] = [...manifest];
  if (chance.oneIn(3))
    entries.unshift(pax({ [chance.one(['path', 'size', 'linkpath', 'mtime', 'GNU.sparse.name'])]: chance.one(NAMES) }));
  if (chance.oneIn(2))
    entries.push({
      name: chance.oneIn(2) ? `${root}/${chance.one(NAMES)}` : chance.one(NAMES),
      content: 'z'.repeat(chance.below(2_000)),
      type: chance.one(['0', '0', '1', '2', '3', '5', '7', 'x', 'g', 'L', 'K', 'S', '\0']),
      linkName: chance.one(NAMES).replaceAll('\0', ''),
      ...(chance.oneIn(3) && { size: chance.one([0, 1, 511, 512, 8 ** 11 - 1, '-1', 'zzz', '77777777777']) }),
      ...(chance.oneIn(6) && { badChecksum: true }),
    });
  const tar = sometimesMutated(rawTar(entries), chance);
  const packed = gzipSync(tar);
  if (chance.oneIn(8)) return Buffer.concat([packed, gzipSync(Buffer.from('more'))]);
  return chance.oneIn(4) ? mutateBytes(packed, tar, WORDS, chance) : packed;
}

/** What a source distribution holds. */
export const SDIST: readonly RawTarEntry[] = [
  { name: 'demo_pkg-1.0/PKG-INFO', content: METADATA },
  { name: 'demo_pkg-1.0/pyproject.toml', content: '[build-system]\nrequires = ["setuptools"]\n' },
  { name: 'demo_pkg-1.0/demo_pkg/__init__.py', content: 'x = 1\n' },
];

/** What a package of npm holds. */
export const NPM: readonly RawTarEntry[] = [
  { name: 'package/package.json', content: '{"name":"demo-pkg","version":"1.0.0","dependencies":{"a":"^1"}}' },
  { name: 'package/index.js', content: 'module.exports = 1;\n' },
];

/** What a source package of R holds. */
export const CRAN: readonly RawTarEntry[] = [
  { name: 'demo/DESCRIPTION', content: 'Package: demo\nVersion: 1.0\nTitle: Demo\nDepends: R (>= 4.1)\n' },
  { name: 'demo/R/zzz.R', content: '.onLoad <- function(libname, pkgname) NULL\n' },
];

function sometimesMutated(bytes: Buffer, chance: Chance): Buffer {
  return chance.oneIn(3) ? mutateBytes(bytes, bytes, WORDS, chance) : bytes;
}
