/** A worker beside the server on a real home: as a thread, and as what follows a thread that ran out of its heap. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { workerProcessesOf } from '../../test/harness/worker-processes.ts';
import { openPlace, removePlace } from '../platform/db/place.ts';
import { stopServer } from '../platform/db/server.ts';
import { readEnvironment } from '../platform/environment/environment.ts';
import { initHome } from './init.ts';
import { startWorkerProcess, startWorkerThread } from './workers.ts';
import { superviseWorker } from './working.ts';

const root = mkdtempSync(join(tmpdir(), 'pratique-workers-'));
const home = join(root, 'home');
const environment = readEnvironment();

beforeAll(() => initHome(home, environment), 60_000);

afterAll(async () => {
  const place = await openPlace({ home });
  await stopServer(place);
  await removePlace(place);
  rmSync(root, { recursive: true, force: true });
}, 60_000);

it('a thread ends by itself when it is asked to', async () => {
  const worker = startWorkerThread(home);
  worker.askToEnd();
  expect(await worker.ended).toEqual({ reason: 'code 0', outOfHeap: false });
});

it('a thread that runs out of its heap ends alone, and a process follows it', async () => {
  const said: unknown[] = [];
  const log = { error: (message: string, data: unknown) => void said.push({ message, data }) };
  const work = superviseWorker(log, {
    // Too little to load the program.
    first: () => startWorkerThread(home, 8),
    roomier: () => startWorkerProcess(home, environment),
  });
  await expect.poll(() => workerProcessesOf(home), { timeout: 60_000 }).toBe(1);
  expect(said).toEqual([{ message: 'the worker ended', data: { reason: expect.stringContaining('memory limit') } }]);
  await work.stop();
  expect(workerProcessesOf(home)).toBe(0);
});
