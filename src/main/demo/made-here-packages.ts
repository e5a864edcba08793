/** The packages that the demo makes itself, and the process that offers them. */
import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import { type MadeHereUpstream, startMadeHereUpstream } from './made-here-upstream.ts';
import { makeWheel } from './made-here-wheels.ts';

/** What the researcher wants, and what nobody will clear. */
export const MADE_HERE = { wanted: 'tidewater', uncleared: 'saltmarsh' } as const;

/** A small tree: one package, two dependencies, one of them shared; and one package beside it. */
export async function startMadeHerePackages(): Promise<MadeHereUpstream> {
  return startMadeHereUpstream([
    await makeWheel({ name: 'tidewater', version: '2.1.0', requires: ['harbour>=1.0', 'estuary>=0.4'] }),
    await makeWheel({ name: 'tidewater', version: '2.0.0', requires: ['harbour>=1.0'] }),
    await makeWheel({ name: 'harbour', version: '1.2.0', requires: ['estuary'] }),
    await makeWheel({ name: 'estuary', version: '0.4.1', requiresPython: '>=3.8' }),
    await makeWheel({ name: 'saltmarsh', version: '1.0.0' }),
  ]);
}

/** An upstream in a process of its own: with `--keep` it outlives the demonstration, and ends with the kept server. */
export interface MadeHereProcess {
  /** Ends in `/simple/`. */
  readonly indexUrl: string;
  /** From now on it ends when that process does, not with this one. */
  follow(pid: number): void;
  stop(): void;
}

const ENTRY = join(import.meta.dirname, `made-here-process${extname(import.meta.filename)}`);

/** Starts the process and waits for its address. Throws `demo-upstream` where it does not come up. */
export async function startMadeHereProcess(): Promise<MadeHereProcess> {
  const child = spawn(process.execPath, [ENTRY], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const indexUrl = await new Promise<string>((resolve, reject) => {
    const failed = (why: string) => {
      const what = 'The packages made here cannot be offered';
      reject(new Problem({ kind: 'internal', code: 'demo-upstream', what, why }));
    };
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code) => failed(`the process ended with ${code}`));
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
  });
  child.unref();
  child.stdout.destroy();
  return {
    indexUrl,
    follow: (pid) => void child.stdin.end(`${pid}\n`),
    stop: () => void child.kill('SIGTERM'),
  };
}
