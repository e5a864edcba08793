/** What serving is compared with: nginx from disk, and `node:http` with a prepared buffer and nothing else. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that answers `/index`, `/file` and nothing else. */
export interface Peer {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** How long a peer may take to start: 100 times 50 ms. */
const TRIES = 100;
const TRY_MS = 50;

/** nginx with one worker, prepared gzip, sendfile and keep-alive without end. */
export async function startNginx(content: { readonly gzip: Buffer; readonly file: Buffer }): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-nginx-'));
  // The worker of a root-started nginx runs as another user.
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'index.json'), 'not compressed');
  await writeFile(join(folder, 'index.json.gz'), content.gzip);
  await writeFile(join(folder, 'file'), content.file);
  const port = await freePort();
  const pidFile = join(folder, 'pid');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${pidFile}; error_log ${join(folder, 'errors')};
events { worker_connections 256; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; default_type application/octet-stream;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  server { listen 127.0.0.1:${port}; root ${folder}; location = /index { try_files /index.json =404; gzip_static on; } }
}
`,
  );
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await answering(`${url}/index`);
  const master = readFileSync(pidFile, 'utf8').trim();
  const worker = Number(readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ')[0]);
  return { pid: worker, url, stop: () => ended(child).then(() => rm(folder, { recursive: true, force: true })) };
}

/** The least that `node:http` can do: headers and body stand ready, and the file is open. */
export async function startPlain(content: { readonly gzip: Buffer; readonly file: Buffer }): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-plain-'));
  const file = join(folder, 'file');
  await writeFile(file, content.file);
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'plain-server.ts'), String(port), file], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(content.gzip);
  const url = `http://127.0.0.1:${port}`;
  await answering(`${url}/index`);
  const put = () => rm(folder, { recursive: true, force: true });
  return { pid: child.pid ?? 0, url, stop: () => ended(child).then(put) };
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const answer = await fetch(url, { headers: { 'accept-encoding': 'identity' } }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer !== undefined) return;
    await sleep(TRY_MS);
  }
  throw new RangeError(`${url} does not answer`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
