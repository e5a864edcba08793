/** The work of a home as a thread of the process that serves it: `workers.ts` starts it and says when it should end. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { readEnvironment } from '../platform/environment/environment.ts';
import { workUntil } from './work.ts';

const asked = new Promise<void>((resolve) => parentPort?.once('message', () => resolve()));
await workUntil(asked, z.string().parse(workerData), readEnvironment());
