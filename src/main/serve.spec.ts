/** Homes and the server as processes: made twice at once, served, stopped politely and not. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { workerProcessesOf } from '../../test/harness/worker-processes.ts';
import { openPlace, removePlace } from '../platform/db/place.ts';
import { stopServer } from '../platform/db/server.ts';
import { MADE_HERE, startMadeHereProcess } from './demo/made-here.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'bin', 'pratique.mjs');
const root = mkdtempSync(join(tmpdir(), 'pratique-serve-'));
const home = join(root, 'private', 'a-folder-with-quite-a-long-name-and-more'.repeat(4), 'home');
const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  const place = await openPlace({ home });
  await stopServer(place);
  await removePlace(place);
  rmSync(root, { recursive: true, force: true });
}, 60_000);

function start(
  args: readonly string[],
): ChildProcess & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream } {
  const { PRATIQUE_HOME: _home, PRATIQUE_AS: _as, DATABASE_URL: _url, ...env } = process.env;
  const child = spawn(process.execPath, [ENTRY, ...args, '--home', home], { stdio: ['ignore', 'pipe', 'pipe'], env });
  child.stderr.resume();
  children.push(child);
  return child;
}

async function run(
  args: readonly string[],
): Promise<{ readonly code: unknown; readonly json: Record<string, unknown> }> {
  const child = start([...args, '--json']);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, json: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) };
}

async function serve(): Promise<{ readonly child: ChildProcess; readonly port: number; readonly url: string }> {
  const child = start(['serve', '--port', '0']);
  const [line] = await once(child.stdout, 'data');
  const url = /^listening on (http:\/\/127\.0\.0\.1:(\d+))\n$/.exec(String(line));
  return { child, url: url?.[1] ?? '', port: Number(url?.[2]) };
}

/** Resolves once the worker of a server has begun to work. */
function working(child: { readonly stderr: NodeJS.ReadableStream }): Promise<void> {
  return new Promise((resolve) => {
    child.stderr.on('data', (text) => (String(text).includes('"working"') ? resolve() : undefined));
  });
}

