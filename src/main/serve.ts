/** `pratique serve`: registry, pages and operator's addresses in this process; the work beside it (`working.ts`). */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '../domain/problem.ts';
import type { Environment } from '../platform/environment/environment.ts';
import { noteAddress } from './address.ts';
import { createApp, type OpenApp } from './app.ts';
import { openFoundation } from './foundation.ts';
import { dropWaste } from './frugal.ts';
import { openHome } from './home.ts';
import { createHttpServer } from './http-server.ts';
import { createHandler } from './requests.ts';
import { stopWithParent, untilAskedToStop } from './stopping.ts';
import { startWork } from './working.ts';

interface ServeAsk {
  readonly port: number | undefined;
  readonly host: string | undefined;
}

/** Serves until a signal; then what is in flight is finished and everything put away. */
export async function serveHome(folder: string, environment: Environment, ask: ServeAsk): Promise<void> {
  const stop = untilAskedToStop();
  if (environment.isRunByNpx) stopWithParent();
  const app = createApp(await openFoundation({ home: await openHome(folder), environment, logTo: 'stderr' }));
  try {
    await app.rooms.signIn.sealSecrets();
    const handler = await createHandler(app);
    dropWaste();
    const server = createHttpServer(handler.handle, handler.malformed);
    const url = await listen(server.listener, app, ask);
    const forgetAddress = await noteAddress(app.foundation.home, url);
    const work = await startWork(app, environment).catch(async (error: unknown) => {
      await forgetAddress();
      await server.close();
      throw error;
    });
    process.stdout.write(`listening on ${url}\n`);
    app.foundation.log.info('serving', { process: process.pid, end: `kill ${process.pid}` });
    await stop;
    await forgetAddress();
    await server.close();
    await work.stop();
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
