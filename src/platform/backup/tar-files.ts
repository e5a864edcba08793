/** Tar files on this machine's disk. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../../domain/problem.ts';
import type { CarriedFile, TarFiles, TarStreams } from './port.ts';
import { readTar, tarEnd, tarFile } from './tar.ts';
import { isThere, writeWhole } from './whole-file.ts';

/** Reads and writes tar files by path. */
export function createTarFiles(): TarFiles {
  return {
    async write(file, files, { overwrite }) {
      if (!overwrite && (await isThere(file))) throw existsAlready(file);
      await writeWhole(file, (to) => pipeline(tarOf(files), to));
      return { size: (await stat(file)).size };
    },
    read: readFiles,
  };
}

/** The same without a disk. */
export const tarStreams: TarStreams = { pack: tarOf, unpack: unpacked };

async function* tarOf(files: AsyncIterable<CarriedFile>): AsyncGenerator<Uint8Array> {
  for await (const file of files) yield* tarFile(file);
  yield tarEnd();
}

async function* readFiles(file: string): AsyncGenerator<CarriedFile> {
  const source = createReadStream(file);
  try {
    yield* unpacked(source, file);
  } finally {
    source.destroy();
  }
}

async function* unpacked(bytes: AsyncIterable<Uint8Array>, named: string): AsyncGenerator<CarriedFile> {
  try {
    for await (const one of readTar(bytes)) yield { ...one, body: explainedBody(named, one.body) };
  } catch (error) {
    throw readProblem(named, error);
  }
}

/** A file that ends in the middle of an entry is found by whoever reads that entry. */
async function* explainedBody(file: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw readProblem(file, error);
  }
}

function readProblem(file: string, error: unknown): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return new Problem({ kind: 'not-found', code: 'file-missing', what: `There is no file ${file}` });
  if (!(error instanceof Problem) || error.code !== 'backup-damaged') return error;
  return new Problem({
    kind: 'could-not-check',
    code: 'snapshot-file-damaged',
    what: `${file} cannot be imported`,
    why: error.why ?? error.what,
    next: 'Nothing was published. Copy the file anew from where it was exported.',
    cause: error,
  });
}

function existsAlready(file: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'file-exists',
    what: `${file} exists already`,
    next: 'Choose another name, or overwrite it with --force.',
  });
}
