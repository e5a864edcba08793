/** Wheels without their test code: what stock clients install, what they say of the original's hash, and that it can be proved. */
import { createHash } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type MadeDistribution, makeWheel } from '../../src/main/demo/made-here-wheels.ts';
import { openFolderBlobs } from '../../src/platform/blobs/folder.ts';
import { findClients } from '../harness/clients.ts';
import { installersOf } from './installers.ts';
import { CHANNEL, openStage, type Stage } from './stage.ts';

vi.setConfig({ testTimeout: 180_000 });

const { pips } = await findClients();
const installers = installersOf(await findClients());
const DERIVED = 'sails-1.0-0notests-py3-none-any.whl';

const shown = z.object({
  results: z.array(
    z.object({
      files: z.array(
        z.object({
          filename: z.string(),
          sha256: z.string(),
          derived: z.object({ filename: z.string(), sha256: z.string(), attestation: z.string(), removed: z.number() }),
        }),
      ),
    }),
  ),
});

describe.skipIf(installers.length === 0)('a wheel without its tests, with the stock clients', () => {
  let stage: Stage;
  let original: MadeDistribution;
  let vetted: z.infer<typeof shown>;
  beforeAll(async () => {
    stage = await openStage({ derivedWheels: 'without-tests' });
    original = await makeWheel({
      name: 'sails',
      version: '1.0',
      files: {
        'sails/__init__.py': '__version__ = "1.0"\n',
        'sails/tests/__init__.py': '',
        'sails/tests/test_it.py': 'def test_it(): pass\n',
      },
    });
    stage.upstream.add(original);
    await stage.clear('sails');
    vetted = shown.parse((await stage.pratique(['vet', 'pkg:pypi/sails', '--channel', CHANNEL])).json);
  });
  afterAll(() => stage?.close());

  it('is shown beside its original in the evidence', () => {
    expect(vetted.results[0]?.files).toMatchObject([
      { filename: original.filename, sha256: original.sha256, derived: { filename: DERIVED, removed: 2 } },
    ]);
  });

  it.each(installers)('is what $label installs: whole, and without the folder of tests', async (installer) => {
    const environment = await installer.environment(stage.folder);
    const outcome = await environment.install(stage.index(), ['sails']);
    expect(outcome.code, outcome.printed).toBe(0);
    expect(await environment.installed()).toEqual(['sails==1.0']);
  });

  it('passes pip check, and its RECORD names what is there', async (context) => {
    const [pip] = pips;
    if (pip === undefined) return context.skip('no pip on this machine');
    const python = await pip.makeEnvironment(join(stage.folder, 'checked'));
    const install = await pip.pip(python, ['install', '--index-url', stage.index(), 'sails']);
    expect(install.code, install.stderr).toBe(0);
    expect(await pip.pip(python, ['check'])).toMatchObject({ code: 0 });
    const { stdout } = await pip.pip(python, ['show', '--files', 'sails']);
    const [, files = ''] = stdout.split('Files:');
    expect(files).toContain('sails/__init__.py');
    expect(files).not.toContain('tests');
    const location = /^Location: (.*)$/m.exec(stdout)?.[1] ?? '';
    expect(await readdir(join(location, 'sails'))).not.toContain('tests');
  });

  it('is not taken for its original by a client that pins hashes, and the client says so', async (context) => {
    const [pip] = pips;
    if (pip === undefined) return context.skip('no pip on this machine');
    const pinned = async (digest: string) => {
      const file = join(stage.folder, 'pinned.txt');
      await writeFile(file, `sails==1.0 --hash=${digest}\n`);
      const python = await pip.makeEnvironment(join(stage.folder, `pinned-${digest.slice(-8)}`));
      return pip.pip(python, ['install', '--index-url', stage.index(), '--require-hashes', '-r', file]);
    };
    const refused = await pinned(original.sha256);
    expect(refused.code).not.toBe(0);
    expect(`${refused.stdout}${refused.stderr}`).toMatch(/DO NOT MATCH THE HASHES/);
    const derived = vetted.results[0]?.files[0]?.derived.sha256 ?? '';
    expect(await pinned(derived)).toMatchObject({ code: 0 });
  });

  it('follows from its original, which verifying the snapshot proves', async () => {
    const verify = ['snapshot', 'verify', '--channel', CHANNEL];
    expect((await stage.pratique(verify)).code).toBe(0);
    const page = await (await fetch(`${stage.index()}sails/`, { headers: { accept: 'text/html' } })).text();
    const href = /href="([^"#]*0notests[^"#]*)/.exec(page)?.[1] ?? expect.fail(page);
    const served = new Uint8Array(await (await fetch(new URL(href, `${stage.index()}sails/`))).arrayBuffer());
    const derived = vetted.results[0]?.files[0]?.derived;
    expect(`sha256:${createHash('sha256').update(served).digest('hex')}`).toBe(derived?.sha256);
    // Without the original nothing shows that what is offered follows from it.
    const blobs = await openFolderBlobs(join(stage.home, 'blobs'));
    await rm(blobs.path(original.sha256));
    const broken = await stage.pratique(verify);
    expect(broken.code).not.toBe(0);
    expect(`${broken.stdout}${broken.stderr}`).toContain('cannot be made again');
  });
});
