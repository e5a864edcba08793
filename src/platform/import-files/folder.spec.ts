import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUpstream, type UpstreamServer } from '../../../test/harness/upstream-server.ts';
import { createFetch } from '../fetch/index.ts';
import { createImportFiles } from './folder.ts';
import type { ImportFiles, ImportSource } from './port.ts';

describe('files that an operator hands in', () => {
  let folder = '';
  let upstream: UpstreamServer;
  let fetch: ReturnType<typeof createFetch>;
  let files: ImportFiles;
  const read = async (source: ImportSource) => {
    const read: (readonly [string, string])[] = [];
    for await (const { name, bytes } of source.files()) read.push([name, new TextDecoder().decode(bytes)]);
    return read;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pratique-import-'));
    await mkdir(join(folder, 'b', 'c'), { recursive: true });
    await writeFile(join(folder, 'b', 'c', 'two.json'), '2');
    await writeFile(join(folder, 'a.json'), '1');
    upstream = await startUpstream();
    const source = {
      name: 'local',
      kind: 'index',
      url: upstream.indexUrl,
      only: undefined,
      caFile: undefined,
    } as const;
    fetch = createFetch({
      sources: [source],
      version: 'test',
      now: () => new Date('2026-01-01T00:00:00Z'),
      random: () => 0,
      limits: { backoffMs: 1, freshMs: 0, absentMs: 0, headersMs: 2000, idleMs: 500 },
    });
    files = createImportFiles({ fetch });
  });
  afterAll(async () => {
    await Promise.all([fetch.close(), upstream.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  it('reads a file, a folder in a steady order, and a file: URL', async () => {
    expect(await read(files.open(join(folder, 'a.json')))).toEqual([['a.json', '1']]);
    const all = [
      ['a.json', '1'],
      ['b/c/two.json', '2'],
    ];
    expect(await read(files.open(folder))).toEqual(all);
    expect(await read(files.open(pathToFileURL(folder).href))).toEqual(all);
  });

  it('names a place that is not there', async () => {
    const missing = files.open(join(folder, 'missing.json'));
    await expect(read(missing)).rejects.toMatchObject({
      code: 'import-unreadable',
      message: expect.stringContaining('missing.json'),
    });
  });

  it('reads a URL, and shows it without user information', async () => {
    upstream.misbehave('/export/all.jsonl', { kind: 'body', body: '{"id":"PYSEC-1"}\n', contentType: 'text/plain' });
    const source = files.open(upstream.url.replace('http://', 'http://user:secret@').concat('/export/all.jsonl'));
    expect(source.name).toBe(`${upstream.url}/export/all.jsonl`);
    expect(await read(source)).toEqual([['all.jsonl', '{"id":"PYSEC-1"}\n']]);
  });

  it('says why a URL could not be read, and gives nothing of half an answer', async () => {
    await expect(read(files.open(`${upstream.url}/nothing.zip`))).rejects.toMatchObject({ code: 'import-unreadable' });
    upstream.misbehave('/half.jsonl', { kind: 'truncated', contentLength: true });
    await expect(read(files.open(`${upstream.url}/half.jsonl`))).rejects.toThrow();
    upstream.misbehave('/broken.jsonl', { kind: 'status', status: 500 });
    await expect(read(files.open(`${upstream.url}/broken.jsonl`))).rejects.toMatchObject({ code: 'import-unreadable' });
    expect(() => files.open('http://')).toThrow('no URL');
  });
});
