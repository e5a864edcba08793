/** PY-11, PY-13, PY-14, PY-15: how pip and uv fetch files, and what they keep. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { portOf } from '../../src/main/demo/made-here-upstream.ts';
import { type MadeDistribution, makeWheel } from '../../src/main/demo/made-here-wheels.ts';
import { findClients } from '../harness/clients.ts';
import { installersOf } from './installers.ts';
import { openStage, type Stage } from './stage.ts';

vi.setConfig({ testTimeout: 120_000 });

const clients = await findClients();
const installers = installersOf(clients);
const newestPip = installers.findLast(({ kind }) => kind === 'pip');
const { uv } = clients;

let stage: Stage;
let wheel: MadeDistribution;
beforeAll(async () => {
  if (installers.length === 0) return;
  stage = await openStage();
  wheel = await makeWheel({ name: 'survey', version: '1.0' });
  stage.upstream.add(wheel);
  stage.upstream.add(await makeWheel({ name: 'survey', version: '2.0' }));
  await stage.clear('survey', '1.0');
});
afterAll(() => stage?.close());

interface Passed {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly status: number;
}

/** Stands before the server and notes what passes; may break the connection in the middle of the first wheel. */
async function startFront({ breaks }: { readonly breaks: boolean }) {
  const [pages, wheels]: [Passed[], Passed[]] = [[], []];
  const front = createServer((request, response) => {
    get(`${stage.url()}${request.url ?? ''}`, { headers: request.headers }, (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      const { range, 'if-range': ifRange, 'if-none-match': ifNoneMatch } = request.headers;
      const passed = { range, ifRange: ifRange?.toString(), ifNoneMatch, status: answer.statusCode ?? 0 };
      const isWheel = /\.whl$/.test(request.url ?? '');
      (isWheel ? wheels : pages).push(passed);
      if (!isWheel || !breaks || wheels.length > 1) return answer.pipe(response);
      return answer.once('data', (piece: Buffer) => {
        response.write(piece.subarray(0, Math.floor(piece.length / 2)), () => response.destroy());
      });
    });
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => void front.close(() => resolve()));
  const index = stage.index().replace(stage.url(), `http://127.0.0.1:${portOf(front.address())}`);
  return { index, pages, wheels, close };
}

const project = (name: string) =>
  `[project]\nname = "${name}"\nversion = "0"\nrequires-python = ">=3.8"\ndependencies = ["survey"]\n`;

/** Below `packages/`, as registries of this kind give addresses to their files. */
function pathOf({ filename, sha256 }: MadeDistribution): string {
  const [, first, second, rest] = /^sha256:(..)(..)(.+)$/.exec(sha256) ?? [];
  return `${first}/${second}/${rest}/${filename}`;
}

/** A lock that was made elsewhere. */
function foreignLock(made: MadeDistribution): string {
  return `version = 1
requires-python = ">=3.8"

[[package]]
name = "study"
version = "0"
source = { virtual = "." }
dependencies = [{ name = "survey" }]

[package.metadata]
requires-dist = [{ name = "survey" }]

[[package]]
name = "survey"
version = "1.0"
source = { registry = "https://upstream.example/simple/" }
wheels = [
    { url = "https://files.upstream.example/packages/${pathOf(made)}", hash = "${made.sha256}", size = ${made.bytes.length} },
]
`;
}

describe.skipIf(uv === undefined)('uv', () => {
  it('may ask for the head of a cleared wheel, before and after it asked for one that is refused', async () => {
    const cleared = `${stage.index().replace('simple/', 'packages/')}${pathOf(wheel)}`;
    const headOf = (url: string) => fetch(url, { method: 'HEAD' });
    const before = await headOf(cleared);
    expect([before.status, before.headers.get('accept-ranges'), before.headers.get('content-length')]).toEqual([
      200,
      'bytes',
      String(wheel.bytes.length),
    ]);
    expect((await headOf(cleared.replace('survey-1.0', 'survey-2.0'))).status).toBe(403);
    const installer = installers.find(({ kind }) => kind === 'uv');
    const environment = await installer?.environment(stage.folder);
    const refused = await environment?.install(stage.index(), ['survey==2.0']);
    expect(refused?.code).not.toBe(0);
    const outcome = await environment?.install(stage.index(), ['survey==1.0']);
    expect(outcome?.code, outcome?.printed).toBe(0);
    expect((await headOf(cleared)).headers.get('accept-ranges')).toBe('bytes');
  });

  it('installs from a lock of another registry once its addresses are replaced', async () => {
    const folder = join(stage.folder, 'study');
    await mkdir(folder);
    await writeFile(join(folder, 'pyproject.toml'), project('study'));
    const lock = foreignLock(wheel)
      .replace('https://upstream.example/simple/', stage.index())
      .replace('https://files.upstream.example/packages/', stage.index().replace('simple/', 'packages/'));
    await writeFile(join(folder, 'uv.lock'), lock);
    const run = await uv?.run(['sync', '--frozen', '--project', folder, '--no-python-downloads']);
    expect(run?.code, run?.stderr).toBe(0);
    expect(run?.stderr).toContain('survey==1.0');
  });
});

/** Since 25.1 pip takes up what broke off, and since 26.2 it believes how long an index page may be kept. */
const pipVersion = clients.pips.at(-1)?.version ?? '0';
const isSince = (wanted: string) => pipVersion.localeCompare(wanted, 'en', { numeric: true }) >= 0;

describe.skipIf(newestPip === undefined || !isSince('26.2'))(`pip ${pipVersion}`, () => {
  it('takes a download up where it broke off', async () => {
    const front = await startFront({ breaks: true });
    try {
      const environment = await newestPip?.environment(stage.folder);
      const outcome = await environment?.install(front.index, ['--resume-retries', '3', 'survey==1.0']);
      expect(outcome?.code, outcome?.printed).toBe(0);
      expect(await environment?.installed()).toEqual(['survey==1.0']);
      expect(front.wheels).toMatchObject([
        { range: undefined, ifRange: undefined, status: 200 },
        { range: expect.stringMatching(/^bytes=[1-9]\d*-/), ifRange: expect.stringMatching(/^".+"$/), status: 206 },
      ]);
    } finally {
      await front.close();
    }
  });

  // It keeps pages of hosts that it trusts: over https, or where it is told to.
  it('sees what was cleared since, in the next run, though it keeps the page', async () => {
    const front = await startFront({ breaks: false });
    try {
      const environment = await newestPip?.environment(stage.folder);
      const cache = join(stage.folder, 'kept-pages');
      const install = () => environment?.install(front.index, ['--trusted-host', '127.0.0.1', '-U', 'survey'], cache);
      await install();
      expect(await environment?.installed()).toEqual(['survey==1.0']);
      await stage.clear('survey', '2.0');
      const outcome = await install();
      expect(outcome?.code, outcome?.printed).toBe(0);
      expect(await environment?.installed()).toEqual(['survey==2.0']);
      expect(front.pages.some(({ ifNoneMatch }) => ifNoneMatch !== undefined)).toBe(true);
    } finally {
      await front.close();
    }
  });
});