describe('a home', () => {
  beforeAll(() => {
    mkdirSync(home, { recursive: true, mode: 0o755 });
    chmodSync(join(root, 'private'), 0o700);
    rmSync(home, { recursive: true });
  });

  it('is made once by two that make it at once, also where only its owner may enter and the path is long', async () => {
    const both = await Promise.all([run(['init']), run(['init'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.flatMap(({ json }) => json['channels']).toSorted()).toEqual(['tier2', 'tier3']);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  it('is left as it is by another init, but for the code that nobody has used', async () => {
    const config = readFileSync(join(home, 'pratique.yaml'), 'utf8');
    const again = await run(['init']);
    expect(again).toMatchObject({ code: 0, json: { channels: [], operator_code: expect.any(String) } });
    expect(readFileSync(join(home, 'pratique.yaml'), 'utf8')).toBe(config);
    const { json } = await run(['snapshot', 'list', '--channel', 'tier3']);
    expect(json['results']).toMatchObject([{ number: 1, state: 'current' }]);
  });
});

describe('serve', () => {
  it('says where it listens, is ready, finishes an answer it has begun, and ends with 0', async () => {
    const { child, port, url } = await serve();
    const ready = await fetch(`${url}/readyz`);
    expect({ status: ready.status, text: await ready.text() }).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^ready\nfeed advisories: not configured/),
    });
    expect((await fetch(`${url}/tier3/pypi/simple/`)).status).toBe(200);
    const welcome = await (await fetch(url)).text();
    expect(welcome).toContain('Channels: tier2, tier3.');
    expect((await fetch(`${url}/nothing-here`)).status).toBe(404);
    expect(await (await fetch(`${url}/.well-known/security.txt`)).text()).toContain(`Contact: ${url}/\n`);
    const pasted = JSON.stringify((await run(['channel', 'show', 'tier3'])).json['clients']);
    expect(pasted).toContain(`${url}/tier3/pypi/simple/`);
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    // Half of a request is in flight when the end is asked for.
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
    await sleep(300);
    const closed = once(socket, 'close');
    child.kill('SIGTERM');
    await sleep(200);
    socket.write('Connection: close\r\n\r\n');
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*ok\n$/s);
    const [code, signal] = await once(child, 'exit');
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    const afterwards = JSON.stringify((await run(['channel', 'show', 'tier3'])).json['clients']);
    expect(afterwards).toContain('http://127.0.0.1:8650/tier3/pypi/simple/');
  });

  it('ends with 0 once its worker has begun to work', async () => {
    const child = start(['serve', '--port', '0']);
    await working(child);
    // The worker listens to signals from the start; what it opens for its work is open a moment later.
    await sleep(500);
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    expect({ code, signal }).toEqual({ code: 0, signal: null });
  });

  it('does not wait for anything after a second signal', async () => {
    const { child, port } = await serve();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
    await sleep(300);
    child.kill('SIGTERM');
    await sleep(1_000);
    const asked = performance.now();
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect(performance.now() - asked).toBeLessThan(8_000);
    socket.destroy();
  });

  it('ends when a signal ended npx, which hands it to a shell that does not hand it on', async () => {
    const { PRATIQUE_HOME: _home, PRATIQUE_AS: _as, DATABASE_URL: _url, ...env } = process.env;
    // The second command keeps the shell from becoming the first.
    const command = `"$0" "$1" serve --port 0 --home "$2"; true`;
    const shell = spawn('sh', ['-c', command, process.execPath, ENTRY, home], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...env, npm_command: 'exec' },
    });
    children.push(shell);
    const [line] = await once(shell.stdout, 'data');
    const url = /http:\S+/.exec(String(line))?.[0] ?? '';
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    shell.kill('SIGTERM');
    const isUp = () =>
      fetch(`${url}/healthz`)
        .then(() => true)
        .catch(() => false);
    await expect.poll(isUp, { timeout: 30_000, interval: 250 }).toBe(false);
    await expect.poll(() => workerProcessesOf(home), { timeout: 30_000 }).toBe(0);
  });

  it('takes over the home of one that was killed', async () => {
    const first = start(['serve', '--port', '0']);
    await working(first);
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = await serve();
    expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
    second.child.kill('SIGTERM');
    const [code] = await once(second.child, 'exit');
    expect(code).toBe(0);
  });
});

describe('server.work', () => {
  const settings = join(home, 'pratique.yaml');

  it.each([
    { work: 'beside', own: true },
    { work: 'inside', own: true },
    { work: 'elsewhere', own: false },
  ])('$work: no process works beside the server', async ({ work, own }) => {
    const before = readFileSync(settings, 'utf8');
    writeFileSync(settings, before.replace('work: beside', `work: ${work}`));
    const child = start(['serve', '--port', '0']);
    let log = '';
    child.stderr.on('data', (text) => {
      log += String(text);
    });
    await expect.poll(() => log, { timeout: 60_000 }).toContain('"serving"');
    if (own) await expect.poll(() => log, { timeout: 60_000 }).toContain('"working"');
    // Another one would have begun by now.
    else await sleep(3_000);
    expect({ workers: workerProcessesOf(home), works: log.includes('"working"') }).toEqual({ workers: 0, works: own });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    writeFileSync(settings, before);
  });
});

describe('the packages made here', () => {
  it('are offered until the process that they follow has ended', async () => {
    const upstream = await startMadeHereProcess('pypi');
    const page = `${upstream.url}${MADE_HERE.wanted}/`;
    const followed = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    children.push(followed);
    upstream.follow(followed.pid ?? 0);
    expect((await fetch(page)).status).toBe(200);
    followed.kill('SIGKILL');
    const gone = () =>
      fetch(page)
        .then(() => false)
        .catch(() => true);
    await expect.poll(gone, { timeout: 20_000, interval: 250 }).toBe(true);
  });
});
