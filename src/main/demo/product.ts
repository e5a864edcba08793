/** The real product, as the demo uses it: the command line in child processes, and a server of its own. */
import { execFile, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import { readEnvironment } from '../../platform/environment/environment.ts';
import { entryOf } from '../entry.ts';

const run = promisify(execFile);
const ENTRY = entryOf('cli');

/** A first start creates the database; on a loaded machine that takes tens of seconds. */
const START_TIMEOUT_MS = 120_000;
/** A command that vets a tree without a server downloads it: minutes at worst. */
const COMMAND_TIMEOUT_MS = 900_000;
/** `serve` promises to stop within 30 s. */
const STOP_TIMEOUT_MS = 40_000;
const LARGEST_OUTPUT_BYTES = 64 * 1024 * 1024;
const POLL_MS = 100;

export interface Server {
  readonly url: string;
  /** The process to end. */
  readonly pid: number;
  stop(): Promise<void>;
}

export interface Product {
  /** Runs one command with `--json` and gives its document, parsed. Throws `demo-command` where it does not end with 0. */
  command<T>(schema: z.ZodType<T>, args: readonly string[]): Promise<T>;
  serve(): Promise<Server>;
}

const errorDocument = z.object({
  error: z.object({ code: z.string(), what: z.string(), why: z.string().nullable() }),
});

/** The product on one home. */
export function productAt(home: string): Product {
  return {
    async command(schema, args) {
      const all = [ENTRY, ...args, '--home', home, '--json'];
      const { stdout } = await run(process.execPath, all, {
        timeout: COMMAND_TIMEOUT_MS,
        maxBuffer: LARGEST_OUTPUT_BYTES,
      }).catch((error: unknown) => {
        throw commandFailed(args, error);
      });
      return schema.parse(JSON.parse(stdout));
    },
    serve: () => startServer(home),
  };
}

function commandFailed(args: readonly string[], error: unknown): Problem {
  const printed = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
  const parsed = errorDocument.safeParse(jsonOf(printed));
  const why = parsed.success
    ? [parsed.data.error.what, parsed.data.error.why].filter((part) => part !== null).join(': ')
    : error instanceof Error
      ? error.message
      : String(error);
  return new Problem({
    kind: 'internal',
    code: 'demo-command',
    what: `pratique ${args.join(' ')} failed`,
    why,
    cause: error,
  });
}

async function startServer(home: string): Promise<Server> {
  const log = join(home, 'logs', 'serve.log');
  const output = openSync(log, 'a', 0o600);
  const before = (await readFile(log, 'utf8')).length;
  // Its own session and no pipe to us, and nothing that says that npx waits: with --keep it goes on when the demo has ended.
  const { npm_command: _npx, ...env } = readEnvironment().all;
  const child = spawn(process.execPath, [ENTRY, 'serve', '--home', home, '--port', '0'], {
    detached: true,
    env,
    stdio: ['ignore', output, output],
  });
  child.unref();
  let exited = false;
  child.once('exit', () => {
    exited = true;
  });
  const { pid } = child;
  for (let waited = 0; waited < START_TIMEOUT_MS && !exited; waited += POLL_MS) {
    const url = /listening on (http:\S+)/.exec((await readFile(log, 'utf8')).slice(before))?.[1];
    if (url !== undefined && pid !== undefined) return { url, pid, stop: () => stopped(child, () => exited) };
    await sleep(POLL_MS);
  }
  const tail = (await readFile(log, 'utf8')).trim().split('\n').slice(-4).join(' ');
  throw new Problem({ kind: 'internal', code: 'demo-server', what: 'The server did not start', why: tail });
}

async function stopped(child: { kill(signal: 'SIGTERM'): boolean }, isOver: () => boolean): Promise<void> {
  child.kill('SIGTERM');
  for (let waited = 0; waited < STOP_TIMEOUT_MS; waited += POLL_MS) {
    if (isOver()) return;
    await sleep(POLL_MS);
  }
  throw new Problem({ kind: 'internal', code: 'demo-server', what: 'The server did not stop in time' });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
