/** `pratique serve`: registry, pages and operator's addresses in this process, workers in a child of the same group. */
import { spawn } from 'node:child_process';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { Problem } from '../domain/problem.ts';
import type { Environment } from '../platform/environment/environment.ts';
import { createApp, type OpenApp } from './app.ts';
import { openFoundation } from './foundation.ts';
import { openHome } from './home.ts';
import { createHttpServer } from './http-server.ts';
import { createHandler } from './requests.ts';
import { untilAskedToStop } from './stopping.ts';

interface ServeAsk {
  readonly port: number | undefined;
  readonly host: string | undefined;
}

/** Pauses before a worker that ended by itself is started again, in milliseconds: doubled each time up to the longest. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Memory of the worker: a tree of a hundred releases for ten targets keeps some 140 MB; this is the limit of its heap, in MiB. */
const WORKER_MEMORY = ['--max-old-space-size=384'];
/**
 * What the worker frees goes back to the system: with an arena for every thread, glibc keeps what each once needed
 * (mallopt(3)). Whatever the operator sets goes before this.
 */
const WORKER_ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '1048576' } as const;

/** Serves until a signal; then what is in flight is finished and everything put away. */
export async function serveHome(folder: string, environment: Environment, ask: ServeAsk): Promise<void> {
  const stop = untilAskedToStop();
  const app = createApp(await openFoundation({ home: await openHome(folder), environment, logTo: 'stderr' }));
  try {
    await app.rooms.signIn.sealSecrets();
    const handler = await createHandler(app);
    const server = createHttpServer(handler.handle);
    const url = await listen(server.listener, app, ask);
    const worker = superviseWorker(app, environment);
    process.stdout.write(`listening on ${url}\n`);
    app.foundation.log.info('serving', { process: process.pid, end: `kill ${process.pid}` });
    await stop;
    await server.close();
    await worker.stop();
    await handler.close();
  } finally {
    await app.close();
  }
}

async function listen(server: Server, { foundation }: OpenApp, ask: ServeAsk): Promise<string> {
  const { host: configuredHost, port: configuredPort } = foundation.config.server;
  const host = ask.host ?? configuredHost;
  const port = ask.port ?? configuredPort;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: unknown) => {
    throw new Problem({
      kind: 'could-not-check',
      code: 'cannot-listen',
      what: `The server cannot listen on ${host}:${port}`,
      why: error instanceof Error ? error.message : String(error),
      next: 'Choose another --port (0 picks a free one) or --host.',
    });
  });
  return urlOf(host, server.address());
}

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Vetting needs memory that serving should not hold: it runs in a process of its own, started again when it ends. */
function superviseWorker(app: OpenApp, environment: Environment) {
  const { home, log } = app.foundation;
  const entry = join(import.meta.dirname, `cli${extname(import.meta.filename)}`);
  let stopping = false;
  let pause = FIRST_PAUSE_MS;
  let ended: Promise<void> = Promise.resolve();
  let child: ReturnType<typeof spawn> | undefined;
  const start = () => {
    // Its standard input is held open here: however this process ends, the worker hears of it and ends too.
    const started = spawn(process.execPath, [...WORKER_MEMORY, entry, 'work', '--attached', '--home', home.folder], {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { ...WORKER_ALLOCATOR, ...environment.all },
    });
    child = started;
    ended = new Promise((resolve) => {
      started.once('error', () => resolve());
      started.once('exit', (code, signal) => {
        resolve();
        if (stopping) return;
        log.error('the worker ended', { code, signal });
        setTimeout(() => (stopping ? undefined : start()), pause).unref();
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      });
    });
  };
  start();
  return {
    async stop() {
      stopping = true;
      child?.kill('SIGTERM');
      await ended;
    },
  };
}
