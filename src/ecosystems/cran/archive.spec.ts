import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawTar } from '../../../test/hostile/raw-tar.ts';
import { type RawEntry, rawZip } from '../../../test/hostile/raw-zip.ts';
import { tarOf } from '../../main/demo/made-here-tar.ts';
import { cranArchives } from './archive.ts';
import { parseDcf } from './dcf.ts';

const DESCRIPTION = 'Package: demo\nVersion: 1.0\nDepends: R (>= 3.5)\nLicense: MIT + file LICENSE\n';
const WINDOWS = `${DESCRIPTION}Built: R 4.4.1; ; 2024-06-14 00:00:00 UTC; windows\n`;
const UNIX = `${DESCRIPTION}Built: R 4.4.1; x86_64-pc-linux-gnu; 2024-06-14 00:00:00 UTC; unix\n`;
const SOURCE = 'demo_1.0.tar.gz';
const ZIP = 'demo_1.0_r4.4-windows.zip';
const TGZ = 'demo_1.0_r4.4-macosx-big-sur-arm64.tgz';
const LINUX = 'demo_1.0_r4.4-linux-bookworm.tar.gz';

async function withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pratique-cran-'));
  try {
    const path = join(folder, 'package');
    await writeFile(path, bytes);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const examine = (bytes: Uint8Array, filename: string) =>
  withFile(bytes, (path) => cranArchives.examine(path, { filename, name: 'demo', version: '1.0' }));
const codes = async (bytes: Uint8Array, filename: string) =>
  (await examine(bytes, filename)).problems.map(({ code }) => code);

const tgz = (files: Readonly<Record<string, string>>) => gzipSync(tarOf(files));
const zip = (...entries: readonly RawEntry[]) => rawZip(entries);
const described = (text: string) => ({ name: 'demo/DESCRIPTION', content: text });

describe('a package that was built', () => {
  it('gives its DESCRIPTION with the hash of the file, as zip, tgz or tar.gz', async () => {
    const code = { name: 'demo/R/demo', content: 'loadNamespace' };
    for (const [filename, bytes] of [
      [ZIP, zip(described(WINDOWS), code)],
      [TGZ, tgz({ 'demo/DESCRIPTION': UNIX })],
      [LINUX, tgz({ 'demo/DESCRIPTION': UNIX })],
    ] as const) {
      const { problems, metadata } = await examine(bytes, filename);
      expect(problems, filename).toEqual([]);
      const [record] = parseDcf(metadata ?? '') ?? [];
      expect(record?.get('Built')).toMatch(/^R 4\.4\.1/);
      expect(record?.get('MD5sum')).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  it('shows the files inside to whoever looks, the same on both ways', async () => {
    const bytes = zip(described(WINDOWS), { name: 'demo/R/demo.rdb', content: 'xyz' });
    const seen: string[] = [];
    await withFile(bytes, async (path) => {
      await cranArchives.examine(path, { filename: ZIP, name: 'demo', version: '1.0' }, ({ path: at }) => {
        seen.push(at);
      });
      const walked = await cranArchives.walk(path, ZIP, ({ path: at }) => {
        seen.push(at);
      });
      expect(walked).toEqual({ status: 'walked' });
    });
    expect(seen).toEqual(['demo/DESCRIPTION', 'demo/R/demo.rdb', 'demo/DESCRIPTION', 'demo/R/demo.rdb']);
  });

  it('must have been built for the release of R and the system of its place', async () => {
    expect(await codes(zip(described(DESCRIPTION)), ZIP)).toEqual(['not-built']);
    expect(await codes(zip(described(`${DESCRIPTION}Built: yes\n`)), ZIP)).toEqual(['not-built']);
    expect(await codes(zip(described(UNIX)), ZIP)).toEqual(['built-for-another']);
    expect(await codes(zip(described(WINDOWS.replace('4.4.1', '4.3.1'))), ZIP)).toEqual(['built-for-another']);
    expect(await codes(tgz({ 'demo/DESCRIPTION': WINDOWS }), TGZ)).toEqual(['built-for-another']);
  });

  it('is read as strictly as any zip archive', async () => {
    const lies: Readonly<Record<string, readonly [Uint8Array, string]>> = {
      'another folder': [zip(described(WINDOWS), { name: 'other/R/x', content: 'x' }), 'package-folder'],
      'a way out': [zip(described(WINDOWS), { name: 'demo/../../x', content: 'x' }), 'path-traversal'],
      'a link': [zip(described(WINDOWS), { name: 'demo/l', content: '/etc', mode: 0o120777 }), 'symbolic-link'],
      'one file twice': [zip(described(WINDOWS), described(WINDOWS)), 'duplicate-entry'],
      'two sizes': [zip(described(WINDOWS), { name: 'demo/x', content: 'xx', local: { size: 1 } }), 'header-mismatch'],
      'a wrong checksum': [
        zip(described(WINDOWS), { name: 'demo/x', content: 'xx', local: { crc: 1 }, central: { crc: 1 } }),
        'checksum-mismatch',
      ],
      'bytes in front': [rawZip([described(WINDOWS)], { prefix: Buffer.from('MZ') }), 'prefix-data'],
      'a tar archive': [tgz({ 'demo/DESCRIPTION': WINDOWS }), 'not-a-zip'],
      'no DESCRIPTION': [zip({ name: 'demo/R/x', content: 'x' }), 'no-description'],
    };
    for (const [what, [bytes, code]] of Object.entries(lies)) {
      const { problems, metadata } = await examine(bytes, ZIP);
      expect(
        problems.map((one) => one.code),
        what,
      ).toContain(code);
      expect(metadata, what).toBeNull();
    }
  });
});

describe('a source package', () => {
  it('that says it was built is refused: R would install it as it is', async () => {
    expect(await codes(tgz({ 'demo/DESCRIPTION': UNIX }), SOURCE)).toEqual(['built-source']);
  });

  it('is one folder of its own name with a DESCRIPTION of its own release', async () => {
    const source = (files: Readonly<Record<string, string>>) => codes(tgz(files), SOURCE);
    expect(await source({ 'demo/DESCRIPTION': DESCRIPTION })).toEqual([]);
    expect(await source({ 'Demo/DESCRIPTION': DESCRIPTION })).toContain('package-folder');
    expect(await source({ 'demo/DESCRIPTION': DESCRIPTION, 'x/y': '' })).toContain('package-folder');
    expect(await source({ demo: DESCRIPTION })).toContain('package-folder');
    expect(await source({ 'demo/R/x.R': '' })).toEqual(['no-description']);
    expect(await source({ 'demo/DESCRIPTION': DESCRIPTION.replace('demo', 'Demo') })).toEqual(['metadata-name']);
    expect(await source({ 'demo/DESCRIPTION': DESCRIPTION.replace('1.0', '1.0.0') })).toEqual(['metadata-version']);
    expect(await source({ 'demo/DESCRIPTION': `${DESCRIPTION}\n${DESCRIPTION}` })).toEqual(['metadata-broken']);
    expect(await source({ 'demo/DESCRIPTION': 'no fields here' })).toEqual(['metadata-broken']);
  });

  it('holds no links, no way out and no end before its end', async () => {
    const tar = (...entries: Parameters<typeof rawTar>[0]) => gzipSync(rawTar(entries));
    const own = { name: 'demo/DESCRIPTION', content: DESCRIPTION };
    expect(await codes(tar(own, { name: 'demo/l', type: '2', linkName: '/etc/passwd' }), SOURCE)).toContain(
      'symbolic-link',
    );
    expect(await codes(tar(own, { name: 'demo/../../x', content: 'x' }), SOURCE)).toContain('path-traversal');
    expect(await codes(tgz({ 'demo/DESCRIPTION': DESCRIPTION }).subarray(0, 80), SOURCE)).toContain(
      'broken-compression',
    );
    const whole = tgz({ 'demo/DESCRIPTION': DESCRIPTION });
    expect(await codes(Buffer.concat([whole, gzipSync('more')]), SOURCE)).toContain('several-gzip-members');
  });

  it('is read in latin1 where it is no UTF-8', async () => {
    const text = Buffer.from(`${DESCRIPTION}Author: Jos\xe9\nEncoding: latin1\n`, 'latin1');
    const bytes = gzipSync(tarOf({ 'demo/DESCRIPTION': text }));
    expect((await examine(bytes, SOURCE)).metadata).toContain('José');
  });
});
