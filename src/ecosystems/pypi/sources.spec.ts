import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../domain/problem.ts';
import { pypiSources } from './sources.ts';

const execute = promisify(execFile);

function runner(env: Record<string, string>) {
  return async (command: string, args: readonly string[]) => {
    const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('PIP_'));
    const ran = await execute(command, args, {
      env: { ...Object.fromEntries(clean), PIP_CONFIG_FILE: '/dev/null', ...env },
    });
    return ran.stdout;
  };
}

const pip = await runner({})('python3', ['-m', 'pip', '--version']).catch(() => undefined);

describe.skipIf(pip === undefined)('asking pip (skipped: no pip on this machine)', () => {
  it('takes settings, extra indexes, find-links and certificates as pip does', async () => {
    const run = runner({
      PIP_INDEX_URL: 'https://me:secret@upstream.example/simple',
      PIP_EXTRA_INDEX_URL: 'https://a.upstream.example/simple https://b.upstream.example/simple',
      PIP_FIND_LINKS: '/opt/some-wheels https://upstream.example/links.html',
      PIP_CERT: '/etc/ssl/some.pem',
      PIP_PROXY: 'http://me:secret@proxy.example:3128',
    });
    const found = await pypiSources.discover(run);
    expect(found.map(({ name, kind, url }) => [name, kind, url])).toEqual([
      ['index', 'index', 'https://me:secret@upstream.example/simple'],
      ['extra-index-1', 'index', 'https://a.upstream.example/simple'],
      ['extra-index-2', 'index', 'https://b.upstream.example/simple'],
      ['find-links-1', 'find-links', 'file:///opt/some-wheels'],
      ['find-links-2', 'find-links', 'https://upstream.example/links.html'],
    ]);
    expect(found[0]).toMatchObject({ caFile: '/etc/ssl/some.pem', proxy: 'http://me:secret@proxy.example:3128' });
  });

  it('takes the default that is built into pip, and no index where pip has none', async () => {
    const [index, ...none] = await pypiSources.discover(runner({}));
    expect(index?.url).toMatch(/^https:/);
    expect(none).toEqual([]);
    expect(await pypiSources.discover(runner({ PIP_NO_INDEX: '1' }))).toEqual([]);
  });

  it('gets the same from what pip prints for people', async () => {
    const env = { PIP_EXTRA_INDEX_URL: 'https://a.upstream.example/simple', PIP_FIND_LINKS: '/opt/some-wheels' };
    const run = runner(env);
    const words = (command: string, args: readonly string[]) =>
      args[0] === '-c' ? Promise.reject(new Error('no such inside')) : run(command, args);
    expect(await pypiSources.discover(words)).toEqual(await pypiSources.discover(run));
  });
});

describe('without pip', () => {
  it('says what to do', async () => {
    const nothing = pypiSources.discover(() => Promise.reject(new Error('not found')));
    await expect(nothing).rejects.toThrow(Problem);
    await expect(nothing).rejects.toMatchObject({ code: 'no-pip', next: expect.stringContaining('Install pip') });
  });
});
