import { execFile } from 'node:child_process';
import { Problem } from '../../domain/problem.ts';
import type { Programs } from './port.ts';

/** Milliseconds for a program that answers a question (pip starts in one or two seconds on a slow disk). */
const DEFAULT_TIMEOUT = 60_000;
/** Bytes of output of one stream; a program that prints more is ended. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/**
 * Runs programs that the operator trusts: never through a shell, never with input, and only with the variables of
 * `environment` and those given in the call. Throws `program-not-found`, `program-too-slow` or `program-too-loud`; a
 * program that ends with another code than 0 is an answer, not an error.
 */
export function createPrograms(environment: Readonly<Record<string, string>>): Programs {
  return {
    run: (command, args, options = {}) =>
      new Promise((resolve, reject) => {
        const timeout = options.timeoutMs ?? DEFAULT_TIMEOUT;
        const env = { ...environment, ...options.env };
        const settings = { env, timeout, maxBuffer: MAX_OUTPUT, killSignal: 'SIGKILL', encoding: 'utf8' } as const;
        const child = execFile(command, [...args], settings, (error, stdout, stderr) => {
          if (error === null) resolve({ code: 0, stdout, stderr });
          else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
          else reject(problemOf(command, error, timeout));
        });
        child.stdin?.end();
      }),
  };
}

function problemOf(
  command: string,
  error: Error & { readonly code?: unknown; readonly killed?: boolean },
  timeout: number,
): Problem {
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    return new Problem({
      kind: 'could-not-check',
      code: 'program-not-found',
      what: `The program ${command} cannot be started`,
      why: `${error.code}`,
      next: 'Install it, or set its path in the configuration',
    });
  }
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new Problem({
      kind: 'could-not-check',
      code: 'program-too-loud',
      what: `The program ${command} printed more than ${MAX_OUTPUT} bytes`,
    });
  }
  return new Problem({
    kind: 'could-not-check',
    code: 'program-too-slow',
    what: `The program ${command} was ended`,
    why: error.killed === true ? `it took longer than ${timeout} ms` : error.message,
  });
}
