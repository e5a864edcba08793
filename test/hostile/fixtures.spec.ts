/** Archives that other projects test their readers with. They lie beside the repository and may be absent. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tarProblems, zipProblems } from './examining.ts';
import { type RawTarEntry, rawTar } from './raw-tar.ts';
import { rawZip } from './raw-zip.ts';

const folder = new URL('../../../shared/data/archives/', import.meta.url);
const present = existsSync(folder);
const load = <T>(file: string, schema: z.ZodType<T>): T[] =>
  present ? z.array(schema).parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))) : [];

const Fixture = z.object({ file: z.string(), content_b64: z.string() });
const UnpackCase = z.object({
  format: z.enum(['zip', 'tar']),
  entries: z.array(z.object({ name: z.string(), type: z.string().optional(), linkname: z.string().optional() })),
  expect: z.string(),
  peer: z.string(),
});

/**
 * The two whose sizes lie: they hold more than their headers say, and readers return either part. An index that never
 * unpacks accepts them; a vetting service cannot.
 */
const LYING_ZIPS: Readonly<Record<string, string>> = {
  'short_usize.zip': 'size-mismatch',
  'short_usize_zip64.zip': 'size-mismatch',
};

/** What the strict reading says of each tar archive; all others are accepted. */
const REFUSED_TARS: Readonly<Record<string, string>> = {
  'bad-cksum.tar': 'header-checksum',
  // A global header that names every file.
  'global-header.tar': 'extended-override',
  // A hard link to nothing.
  'links-invalid.tar': 'link-outside',
  // Cut off before the end mark: whether more was to come cannot be told.
  'links-strip.tar': 'missing-end',
  'long-pax.tar': 'missing-end',
  'path-missing.tar': 'empty-name',
};

const TYPES: Readonly<Record<string, string>> = { symlink: '2', hardlink: '1' };

describe.skipIf(!present)('fixtures of other projects (skipped where ../shared/data/archives is absent)', () => {
  for (const { file, content_b64 } of load('zip-accept.json', Fixture)) {
    const code = LYING_ZIPS[file];
    it(`${code === undefined ? 'accepts' : 'refuses'} ${file}`, async () => {
      expect(await zipProblems(Buffer.from(content_b64, 'base64'))).toEqual(code === undefined ? [] : [code]);
    });
  }

  for (const { file, content_b64 } of load('node-tar-fixtures.json', Fixture)) {
    const code = REFUSED_TARS[file];
    it(`${code === undefined ? 'accepts' : 'refuses'} ${file}`, async () => {
      const codes = await tarProblems(Buffer.from(content_b64, 'base64'));
      if (code === undefined) expect(codes).toEqual([]);
      else expect(codes).toContain(code);
    });
  }

  for (const { peer, format, entries, expect: outcome } of load('pip-unpack-cases.json', UnpackCase)) {
    it(`${peer}: ${outcome}`, async () => {
      const codes =
        format === 'zip' ? await zipProblems(rawZip(entries)) : await tarProblems(rawTar(entries.map(asTar)));
      if (outcome.startsWith('accept')) expect(codes).toEqual([]);
      else expect(codes).not.toEqual([]);
    });
  }
});

function asTar(entry: z.infer<typeof UnpackCase>['entries'][number]): RawTarEntry {
  return { name: entry.name, type: TYPES[entry.type ?? ''] ?? '0', linkName: entry.linkname ?? '' };
}
