/** What the confined program loads: every child holds it in memory, and what is not there cannot be turned against it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { placesTold, tellingWhatLoads } from '../../test/harness/loaded-modules.ts';

const ENTRY = join(import.meta.dirname, 'confined.ts');

/** Paths of what is loaded once `tasks` are answered: below `src`, or the name of a package. */
async function loadedBy(
  tasks: readonly { readonly task: string; readonly input: unknown }[],
): Promise<readonly string[]> {
  const child = spawn(process.execPath, tellingWhatLoads(ENTRY), { stdio: 'pipe' });
  const [answers, modules, ended] = [text(child.stdout), text(child.stderr), once(child, 'exit')];
  let answered = 0;
  child.stdout.on('data', (piece: Buffer) => {
    answered += piece.toString('utf8').split('\n').length - 1;
    if (answered === tasks.length) child.stdin.end();
  });
  for (const [at, task] of tasks.entries())
    child.stdin.write(`${JSON.stringify({ id: at + 1, ...task, files: ['/no/such.file'] })}\n`);
  await ended;
  expect((await answers).trim().split('\n')).toHaveLength(tasks.length);
  return placesTold(await modules);
}

const READY = { task: 'ready', input: null };
const LOOK = { path: '/no/such.file', filename: 'a-1.0-py3-none-any.whl', suffixes: ['.py'] };

it('begins without any ecosystem, room or library but the parser of its requests', async () => {
  const loaded = await loadedBy([READY]);
  expect(loaded).toContain('src/main/confined.ts');
  expect(loaded.filter((place) => !place.startsWith('src/'))).toEqual(['zod']);
  expect(loaded.filter((place) => /^src\/(?:ecosystems|features)\//.test(place))).toEqual([
    'src/ecosystems/archive-catalog.ts',
  ]);
});

it('loads how archives of the ecosystem at hand are read, and nothing else of it', async () => {
  const loaded = await loadedBy([{ task: 'hash-source', input: { ecosystem: 'pypi', ...LOOK } }]);
  expect(loaded).toContain('src/ecosystems/pypi/archive.ts');
  expect(loaded.filter((place) => /^src\/ecosystems\/(?:npm|cran)\//.test(place))).toEqual([]);
  const rest = /^src\/ecosystems\/[^/]+\/(?:index|upstream|protocol|dependencies|targets|sources)\.ts$/;
  expect(loaded.filter((place) => rest.test(place))).toEqual([]);
  expect(loaded.filter((place) => !place.startsWith('src/'))).toEqual(['smol-toml', 'zod']);
});
