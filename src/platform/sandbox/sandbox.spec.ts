import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeIsolation } from './confinement.ts';
import type { ConfinedTask, Sandbox } from './port.ts';
import { createSandbox } from './sandbox.ts';

const isolated = (await probeIsolation()).isolated;
const CONFINED = fileURLToPath(new URL('../../main/confined.ts', import.meta.url));

/** A program for children that misbehaves on demand; plain JavaScript, so that it starts fast. */
const MISBEHAVING = `
const net = require('node:net'); const fs = require('node:fs');
let text = ''; const started = process.hrtime.bigint().toString();
const say = (line) => process.stdout.write(line + '\\n');
const tasks = {
  echo: (r) => say(JSON.stringify({ id: r.id, status: 'done', output: r.input })),
  crash: () => process.exit(7),
  abort: () => process.abort(),
  hang: () => { for (;;); },
  sleep: () => {},
  pause: (r) => setTimeout(() => tasks.self(r), 300),
  memory: () => { const all = []; for (;;) all.push(new Array(100000).fill(all.length)); },
  garbage: () => say('no json'),
  loud: () => { const chunk = 'x'.repeat(1 << 20); for (let i = 0; i < 40; i++) process.stdout.write(chunk); },
  otherId: (r) => say(JSON.stringify({ id: r.id + 1, status: 'done', output: null })),
  self: (r) => say(JSON.stringify({ id: r.id, status: 'done', output: started })),
  spent: (r) => say(JSON.stringify({ id: r.id, status: 'done', output: started, spent: true })),
  environment: (r) => say(JSON.stringify({ id: r.id, status: 'done', output: Object.keys(process.env) })),
  read: (r) => attempt(r, () => fs.readFileSync(r.input, 'utf8')),
  write: (r) => attempt(r, () => fs.writeFileSync(r.input, 'x')),
  start: (r) => attempt(r, () => require('node:child_process').execFileSync('true')),
  connect: (r) => {
    const socket = net.connect(r.input, '127.0.0.1');
    socket.on('connect', () => say(JSON.stringify({ id: r.id, status: 'done', output: 'connected' })));
    socket.on('error', (e) => say(JSON.stringify({ id: r.id, status: 'done', output: e.code })));
  },
};
function attempt(r, run) {
  let output; try { run(); output = 'allowed'; } catch (e) { output = e.code; }
  say(JSON.stringify({ id: r.id, status: 'done', output }));
}
process.stdin.on('data', (piece) => {
  text += piece;
  for (let end = text.indexOf('\\n'); end !== -1; end = text.indexOf('\\n')) {
    const request = JSON.parse(text.slice(0, end)); text = text.slice(end + 1); tasks[request.task](request);
  }
});
process.stdin.on('end', () => process.exit(0));
`;

const readableAnswer = () => true;

let folder = '';
let sandbox: Sandbox;
const task = (name: string, input: unknown = null, timeoutMs = 20_000): ConfinedTask => ({
  task: name,
  input,
  files: [],
  timeoutMs,
});

/** Two children at most, the second soon. */
const impatient = () => ({
  entry: join(folder, 'misbehaving.cjs'),
  nodePath: process.execPath,
  ...{ readable: [], memoryMb: 64, workers: 2, patienceMs: 700, readableAnswer },
});

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'pratique-sandbox-')));
  await writeFile(join(folder, 'misbehaving.cjs'), MISBEHAVING);
  const entry = join(folder, 'misbehaving.cjs');
  sandbox = createSandbox({
    entry,
    nodePath: process.execPath,
    readable: [],
    workers: 1,
    memoryMb: 64,
    readableAnswer,
  });
});

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

