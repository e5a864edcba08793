/** `file:` addresses: only below the folder of a configured source; links and `..` do not lead out. */
import { type FileHandle, open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FetchedDocument, FOLDER_LISTING_TYPE, type Source } from '../../domain/upstream.ts';
import { finalFailure } from './failure.ts';
import type { Download } from './port.ts';
import { shownUrl } from './reach.ts';

export interface Folders {
  document(url: string, options: { readonly accept: string; readonly maxBytes: number }): Promise<FetchedDocument>;
  range(url: string, from: number, to: number): Promise<{ bytes: Uint8Array; total: number } | undefined>;
  download(url: string, maxBytes: number): Promise<Download>;
}

type Found =
  | { readonly status: 'file'; readonly path: string; readonly size: number }
  | { readonly status: 'folder'; readonly path: string }
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string };

/** A listing longer than this is no folder of wheels but a mistake in the settings. */
const MOST_FILES = 100_000;

/** Opens the folders of the sources that have `file:` addresses. */
export function createFolders(sources: readonly Source[]): Folders {
  const roots = sources.filter((source) => source.url.startsWith('file:')).map((source) => source.url);
  return {
    document: async (url, options) => {
      const found = await locate(roots, url);
      if (found.status === 'absent' || found.status === 'failed') return found;
      if (found.status === 'folder') return readFolder(found.path, url, options);
      if (found.size > options.maxBytes) return failed(`${shownUrl(url)} is larger than ${options.maxBytes} bytes`);
      return { status: 'found', body: await readFile(found.path), contentType: typeOf(found.path), url };
    },
    range: async (url, from, to) => {
      const found = await locate(roots, url);
      if (found.status !== 'file') return undefined;
      const first = from < 0 ? Math.max(0, found.size + from) : from;
      const last = from < 0 ? found.size - 1 : Math.min(to, found.size - 1);
      if (last < first) return undefined;
      const handle = await open(found.path);
      try {
        return { bytes: await readPart(handle, first, last), total: found.size };
      } finally {
        await handle.close();
      }
    },
    download: async (url, maxBytes) => {
      const found = await locate(roots, url);
      if (found.status === 'absent' || found.status === 'failed') return found;
      if (found.status === 'folder') return failed(`${shownUrl(url)} is a folder, not a file`);
      if (found.size > maxBytes) return failed(`${shownUrl(url)} is larger than ${maxBytes} bytes`);
      const handle = await open(found.path);
      return { status: 'found', body: handle.createReadStream(), size: found.size };
    },
  };
}

async function locate(roots: readonly string[], url: string): Promise<Found> {
  let asked: string;
  try {
    asked = fileURLToPath(url);
  } catch {
    return failed('An address of a file that names no path here cannot be read');
  }
  for (const root of roots) {
    const inside = await realRoot(root);
    if (inside === undefined) {
      if (asked.startsWith(fileURLToPath(root)))
        return failed(`${fileURLToPath(root)} does not exist or cannot be read; make it, or take the source away`);
      continue;
    }
    const real = await realpath(asked).catch(() => undefined);
    if (real === undefined) {
      if (asked.startsWith(fileURLToPath(root))) return { status: 'absent' };
      continue;
    }
    if (real !== inside && !real.startsWith(inside + sep)) continue;
    const found = await stat(real);
    if (found.isDirectory()) return { status: 'folder', path: real };
    return found.isFile()
      ? { status: 'file', path: real, size: found.size }
      : failed(`${shownUrl(url)} is no plain file`);
  }
  return failed(`${shownUrl(url)} is not inside the folder of any source`);
}

/** The folder a source may be read in: itself, or the folder of the page it names. */
async function realRoot(root: string): Promise<string | undefined> {
  try {
    const path = await realpath(fileURLToPath(root));
    return (await stat(path)).isDirectory() ? path : dirname(path);
  } catch {
    return undefined;
  }
}

/** A folder as a listing where that is asked for, else its `index.html` as a web server would. */
async function readFolder(
  path: string,
  url: string,
  options: { readonly accept: string; readonly maxBytes: number },
): Promise<FetchedDocument> {
  const here = url.endsWith('/') ? url : `${url}/`;
  if (!options.accept.includes(FOLDER_LISTING_TYPE)) {
    const page = await readFile(join(path, 'index.html')).catch(() => undefined);
    if (page === undefined) return { status: 'absent' };
    if (page.byteLength > options.maxBytes) return failed(`${shownUrl(url)} is larger than ${options.maxBytes} bytes`);
    return { status: 'found', body: page, contentType: 'text/html', url: here };
  }
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return failed(`${shownUrl(url)} cannot be read; check its permissions`);
  if (entries.length > MOST_FILES) return failed(`${shownUrl(url)} has more than ${MOST_FILES} files`);
  const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  const files: { filename: string; size: number }[] = [];
  for (const filename of names.toSorted()) {
    const found = await stat(join(path, filename)).catch(() => undefined);
    if (found?.isFile() === true) files.push({ filename, size: found.size });
  }
  return { status: 'found', body: Buffer.from(JSON.stringify({ files })), contentType: FOLDER_LISTING_TYPE, url: here };
}

async function readPart(handle: FileHandle, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from + 1);
  const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, from);
  return bytes.subarray(0, bytesRead);
}

function typeOf(path: string): string {
  return /\.html?$/.test(path) ? 'text/html' : path.endsWith('.json') ? 'application/json' : 'application/octet-stream';
}

function failed(reason: string): { status: 'failed'; reason: string } {
  return { status: 'failed', reason: finalFailure(reason).reason };
}
