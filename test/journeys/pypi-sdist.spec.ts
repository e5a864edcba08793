/** PY-09: what builds a source distribution is cleared with it, and where it is stopped, the client's build says so. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { makeSdist, makeWheel } from '../../src/main/demo/made-here-wheels.ts';
import { findClients } from '../harness/clients.ts';
import { installersOf } from './installers.ts';
import { CHANNEL, newestSnapshot, openStage, type Stage } from './stage.ts';

vi.setConfig({ testTimeout: 180_000 });

const installers = installersOf(await findClients());

/** A build back end inside the source distribution (PEP 517, "In-tree build backends") that needs `loom` to run. */
const BACK_END = `
import loom, os, zipfile
FILES = {
    "sails.py": "WOVEN = True\\n",
    "sails-1.0.dist-info/METADATA": "Metadata-Version: 2.2\\nName: sails\\nVersion: 1.0\\n",
    "sails-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: back\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "sails-1.0.dist-info/RECORD": "sails.py,,\\nsails-1.0.dist-info/METADATA,,\\nsails-1.0.dist-info/WHEEL,,\\nsails-1.0.dist-info/RECORD,,\\n",
}
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(os.path.join(wheel_directory, "sails-1.0-py3-none-any.whl"), "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
    return "sails-1.0-py3-none-any.whl"
`;
const PROJECT = '[build-system]\nrequires = ["loom"]\nbuild-backend = "back"\nbackend-path = ["."]\n';

describe.skipIf(installers.length === 0)('a source distribution, with the stock clients', () => {
  let stage: Stage;
  let before = 0;
  beforeAll(async () => {
    stage = await openStage();
    const policy = join(stage.home, 'policy.yaml');
    const text = await readFile(policy, 'utf8');
    await writeFile(policy, text.replace('allow_sdists: false', 'allow_sdists: true'));
    const metadataText = 'Metadata-Version: 2.2\nName: sails\nVersion: 1.0\n';
    const files = { 'pyproject.toml': PROJECT, 'back.py': BACK_END };
    stage.upstream.add(makeSdist({ name: 'sails', version: '1.0', metadataText, files }));
    stage.upstream.add(await makeWheel({ name: 'loom', version: '1.0' }));
    await stage.clear('sails');
    before = await newestSnapshot(stage, CHANNEL);
  });
  afterAll(() => stage?.close());

  it.each(installers)('is built by $label with what was cleared for its build', async (installer) => {
    const environment = await installer.environment(stage.folder);
    const outcome = await environment.install(stage.index(), ['sails']);
    expect(outcome.code, outcome.printed).toBe(0);
    expect(await environment.installed()).toEqual(['sails==1.0']);
  });

  it('is not built by any of them once its build requirement is denied, and they name that', async () => {
    const because = ['--reason', 'Found to be bad.'];
    const denied = z.object({ denial: z.object({ id: z.string() }) });
    const args = ['list', 'deny', 'pypi', 'loom', '--channel', CHANNEL, ...because];
    const { denial } = await stage.answer(denied, args, 'vera');
    for (const installer of installers) {
      const environment = await installer.environment(stage.folder);
      const outcome = await environment.install(stage.index(CHANNEL, `@${before}`), ['sails']);
      expect(outcome.code, outcome.printed).not.toBe(0);
      expect(outcome.printed).toMatch(/DENIED: loom/);
      expect(outcome.printed).toContain(denial.id);
      expect(await environment.installed()).toEqual([]);
    }
  });
});