describe.skipIf(!isolated)('the sandbox (skipped where namespaces are forbidden)', () => {
  it.each([
    ['crash', /ended with code 7/],
    ['abort', /ended/],
    ['hang', /longer than 1500 ms/],
    ['sleep', /longer than 1500 ms/],
    ['garbage', /no answer/],
    ['otherId', /no answer/],
    ['loud', /more than an answer/],
    ['no-such-task', /ended with code 1.*/],
  ])('costs one task when a child does: %s', async (name, reason) => {
    const timeout = name === 'hang' || name === 'sleep' ? 1500 : 20_000;
    const outcome = await sandbox.run(task(name, null, timeout));
    expect(outcome).toEqual({ status: 'failed', reason: expect.stringMatching(reason) });
    expect(await sandbox.run(task('echo', { n: 1 }))).toEqual({ status: 'done', output: { n: 1 } });
  });

  it('takes the last answer of a child that is spent, and gives it no more tasks', async () => {
    const last = await sandbox.run(task('spent'));
    const next = await sandbox.run(task('self'));
    expect([last.status, next.status]).toEqual(['done', 'done']);
    expect(next).not.toEqual(last);
  });

  it('holds rules against files as before once a rule has broken the engine', async () => {
    const pool = createSandbox({
      entry: CONFINED,
      nodePath: process.execPath,
      ...{ readable: [], workers: 1, memoryMb: 256, readableAnswer },
    });
    const rules = (text: string) => task('check-rules', { sources: [{ name: 'a', text }] });
    const deep = await pool.run(rules(`rule x { condition: ${'('.repeat(20_000)}true${')'.repeat(20_000)} }`));
    expect(deep).toMatchObject({ status: 'done', output: { status: 'refused' } });
    expect(await pool.run(rules('rule x { condition: true }'))).toEqual({
      status: 'done',
      output: { status: 'compiled', count: 1 },
    });
    await pool.close();
  });

  it('costs one task when a child says what there is no room for', async () => {
    const entry = join(folder, 'misbehaving.cjs');
    const small = (answer: Uint8Array) => answer.length < 1000;
    const options = { entry, nodePath: process.execPath, readable: [], workers: 1, memoryMb: 64 };
    const pool = createSandbox({ ...options, readableAnswer: small });
    const [before, outcome, after] = [
      await pool.run(task('self')),
      await pool.run(task('echo', 'x'.repeat(1000))),
      await pool.run(task('self')),
    ];
    expect(outcome).toEqual({ status: 'failed', reason: expect.stringMatching(/more memory to read than there is/) });
    expect([before.status, after.status]).toEqual(['done', 'done']);
    expect(after).not.toEqual(before);
    await pool.close();
  });

  it('costs one task when a child runs out of memory', async () => {
    expect(await sandbox.run(task('memory'))).toEqual({ status: 'failed', reason: 'it ran out of memory' });
    expect(await sandbox.run(task('echo', 2))).toEqual({ status: 'done', output: 2 });
  });

  it('ends a child by processor time, whatever the timeout', async () => {
    const entry = join(folder, 'misbehaving.cjs');
    const options = {
      entry,
      nodePath: process.execPath,
      readable: [],
      workers: 1,
      memoryMb: 64,
      cpuSeconds: 2,
      readableAnswer,
    };
    const short = createSandbox(options);
    expect(await short.run(task('hang', null, 50_000))).toMatchObject({ status: 'failed' });
    await short.close();
  });

  it('hides environment, files, network and processes', async () => {
    expect(await sandbox.run(task('environment'))).toEqual({
      status: 'done',
      output: ['PATH', 'MALLOC_ARENA_MAX', 'MALLOC_MMAP_MAX_', 'MALLOC_MMAP_THRESHOLD_', 'MALLOC_TRIM_THRESHOLD_'],
    });
    expect(await sandbox.run(task('read', '/etc/passwd'))).toEqual({ status: 'done', output: 'ERR_ACCESS_DENIED' });
    expect(await sandbox.run(task('write', join(folder, 'x')))).toEqual({
      status: 'done',
      output: 'ERR_ACCESS_DENIED',
    });
    expect(await sandbox.run(task('start'))).toEqual({ status: 'done', output: 'ERR_ACCESS_DENIED' });
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const outcome = await sandbox.run(task('connect', port));
    server.close();
    expect(outcome).toMatchObject({ status: 'done', output: expect.stringMatching(/ENETUNREACH|ECONNREFUSED/) });
    expect(await sandbox.isolation()).toMatchObject({ isolated: true });
  });

  it('refuses files outside the folders it was made for', async () => {
    const outcome = await sandbox.run({ ...task('echo'), files: ['/etc/passwd'] });
    expect(outcome).toEqual({ status: 'failed', reason: 'the sandbox may not read /etc/passwd' });
  });

  it('serves many callers with few children', async () => {
    const outcomes = await Promise.all(Array.from({ length: 80 }, (_, n) => sandbox.run(task('echo', n))));
    expect(outcomes).toEqual(Array.from({ length: 80 }, (_, n) => ({ status: 'done', output: n })));
  });

  it('starts another child only when a task has waited long enough for the first', async () => {
    const pool = createSandbox({ ...impatient(), idleMs: 200 });
    const ids = async (names: readonly string[]) =>
      new Set((await Promise.all(names.map((name) => pool.run(task(name))))).map((outcome) => JSON.stringify(outcome)));
    expect((await ids(['self', 'self', 'self'])).size).toBe(1);
    const stuck = pool.run(task('sleep', null, 4000));
    const other = await pool.run(task('self'));
    expect(other).toMatchObject({ status: 'done' });
    expect((await ids(['self', 'self'])).has(JSON.stringify(other))).toBe(true);
    expect(await stuck).toMatchObject({ status: 'failed' });
    await wait(800);
    expect((await ids(['self'])).has(JSON.stringify(other))).toBe(false);
    await pool.close();
  });

  it('starts no other child while one task after the other ends, however long the line is', async () => {
    const pool = createSandbox(impatient());
    const first = await pool.run(task('self'));
    const line = [...Array(5).fill('pause'), 'self'].map((name: string) => pool.run(task(name)));
    expect((await Promise.all(line)).at(-1)).toEqual(first);
    await pool.close();
  });

  it('answers every caller when it is closed', async () => {
    const entry = join(folder, 'misbehaving.cjs');
    const other = createSandbox({
      entry,
      nodePath: process.execPath,
      readable: [],
      workers: 1,
      memoryMb: 64,
      readableAnswer,
    });
    const waiting = [other.run(task('sleep')), other.run(task('echo'))];
    await wait(300);
    await other.close();
    for (const outcome of await Promise.all(waiting)) expect(outcome.status).toBe('failed');
    expect(await other.run(task('echo'))).toMatchObject({ status: 'failed' });
  });

  it('takes its children along when the parent is killed', async () => {
    const entry = join(folder, 'hanging-forever.cjs');
    await writeFile(entry, MISBEHAVING);
    const script = `
      import { createSandbox } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)};
      const s = createSandbox({ entry: ${JSON.stringify(entry)}, nodePath: process.execPath, readable: [], workers: 1, memoryMb: 64, readableAnswer: () => true });
      await s.run({ task: 'echo', input: 1, files: [], timeoutMs: 20000 });
      console.log('ready');
      await s.run({ task: 'hang', input: 1, files: [], timeoutMs: 60000 });`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => parent.stdout.once('data', resolve));
    await wait(200);
    expect(await processesWith(entry)).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    let left = await processesWith(entry);
    for (let tries = 0; left > 0 && tries < 100; tries += 1) {
      await wait(50);
      left = await processesWith(entry);
    }
    expect(left).toBe(0);
  });
});

