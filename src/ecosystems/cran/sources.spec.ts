import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../domain/problem.ts';
import { cranSources } from './sources.ts';

const execute = promisify(execFile);
const hasR = await execute('Rscript', ['--version']).then(
  () => true,
  () => false,
);

/** What the reader finds where R starts with this profile. */
async function withProfile(profile: string) {
  const folder = await mkdtemp(join(tmpdir(), 'pratique-r-profile-'));
  try {
    // R passes over a last line that does not end.
    await writeFile(join(folder, 'profile.R'), `${profile}\n`);
    const env = { ...process.env, R_PROFILE_USER: join(folder, 'profile.R'), R_PROFILE: join(folder, 'none') };
    return await cranSources.discover(async (command, args) => (await execute(command, [...args], { env })).stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function codeOf(discovery: Promise<unknown>): Promise<string> {
  try {
    await discovery;
    return 'nothing wrong';
  } catch (error) {
    return error instanceof Problem ? `${error.kind} ${error.code}` : String(error);
  }
}

describe.skipIf(!hasR)('asking R (skipped: no R on this machine)', () => {
  it('takes the repositories that its profile sets, by their names and in their order', async () => {
    const found = await withProfile(
      'options(repos = c(CRAN = "https://upstream.example/cran", Lab = "file:///srv/lab", "http://127.0.0.1:8080/x"))',
    );
    expect(found.map(({ name, kind, url }) => [name, kind, url])).toEqual([
      ['cran', 'index', 'https://upstream.example/cran'],
      ['lab', 'index', 'file:///srv/lab'],
      ['repository-3', 'index', 'http://127.0.0.1:8080/x'],
    ]);
  });

  it('passes over what is no address, and what a profile prints beside it', async () => {
    const found = await withProfile(
      'cat("Welcome\\n"); options(repos = c(CRAN = "@CRAN@", Odd = "ftp://upstream.example", Good = "https://upstream.example"))',
    );
    expect(found.map(({ name }) => name)).toEqual(['good']);
  });

  it('says so where no repository is chosen', async () => {
    expect(await codeOf(withProfile('options(repos = c(CRAN = "@CRAN@"))'))).toBe('could-not-check no-repository');
    expect(await codeOf(withProfile('options(repos = NULL)'))).toBe('could-not-check no-repository');
  });
});

describe('a machine without R', () => {
  it('is said to have none', async () => {
    const discovery = cranSources.discover(async () => {
      throw new Error('spawn Rscript ENOENT');
    });
    expect(await codeOf(discovery)).toBe('could-not-check no-r');
  });
});
