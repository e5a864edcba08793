/** The image of a month: built from the core list, signed, and installed from by the stock clients. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { listedTarball } from '../../src/main/demo/made-here-registry.ts';
import { makeTarball } from '../../src/main/demo/made-here-tarballs.ts';
import { makeWheel } from '../../src/main/demo/made-here-wheels.ts';
import { findClients } from '../harness/clients.ts';
import { findNodeClients } from '../harness/node-clients.ts';
import { installersOf } from './installers.ts';
import { CHANNEL, newestSnapshot, openStage, type Stage, until } from './stage.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const [pip] = installersOf(await findClients()).filter(({ kind }) => kind === 'pip');
const [npm] = (await findNodeClients()).clients.filter(({ kind }) => kind === 'npm');
/** What an address in an image says where the operator named none. */
const UNNAMED = 'http://127.0.0.1:8650';

const built = z.object({
  image: z.object({
    id: z.string(),
    contents: z.object({
      releases: z.array(z.object({ purl: z.string(), list: z.string(), neededBy: z.array(z.string()) })),
      files: z.array(z.object({ path: z.string() })),
    }),
  }),
});

describe('the image of a month', () => {
  let stage: Stage;
  const pratique = (...args: readonly string[]) => stage.pratique([...args, '--channel', CHANNEL], 'olga');
  const core = async (ecosystem: string, name: string) => {
    const id = await stage.request(name, { ecosystem });
    const before = await newestSnapshot(stage, CHANNEL);
    const said = ['--criterion', '2', '--note', 'No advisories here; read by hand.', '--reason', 'Used by everybody.'];
    await stage.answer(z.unknown(), ['review', 'decide', id, '--accept', 'core', ...said], 'vera');
    await until(`${name} is published`, async () => (await newestSnapshot(stage, CHANNEL)) > before);
  };

  beforeAll(async () => {
    stage = await openStage();
    stage.upstream.add(await makeWheel({ name: 'survey', version: '1.0', requires: ['plotter'] }));
    stage.upstream.add(await makeWheel({ name: 'plotter', version: '2.0' }));
    stage.upstream.add(await makeWheel({ name: 'only-extra', version: '1.0' }));
    for (const spec of [
      { name: 'app', version: '1.0.0', dependencies: { '@shore/estuary': '^1.0.0' } },
      { name: '@shore/estuary', version: '1.0.0' },
    ])
      stage.npmUpstream.releases.push(listedTarball(makeTarball(spec)));
  });
  afterAll(() => stage?.close());

  it('is none while nothing is core, and says what makes something core', async () => {
    await stage.clear('only-extra');
    const ran = await pratique('image', 'build');
    expect(ran.code).toBe(1);
    expect(ran.json).toMatchObject({ error: { code: 'nothing-core', next: expect.stringContaining('--accept core') } });
  });

  it('holds the core list and what it needs, and nothing else', async () => {
    await core('pypi', 'survey');
    await core('npm', 'app');
    const { image } = await stage.answer(built, ['image', 'build', '--channel', CHANNEL], 'olga');
    expect(image.contents.releases.map(({ purl, list, neededBy }) => [purl, list, neededBy])).toEqual([
      ['pkg:npm/%40shore/estuary@1.0.0', 'dependency', ['app']],
      ['pkg:npm/app@1.0.0', 'core', []],
      ['pkg:pypi/plotter@2.0', 'dependency', ['survey']],
      ['pkg:pypi/survey@1.0', 'core', []],
    ]);
    expect(await pratique('image', 'verify')).toMatchObject({ code: 0, json: { status: 'whole', stopped: [] } });
    expect((await stage.pratique(['image', 'build', '--channel', CHANNEL], 'rosa')).code).toBe(1);
  });

  it.skipIf(pip === undefined)('is installed by pip from its requirements file alone', async () => {
    const [file] = await exported('pypi/cp312-manylinux_2_28_x86_64', ['requirements.txt']);
    const environment = await pip?.environment(stage.folder);
    const ran = await environment?.install('http://127.0.0.1:1/', ['-r', file ?? '']);
    expect(ran?.code, ran?.printed).toBe(0);
    expect(await environment?.installed()).toEqual(['plotter==2.0', 'survey==1.0']);
  });

  it.skipIf(npm === undefined)('is installed by npm ci from its lock', async () => {
    const project = await npm?.project(stage.folder);
    const [manifest, lock] = await exported('npm/node24-linux-x64', ['package.json', 'package-lock.json']);
    const folder = project?.folder ?? '';
    await writeFile(join(folder, 'package.json'), await readFile(manifest ?? ''));
    await writeFile(join(folder, 'package-lock.json'), await readFile(lock ?? ''));
    const ran = await project?.run(`${stage.url()}/${CHANNEL}/npm/`, ['ci']);
    expect(ran?.code, ran?.printed).toBe(0);
    expect([project?.version('app'), project?.version('@shore/estuary')]).toEqual(['1.0.0', '1.0.0']);
  });

  it('says what changed since the image before, and what of it was stopped since', async () => {
    await stage.answer(z.unknown(), ['quarantine', 'start', 'pypi', 'plotter', '--reason', 'Steals tokens.'], 'vera');
    expect(await pratique('image', 'verify')).toMatchObject({
      code: 1,
      json: { status: 'whole', stopped: [{ purl: 'pkg:pypi/plotter@2.0', by: expect.stringMatching(/^Q-/) }] },
    });
    await until('the tree of survey is left out', async () => {
      const ran = await pratique('image', 'build');
      return ran.code === 0;
    });
    const changes = await pratique('image', 'diff');
    expect(changes.json).toMatchObject({
      added: [],
      removed: [{ purl: 'pkg:pypi/plotter@2.0' }, { purl: 'pkg:pypi/survey@1.0' }],
      changed: [],
      otherBytes: [],
    });
  });

  /** Paths of exported files, whose addresses lead to where the stage serves. */
  async function exported(folder: string, names: readonly string[]): Promise<readonly string[]> {
    const place = join(stage.folder, 'image');
    await mkdir(place, { recursive: true });
    expect((await pratique('image', 'export', place)).code).toBe(0);
    return Promise.all(
      names.map(async (name) => {
        const file = join(place, folder, name);
        await writeFile(file, (await readFile(file, 'utf8')).replaceAll(UNNAMED, stage.url()));
        return file;
      }),
    );
  }
});
