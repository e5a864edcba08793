/** Documents read before, with their validators: in memory up to a size, and in a folder where one is given. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { FetchLimits } from './settings.ts';

/** One document as upstream gave it. `checkedAt` is in milliseconds since 1970. */
export interface KeptDocument {
  readonly url: string;
  readonly contentType: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  readonly checkedAt: number;
  readonly body: Uint8Array;
}

export interface DocumentCache {
  get(key: string): Promise<KeptDocument | undefined>;
  put(key: string, document: KeptDocument): Promise<void>;
  /** The same document, checked anew: nothing is written where it is kept already. */
  touch(key: string, document: KeptDocument): Promise<void>;
  drop(key: string): Promise<void>;
}

/** When it was checked is the file's own time of change, so that a check costs no writing. */
const Head = z.object({
  url: z.string(),
  contentType: z.string(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  /** The folder is not believed blindly: a torn or changed file is as good as none. */
  sha256: z.string(),
});

/** The folder is measured again after this many writes. */
const WRITES_BETWEEN_SWEEPS = 100;
const NEW_LINE = 0x0a;

/** Opens the cache; the folder is made when first needed, and losing it loses nothing but time. */
export function createDocumentCache(limits: FetchLimits, folder: string | undefined): DocumentCache {
  const memory = new LRUCache<string, KeptDocument>({
    maxSize: limits.memoryBytes,
    sizeCalculation: (document) => document.body.byteLength + 1024,
  });
  let writes = 0;
  return {
    get: async (key) => {
      const held = memory.get(key);
      if (held !== undefined || folder === undefined) return held;
      const kept = await readKept(join(folder, fileOf(key)));
      if (kept !== undefined) memory.set(key, kept);
      return kept;
    },
    put: async (key, document) => {
      memory.set(key, document);
      if (folder === undefined) return;
      await writeKept(folder, fileOf(key), document);
      writes += 1;
      if (writes % WRITES_BETWEEN_SWEEPS === 1) await sweep(folder, limits.folderBytes);
    },
    touch: async (key, document) => {
      memory.set(key, document);
      if (folder === undefined) return;
      const at = new Date(document.checkedAt);
      await utimes(join(folder, fileOf(key)), at, at).catch(() => writeKept(folder, fileOf(key), document));
    },
    drop: async (key) => {
      memory.delete(key);
      if (folder !== undefined) await rm(join(folder, fileOf(key)), { force: true });
    },
  };
}

function fileOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

async function readKept(path: string): Promise<KeptDocument | undefined> {
  try {
    await using file = await open(path);
    const checkedAt = Math.round((await file.stat()).mtimeMs);
    const bytes = await file.readFile();
    const end = bytes.indexOf(NEW_LINE);
    const { sha256, ...head } = Head.parse(JSON.parse(bytes.subarray(0, end).toString('utf8')));
    const body = bytes.subarray(end + 1);
    if (createHash('sha256').update(body).digest('hex') !== sha256) return undefined;
    return { ...head, etag: head.etag, lastModified: head.lastModified, checkedAt, body };
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a reader never sees half. A full disk costs only the cache. */
async function writeKept(folder: string, name: string, document: KeptDocument): Promise<void> {
  const { body, checkedAt, ...head } = document;
  const sha256 = createHash('sha256').update(body).digest('hex');
  const beside = join(folder, `${name}.${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(beside, Buffer.concat([Buffer.from(`${JSON.stringify({ ...head, sha256 })}\n`), body]));
    await utimes(beside, new Date(checkedAt), new Date(checkedAt));
    await rename(beside, join(folder, name));
  } catch {
    await rm(beside, { force: true }).catch(() => undefined);
  }
}

async function sweep(folder: string, maxBytes: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const files: { path: string; size: number; at: number }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) files.push({ path, size: found.size, at: found.mtimeMs });
  }
  let total = files.reduce((sum, file) => sum + file.size, 0);
  for (const file of files.toSorted((a, b) => a.at - b.at)) {
    if (total <= maxBytes) return;
    await rm(file.path, { force: true });
    total -= file.size;
  }
}
