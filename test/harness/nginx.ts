/** The real nginx of the operating system, for tests and for what serving is compared with. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Nginx {
  /** The process that answers. */
  readonly worker: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** How long it may take to start: 100 times 50 ms. */
const TRIES = 100;
const TRY_MS = 50;
const OPERATIONS = join(import.meta.dirname, '..', '..', 'docs', 'operations.md');

export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v'], { stdio: 'ignore' }).error === undefined;
}

/** Starts one worker with what stands in its `http` block. */
export async function startNginx(
  http: (at: { readonly port: number; readonly folder: string }) => string,
): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  // The worker of an nginx that root started runs as another user.
  await chmod(folder, 0o755);
  const port = await freePort();
  const pidFile = join(folder, 'pid');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`);
  await writeFile(
    join(folder, 'nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root;' : ''} worker_processes 1; daemon off; pid ${pidFile}; error_log ${join(folder, 'errors')};
events { worker_connections 256; }
http {
  access_log off; keepalive_requests 1000000000; default_type application/octet-stream;
  ${temporary.join(' ')}
  ${http({ port, folder })}
}
`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await answering(url);
  const master = readFileSync(pidFile, 'utf8').trim();
  const worker = Number(readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ')[0]);
  return { worker, url, stop: () => ended(child).then(() => rm(folder, { recursive: true, force: true })) };
}

/** nginx in front of a server as the operator's manual has it: the snippet of docs/operations.md with these places. */
export async function startFront(at: { readonly server: string; readonly blobs: string }): Promise<Nginx> {
  const snippet = /```nginx\n(.*?)```/s.exec(await readFile(OPERATIONS, 'utf8'))?.[1] ?? '';
  return await startNginx(({ port }) =>
    snippet
      .replace('127.0.0.1:8650', new URL(at.server).host)
      .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
      .replaceAll(/^ *ssl_.*\n/gm, '')
      .replace('/srv/pratique/blobs/', `${at.blobs}/`),
  );
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Waits until something answers, whatever it says. */
export async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const answer = await fetch(url, { headers: { 'accept-encoding': 'identity' } }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer !== undefined) return;
    await sleep(TRY_MS);
  }
  throw new RangeError(`${url} does not answer`);
}

/** Ends a process that was started here. */
export async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
