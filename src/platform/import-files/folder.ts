import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../domain/problem.ts';
import type { Fetch } from '../fetch/port.ts';
import type { ImportedFile, ImportFiles, ImportSource } from './port.ts';

/** Bytes of one file: the largest advisory export in use today (all of npm, zipped) is a tenth of it. */
const MAX_FILE_BYTES = 1024 * 1024 * 1024;
/** Files in one folder: one advisory a file, ten times all of npm's. */
const MAX_FILES = 2_000_000;

/** Opens what an operator names: files and folders of this machine, and URLs through `fetch`. */
export function createImportFiles(deps: { readonly fetch: Pick<Fetch, 'download'> }): ImportFiles {
  return {
    open(location): ImportSource {
      if (/^https?:/i.test(location)) return fromUrl(deps.fetch, location);
      const path = /^file:/i.test(location) ? fileURLToPath(location) : location;
      return { name: location, files: () => fromPath(path) };
    },
  };
}

function fromUrl(fetch: Pick<Fetch, 'download'>, location: string): ImportSource {
  if (!URL.canParse(location)) throw unreadable(location, 'it is no URL');
  const shown = new URL(location);
  shown.username = '';
  shown.password = '';
  return {
    name: shown.href,
    async *files() {
      const download = await fetch.download(location, { maxBytes: MAX_FILE_BYTES });
      if (download.status === 'absent') throw unreadable(shown.href, 'there is nothing at this address');
      if (download.status === 'failed') throw unreadable(shown.href, download.reason);
      const pieces: Uint8Array[] = [];
      for await (const piece of download.body) pieces.push(piece);
      yield { name: shown.pathname.split('/').at(-1) ?? '', bytes: new Uint8Array(Buffer.concat(pieces)) };
    },
  };
}

async function* fromPath(path: string): AsyncIterable<ImportedFile> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, codeOf(error));
  });
  if (!found.isDirectory()) {
    yield await readOne(path, path.split(sep).at(-1) ?? path);
    return;
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (files.length > MAX_FILES) throw unreadable(path, `it holds more than ${MAX_FILES} files`);
  // The order of a folder is no promise; the same folder is always read the same way.
  for (const file of files.toSorted()) yield await readOne(file, relative(path, file).split(sep).join('/'));
}

async function readOne(path: string, name: string): Promise<ImportedFile> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) throw unreadable(path, `it has ${size} bytes; the limit is ${MAX_FILE_BYTES}`);
    return { name, bytes: await readFile(path) };
  } catch (error) {
    throw error instanceof Problem ? error : unreadable(path, codeOf(error));
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
}

function unreadable(location: string, why: string): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'import-unreadable',
    what: `${location} cannot be read`,
    why,
    next: 'Check the path or address and import again; nothing was changed.',
  });
}
