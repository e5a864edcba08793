/**
 * One throw-away PostgreSQL cluster for a whole run of the tests, started by whichever test needs it first.
 * As vitest's global set-up this names the folder; as its teardown it stops what was started there and removes it.
 */
import { mkdirSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverAccount } from '../../src/platform/db/account.ts';
import type { Connection } from '../../src/platform/db/connect.ts';
import { openPlace, type Place, removePlace } from '../../src/platform/db/place.ts';
import { connectionOf, ensureServer, stopServer } from '../../src/platform/db/server.ts';

const VARIABLE = 'PRATIQUE_TEST_CLUSTER';
const PREFIX = 'pratique-test-';
/** Creating and starting a cluster takes 2 s; on a machine under load, a minute is generous. */
const START_TIMEOUT_MS = 60_000;

/** Nothing of a test cluster survives a test run, so nothing waits for the disk. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/** vitest's global set-up and, returned, its teardown. */
export default async function setup(): Promise<() => Promise<void>> {
  await sweepDeadRuns();
  const folder = join(tmpdir(), `${PREFIX}${process.pid}`);
  // Open to pass through, so that the server's account finds its cluster inside.
  mkdirSync(join(folder, 'home'), { mode: 0o755, recursive: true });
  process.env[VARIABLE] = folder;
  return () => remove(folder);
}

/** Connection to the run's cluster (its maintenance database); starts it when nobody did. */
export async function testCluster(): Promise<{
  readonly place: Place;
  connection(database: string): Connection;
}> {
  const folder = process.env[VARIABLE];
  if (folder === undefined)
    throw new Error('test/harness/cluster.ts must be in globalSetup of the vitest configuration');
  const place = await openPlace({ home: join(folder, 'home') });
  await started(folder, place);
  return { place, connection: (database) => connectionOf(place, database) };
}

async function started(folder: string, place: Place): Promise<void> {
  const ready = join(folder, 'ready');
  const first = await mkdir(join(folder, 'starting')).then(
    () => true,
    () => false,
  );
  if (first) {
    await ensureServer(place, { path: process.env['PATH'], pgBin: process.env['PGBIN'], settings: NOT_DURABLE });
    await mkdir(ready);
    return;
  }
  const giveUp = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < giveUp) {
    if (await exists(ready)) return;
    await sleep(20);
  }
  throw new Error('the test cluster did not start: see the first failing test');
}

async function remove(folder: string): Promise<void> {
  if (await exists(join(folder, 'starting'))) {
    const place = await openPlace({ home: join(folder, 'home') });
    await stopServer(place);
    await removePlace(place);
  }
  await rm(folder, { recursive: true, force: true });
}

/** A run that was killed could not clean up: the next one does it for it. */
async function sweepDeadRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)$`).exec(name)?.[1]);
    if (!Number.isInteger(pid) || pid === process.pid || (await exists(`/proc/${pid}`))) continue;
    await remove(join(tmpdir(), name)).catch(() => undefined);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A folder that the database server's account can pass through, for tests that start servers of their own. */
export async function reachableFolder(folder: string): Promise<void> {
  if ((await serverAccount()) !== undefined) await chmod(folder, 0o755);
}
