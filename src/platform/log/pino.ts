/** The log, written by pino as JSON lines to standard error or to a file. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, pino } from 'pino';
import type { Log } from './port.ts';
import { redacted, withoutCredentials } from './redaction.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** A file to append to; standard error by default. */
  readonly file?: string | undefined;
}

/** Lines are written as they come (no buffer): the last words of a process that crashes are the ones that matter. */
export function createLog(options: LogOptions): Log & { close(): void } {
  if (options.file !== undefined) mkdirSync(dirname(options.file), { recursive: true });
  const target = destination({ dest: options.file ?? 2, sync: true, append: true });
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    target,
  );
  // A connection that breaks while everything is put away has nobody left to tell, and must not end the process.
  let isClosed = false;
  const writer =
    (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, data?: Readonly<Record<string, unknown>>) => {
      if (!isClosed) logger[level](redacted(data ?? {}), withoutCredentials(message));
    };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    close: () => {
      if (options.file === undefined || isClosed) return;
      isClosed = true;
      target.end();
    },
  };
}

/** Says nothing: for tests and for commands whose own output is all there is to say. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
