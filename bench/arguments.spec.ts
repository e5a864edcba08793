import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);
const RESULTS = join(import.meta.dirname, 'RESULTS.md');
const failed = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

const start = (bench: string, args: readonly string[]) =>
  run(process.execPath, [join(import.meta.dirname, bench), ...args]);

test.each([
  ['run.ts', ['--onyl', 'people'], /^Unknown option '--onyl'\. .*--help/],
  ['run.ts', ['people'], /^Unexpected argument 'people'\. .*--help/],
  ['run.ts', ['--only'], /^Option '--only <value>' argument missing\. .*--help/],
  ['run.ts', ['--only', 'peple'], /^There is no bench peple: .*people.*\. .*--help/],
  ['scanners.ts', ['--shwo'], /^Unknown option '--shwo'\. .*--help/],
])('%s %j measures nothing and says why in one line', async (bench, args, why) => {
  const before = await readFile(RESULTS, 'utf8');
  const { code, stdout, stderr } = failed.parse(await start(bench, args).catch((error: unknown) => error));
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(why);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(await readFile(RESULTS, 'utf8')).toBe(before);
});

test.each([
  ['run.ts', ['--only NAME', 'closed-set', 'people', 'vetting-tree']],
  ['scanners.ts', ['--show']],
])('%s --help names its arguments', async (bench, words) => {
  const { stdout } = await start(bench, ['--help']);
  for (const word of words) expect(stdout).toContain(word);
});
