/** Ordinary distributions of the real upstream give no false alarm. Asks the machine's own pip, by name. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pypiArchives } from '../../src/ecosystems/pypi/archive.ts';
import { parseFilename } from '../../src/ecosystems/pypi/filenames.ts';

const run = promisify(execFile);
/** Made by different tools: setuptools, flit, hatch, maturin, meson, auditwheel. */
const WHEELS = ['requests', 'numpy', 'cryptography', 'ruff', 'pillow', 'flit-core', 'attrs', 'certifi'];
const SDISTS = ['six', 'packaging', 'idna', 'typing-extensions', 'pyyaml', 'click'];

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-live-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('real distributions raise no alarm', { timeout: 300_000 }, () => {
  it('wheels', async () => {
    for (const name of WHEELS) {
      await run('pip', ['download', '--quiet', '--no-deps', '--only-binary', ':all:', '-d', folder, name]);
    }
    await expectNoAlarm(WHEELS.length);
  });

  it('source distributions', async () => {
    // pip would build them to learn their metadata, so they are fetched from pip's index without it.
    const index = await pipIndex();
    for (const name of SDISTS) await fetchSdist(index, name);
    await expectNoAlarm(SDISTS.length);
  });
});

async function expectNoAlarm(count: number): Promise<void> {
  const files = await readdir(folder);
  expect(files.length).toBe(count);
  for (const filename of files) {
    const parsed = parseFilename(filename);
    const expected = { filename, name: parsed?.name ?? '', version: parsed?.version ?? '' };
    const examination = await pypiArchives.examine(join(folder, filename), expected);
    expect(examination.problems, filename).toEqual([]);
    expect(examination.metadata, filename).toMatch(/^Name: /m);
  }
}

/** The index that pip on this machine uses: its setting, or its built-in default. */
async function pipIndex(): Promise<string> {
  const configured = await run('pip', ['config', 'get', 'global.index-url']).catch(() => ({ stdout: '' }));
  if (configured.stdout.trim() !== '') return configured.stdout.trim();
  const builtIn = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)';
  return (await run('python3', ['-c', builtIn])).stdout.trim();
}

/** Newest source distribution that the index lists, in JSON or in HTML. */
async function fetchSdist(index: string, name: string): Promise<void> {
  const page = `${index.replace(/\/$/, '')}/${name}/`;
  const response = await fetch(page, { headers: { accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.5' } });
  const links = [...(await response.text()).matchAll(/(?:href=|"url": ?)"([^"]+)"/g)].map(
    ([, link = '']) => new URL(link, page),
  );
  const filenameOf = (link: URL): string => decodeURIComponent(link.pathname.split('/').at(-1) ?? '');
  const link = links.findLast((one) => filenameOf(one).endsWith('.tar.gz'));
  if (link === undefined) throw new Error(`${name} has no source distribution`);
  const body = await fetch(link);
  await writeFile(join(folder, filenameOf(link)), new Uint8Array(await body.arrayBuffer()));
}
