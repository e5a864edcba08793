import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  commitFiles,
  type GitServer,
  git,
  hasGit,
  makeRepository,
  startGitServer,
} from '../../../test/harness/git-server.ts';
import type { GitTag, RepositoryReader } from '../../domain/source-code.ts';
import { createGuardedPrograms } from '../sandbox/guarded.ts';
import { createGitRepositories, type GitOptions } from './repositories.ts';

const FILES = {
  'src/demo/__init__.py': 'x = 1\n',
  'setup.py': 'from setuptools import setup\n',
  'README.md': '# demo\n',
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe.skipIf(!hasGit())('git repositories (needs git)', () => {
  let folder = '';
  let server: GitServer;
  let repositories: RepositoryReader;
  const work = () => join(folder, 'work');
  const at = (name: string) => join(folder, 'served', name);
  const open = (change: Partial<GitOptions> = {}) =>
    createGitRepositories({
      hosts: [server.host, pathToFileURL(join(folder, 'served')).href],
      folder: work(),
      caFile: server.caFile,
      environment: { PATH: '/usr/bin:/bin' },
      programs: createGuardedPrograms(),
      timeoutMs: 20_000,
      ...change,
    });
  async function tagOf(url: string, name = 'v1.0'): Promise<GitTag> {
    const answer = await repositories.tags(url);
    const tag = answer.status === 'found' ? answer.value.find((one) => one.name === name) : undefined;
    if (tag === undefined) throw new Error(JSON.stringify(answer));
    return tag;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pratique-git-'));
    mkdirSync(join(folder, 'served'));
    server = await startGitServer(join(folder, 'served'));
    repositories = open();
    makeRepository(at('demo'), FILES, ['v1.0']);
    commitFiles(at('demo'), { 'src/demo/__init__.py': 'x = 2\n' });
    git(at('demo'), ['tag', '-a', 'v2.0', '-m', 'annotated']);
  });
  afterEach(async () => {
    server.answer(undefined);
    // Whatever a repository did, nothing of it stays.
    expect(await readdir(work()).catch(() => [])).toEqual([]);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('name their tags, and annotated ones by the commit that they stand for', async () => {
    const commit = (name: string) => git(at('demo'), ['rev-parse', `${name}^{commit}`]);
    const expected = ['v1.0', 'v2.0'].map((name) => ({ name, commit: commit(name) }));
    for (const url of [
      `${server.url}demo`,
      `https://user:secret@${server.host}/demo/.git?x#y`,
      pathToFileURL(at('demo')).href,
    ])
      expect(await repositories.tags(url)).toEqual({ status: 'found', value: expected });
  });

  it('give the source files at a tag, over HTTPS and out of a folder', async () => {
    for (const url of [`${server.url}demo`, pathToFileURL(at('demo')).href]) {
      const answer = await repositories.filesAt(url, await tagOf(url), ['.py']);
      expect(answer).toEqual({
        status: 'found',
        value: ['setup.py', 'src/demo/__init__.py'].map((path) => {
          const text = path === 'setup.py' ? FILES['setup.py'] : 'x = 1\n';
          return { path, size: text.length, sha256: sha256(text), isVersionFile: false };
        }),
      });
    }
  });

  it('are asked only where the operator allows it, and never by another protocol', async () => {
    const refused = { status: 'not-allowed' };
    for (const url of [
      'https://elsewhere.example/demo',
      `http://${server.host}/demo`,
      `ssh://${server.host}/demo`,
      'ext::sh -c id',
      `file://${server.host}/demo`,
      pathToFileURL(join(folder, 'other')).href,
      `${pathToFileURL(join(folder, 'served')).href}/../other`,
      pathToFileURL(join(folder, 'served')).href,
      '--upload-pack=id',
      at('demo'),
    ])
      expect(await repositories.tags(url), url).toMatchObject(refused);
    expect(await open({ hosts: [] }).tags(`${server.url}demo`)).toMatchObject(refused);
    expect(await open({ hosts: ['*.git.example'] }).tags('https://git.example/demo')).toMatchObject(refused);
    for (const host of ['http://git.example', 'a b', '*', 'git.example/path', ''])
      expect(() => open({ hosts: [host] })).toThrow('cannot be used');
  });

  it('that are not there, or are shown to nobody unnamed, are absent, and nobody is asked for a password', async () => {
    expect(await repositories.tags(`${server.url}nothing`)).toEqual({ status: 'absent' });
    expect(await repositories.tags(pathToFileURL(at('nothing')).href)).toEqual({ status: 'absent' });
    server.answer((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    });
    expect(await repositories.tags(`${server.url}demo`)).toEqual({ status: 'absent' });
  });

  it('are not followed to another place', async () => {
    server.answer((request, response) => {
      if (request.url?.startsWith('/moved') !== true) return false;
      response.writeHead(301, { location: `${server.url}demo${request.url.slice('/moved'.length)}` }).end();
      return true;
    });
    expect(await repositories.tags(`${server.url}moved`)).toMatchObject({ status: 'failed' });
  });

  it('cannot be read where the server is not believed, hangs, or answers nonsense', async () => {
    expect(await open({ caFile: undefined }).tags(`${server.url}demo`)).toMatchObject({ status: 'failed' });
    server.answer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' }).end('nonsense');
      return true;
    });
    expect(await repositories.tags(`${server.url}demo`)).toMatchObject({ status: 'failed' });
    server.answer(() => true);
    expect(await open({ timeoutMs: 500 }).tags(`${server.url}demo`)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('longer than 500 ms'),
    });
  });

  it('that move a tag while it is read are not believed', async () => {
    const url = `${server.url}demo`;
    const { commit } = await tagOf(url, 'v2.0');
    expect(await repositories.filesAt(url, { name: 'v1.0', commit }, ['.py'])).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('moved'),
    });
    for (const name of ['--upload-pack=id', '../../heads/main', 'v1.0:refs/heads/x', 'v1 0'])
      expect(await repositories.filesAt(url, { name, commit }, ['.py'])).toMatchObject({ status: 'failed' });
  });

  it('have no links, submodules, filters or attributes followed', async () => {
    makeRepository(at('tricks'), { 'a.py': '$Id$\r\n', '.gitattributes': '*.py ident eol=crlf filter=evil\n' }, []);
    git(at('tricks'), ['config', 'filter.evil.smudge', 'touch ran']);
    symlinkSync('/etc/passwd', join(at('tricks'), 'link.py'));
    const id = git(at('demo'), ['rev-parse', 'v1.0']);
    git(at('tricks'), ['update-index', '--add', '--cacheinfo', `160000,${id},module.py`]);
    git(at('tricks'), ['add', 'link.py']);
    git(at('tricks'), ['commit', '--quiet', '-m', 'tricks']);
    git(at('tricks'), ['tag', 'v1.0']);
    const url = `${server.url}tricks`;
    const answer = await repositories.filesAt(url, await tagOf(url), ['.py']);
    expect(answer).toMatchObject({ status: 'found', value: [{ path: 'a.py', sha256: sha256('$Id$\n') }] });
  });

  it('that hold what git must not read are refused whole', async () => {
    makeRepository(at('hostile'), { 'a.py': 'x\n' }, []);
    const blob = git(at('hostile'), ['hash-object', '-w', '--stdin'], '[core]\n\tfsmonitor = touch ran\n');
    const inner = git(at('hostile'), ['mktree'], `100644 blob ${blob}\tconfig\n`);
    const tree = git(at('hostile'), ['mktree'], `040000 tree ${inner}\t.git\n`);
    const commit = git(at('hostile'), ['commit-tree', tree, '-m', 'a folder named .git']);
    git(at('hostile'), ['tag', 'v1.0', commit]);
    const url = `${server.url}hostile`;
    expect(await repositories.filesAt(url, await tagOf(url), ['.py'])).toMatchObject({ status: 'failed' });
  });

  it('without end stop at a limit', async () => {
    makeRepository(at('bomb'), { 'a.py': 'x\n' }, []);
    let entry = `100644 blob ${git(at('bomb'), ['rev-parse', 'HEAD:a.py'])}`;
    for (let level = 0; level < 10; level += 1) {
      const tree = git(
        at('bomb'),
        ['mktree'],
        Array.from({ length: 10 }, (_, index) => `${entry}\t${index}.py\n`).join(''),
      );
      entry = `040000 tree ${tree}`;
    }
    git(at('bomb'), [
      'tag',
      'v1.0',
      git(at('bomb'), ['commit-tree', entry.slice('040000 tree '.length), '-m', 'bomb']),
    ]);
    const bomb = `${server.url}bomb`;
    expect(await repositories.filesAt(bomb, await tagOf(bomb), ['.py'])).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('printed more than'),
    });
    makeRepository(at('large'), { 'a.bin': randomBytes(300_000) }, ['v1.0']);
    const large = `${server.url}large`;
    const small = open({ packBytes: 100_000 });
    expect(await small.filesAt(large, await tagOf(large), ['.py'])).toMatchObject({ status: 'failed' });
  });
});
