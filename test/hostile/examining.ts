/** Puts made-up archives where the product reads them, and tells which problems it finds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ContentFile } from '../../src/domain/content.ts';
import type { Examination } from '../../src/domain/examination.ts';
import { readGzip } from '../../src/ecosystems/archives/gzip.ts';
import { ProblemList } from '../../src/ecosystems/archives/problems.ts';
import { type ByteSource, openSource } from '../../src/ecosystems/archives/source.ts';
import { TarReader } from '../../src/ecosystems/archives/tar.ts';
import { openZip } from '../../src/ecosystems/archives/zip.ts';
import { pypiArchives } from '../../src/ecosystems/pypi/archive.ts';

async function withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pratique-hostile-'));
  try {
    const path = join(folder, 'archive');
    await writeFile(path, bytes);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function withSource<T>(bytes: Uint8Array, use: (source: ByteSource) => Promise<T>): Promise<T> {
  return withFile(bytes, async (path) => {
    const source = await openSource(path);
    try {
      return await use(source);
    } finally {
      await source.close();
    }
  });
}

/** Codes of the problems of a zip archive as such, every entry unpacked; empty where it is accepted. */
export async function zipProblems(bytes: Uint8Array): Promise<readonly string[]> {
  return withSource(bytes, async (source) => {
    const problems = new ProblemList();
    const zip = await openZip(source, problems);
    for (const entry of zip?.entries ?? []) await zip?.read(entry, () => undefined);
    return problems.all.map(({ code }) => code);
  });
}

/** Codes of the problems of a gzip stream with a tar archive in it. */
export async function gzipProblems(bytes: Uint8Array): Promise<readonly string[]> {
  return withSource(bytes, async (source) => {
    const problems = new ProblemList();
    const tar = new TarReader(problems, () => undefined);
    await readGzip(source, (piece) => tar.push(piece), problems);
    if (!problems.any) tar.finish();
    return problems.all.map(({ code }) => code);
  });
}

/** Codes of the problems of a tar archive as such. */
export async function tarProblems(bytes: Uint8Array): Promise<readonly string[]> {
  return gzipProblems(gzipSync(bytes));
}

/** The whole examination, as the sandbox does it. */
export async function examine(
  bytes: Uint8Array,
  expected: { readonly filename: string; readonly name: string; readonly version: string },
  visit?: (file: ContentFile) => void,
): Promise<Examination> {
  return withFile(bytes, (path) => pypiArchives.examine(path, expected, visit));
}

/** Codes of the problems of an examination. */
export function codesOf(examination: Examination): readonly string[] {
  return examination.problems.map(({ code }) => code);
}
