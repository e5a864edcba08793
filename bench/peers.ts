/** What serving is compared with: nginx from disk, and `node:http` with a prepared buffer and nothing else. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answering, ended, freePort, startNginx } from '../test/harness/nginx.ts';

/** A server that answers `/index`, files and nothing else. */
export interface Peer {
  /** All processes that work for an answer. */
  readonly pids: readonly number[];
  readonly url: string;
  stop(): Promise<void>;
}

/** nginx with one worker, prepared gzip, sendfile and keep-alive without end; the files by number, `/file/0` and on. */
export async function startBareNginx(content: {
  readonly gzip: Buffer;
  readonly files: readonly Buffer[];
}): Promise<Peer> {
  const root = await mkdtemp(join(tmpdir(), 'bench-nginx-'));
  await chmod(root, 0o755);
  await mkdir(join(root, 'file'));
  await writeFile(join(root, 'index.json'), 'not compressed');
  await writeFile(join(root, 'index.json.gz'), content.gzip);
  for (const [number, file] of content.files.entries()) await writeFile(join(root, 'file', String(number)), file);
  const nginx = await startNginx(
    ({ port }) =>
      `sendfile on; tcp_nopush on;
  server { listen 127.0.0.1:${port}; root ${root}; location = /index { try_files /index.json =404; gzip_static on; } }`,
  );
  const stop = () => nginx.stop().then(() => rm(root, { recursive: true, force: true }));
  return { pids: [nginx.worker], url: nginx.url, stop };
}

/** The least that `node:http` can do: headers and body stand ready, and the file is open. */
export async function startPlain(content: { readonly gzip: Buffer; readonly files: readonly Buffer[] }): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-plain-'));
  const file = join(folder, 'file');
  await writeFile(file, content.files[0] ?? Buffer.alloc(0));
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'plain-server.ts'), String(port), file], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(content.gzip);
  const url = `http://127.0.0.1:${port}`;
  await answering(`${url}/index`);
  const put = () => rm(folder, { recursive: true, force: true });
  return { pids: [child.pid ?? 0], url, stop: () => ended(child).then(put) };
}
