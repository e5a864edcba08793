/** What `npm run build` makes: programs that run without the sources, and the notices of what they hold of others. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..');
/** Within the clone, as `dist` is: packages and the version are found from there. */
const FOLDER = join(ROOT, '.cache', `built-${process.pid}`);
const program = (name: string) => join(FOLDER, 'src', 'main', `${name}.js`);

function versionIn(folder: string): string {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'build.mjs'), FOLDER]);
}, 120_000);

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

describe('the published package', () => {
  it('holds the command line, which knows its version', () => {
    const version = versionIn(ROOT);
    expect(execFileSync(process.execPath, [program('cli'), '--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
  });

  it('holds the confined program, which answers where no code may be made from text', () => {
    const input = `${JSON.stringify({ id: 1, task: 'ready', input: null, files: [] })}\n`;
    const args = ['--disallow-code-generation-from-strings', program('confined')];
    const { stdout } = spawnSync(process.execPath, args, { input, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual({ id: 1, status: 'done', output: null });
  });

  it('holds text that takes one byte a character in memory', () => {
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((name) => /[^\0-\x7f]/.test(readFileSync(join(FOLDER, name), 'utf8')))).toEqual([]);
  });

  it('holds every migration of the sources', () => {
    const names = (folder: string, end: string) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(end) && !name.endsWith('.spec.ts'))
        .map((name) => name.slice(0, -end.length));
    expect(names(join(FOLDER, 'migrations'), '.js')).toEqual(names(join(ROOT, 'migrations'), '.ts'));
  });

  it('carries the notice of each package that it holds parts of', () => {
    const notices = readFileSync(join(FOLDER, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['hono', 'kysely', 'yaml', 'zod']) {
      const folder = join(ROOT, 'node_modules', name);
      const licence = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
      expect(notices).toContain(`${name} ${versionIn(folder)} (`);
      expect(notices).toContain(licence);
    }
  });
});
