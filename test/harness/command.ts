/** One command of the command line in this process, with what it prints kept: what makes hundreds of them affordable. */
import { processHost } from '../../src/main/host.ts';
import type { CliHost } from '../../src/surfaces/cli/app.ts';
import { runCli } from '../../src/surfaces/cli/program.ts';

export interface Ran {
  /** -1 where the command named none. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Nothing is taken from the environment of who runs the tests: neither who acts, nor a server, nor a token. */
export const NO_DEFAULTS = { actor: undefined, server: undefined, token: undefined } as const;

/** Runs it as where no terminal is; `change` is what of this process's host is another one. */
export async function runCommand(
  words: readonly string[],
  { version = '0', ...change }: Partial<CliHost> & { readonly version?: string } = {},
): Promise<Ran> {
  const out: Uint8Array[] = [];
  let code = -1;
  let err = '';
  const streams = {
    out: (text: string | Uint8Array) => void out.push(typeof text === 'string' ? Buffer.from(text) : text),
    err: (text: string) => {
      err += text;
    },
    isTerminal: false,
  };
  const exit = (given: number) => {
    code = given;
  };
  await runCli({ ...processHost(), ...change, streams, exit }, version, words);
  return { code, out: Buffer.concat(out).toString('utf8'), err };
}