describe.skipIf(!isolated)('the confined program (skipped where namespaces are forbidden)', () => {
  it('examines archives of the folder it may read, and knows no other task', async () => {
    const path = join(folder, 'broken');
    await writeFile(path, 'no zip');
    const options = {
      entry: CONFINED,
      nodePath: process.execPath,
      readable: [folder],
      workers: 1,
      memoryMb: 128,
      readableAnswer,
    };
    const confined = createSandbox(options);
    const input = { ecosystem: 'pypi', path, filename: 'a-1-py3-none-any.whl', name: 'a', version: '1' };
    const outcome = await confined.run({ ...task('examine-archive', input), files: [path] });
    expect(outcome).toMatchObject({ status: 'done', output: { problems: [{ code: 'not-a-zip' }], metadata: null } });
    const unlisted = await confined.run(task('examine-archive', input));
    expect(unlisted).toMatchObject({ status: 'failed' });
    expect(await confined.run(task('toString'))).toEqual({ status: 'failed', reason: 'there is no task toString' });
    expect(await confined.run(task('examine-archive', { nonsense: true }))).toMatchObject({ status: 'failed' });
    await confined.close();
  });
});

describe('isolation', () => {
  it('is told as it is', async () => {
    const possible = await new Promise((resolve) => {
      execFile('unshare', ['-rnp', '--fork', '--mount-proc', 'true'], (error) => resolve(error === null));
    });
    expect(await sandbox.isolation()).toMatchObject({ isolated: possible });
  });
});

/** How many processes have a text in their command line. */
async function processesWith(text: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.split('\0').includes(text)).length;
}
