/** The process around the command line: its streams, its environment, its home. */
import { createInterface } from 'node:readline/promises';
import { Problem } from '../domain/problem.ts';
import { systemClock } from '../platform/clock/system.ts';
import { readEnvironment } from '../platform/environment/environment.ts';
import type { CliHost } from '../surfaces/cli/app.ts';
import { createApp } from './app.ts';
import { backupHome, migrateHome, restoreHome } from './care.ts';
import { runDemo } from './demo/demo.ts';
import { examine } from './doctor.ts';
import { openFoundation } from './foundation.ts';
import { chooseHome, openHome } from './home.ts';
import { initHome } from './init.ts';
import { serveHome } from './serve.ts';
import { workOnHome } from './work.ts';

/** The host of this process. */
export function processHost(): CliHost {
  const environment = readEnvironment();
  const clock = systemClock();
  return {
    streams: {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      isTerminal: process.stderr.isTTY === true,
    },
    defaults: { actor: environment.all.PRATIQUE_AS, server: environment.server },
    operations: {
      init: (folder) => initHome(folder, environment),
      serve: (folder, ask) => serveHome(folder, environment, ask),
      work: (folder) => workOnHome(folder, environment),
      demo: runDemo,
      doctor: (folder, ask) => examine(folder, environment, ask),
      backup: (folder, file, ask) => backupHome({ folder, environment, file, ...ask }),
      restore: (folder, file, ask) => restoreHome({ folder, environment, file, ...ask }),
      migrate: (folder) => migrateHome(folder, environment),
    },
    now: () => clock.now(),
    mayAsk: process.stdin.isTTY === true,
    ask: askOnTerminal,
    exit: (code) => {
      process.exitCode = code;
    },
    homeFolder: (asked) => chooseHome(asked, environment.home),
    open: async (folder) =>
      createApp(await openFoundation({ home: await openHome(folder), environment, logTo: 'file' })),
  };
}

/** An end of input (Ctrl-D) or Ctrl-C instead of an answer ends the command as a wrong usage. */
async function askOnTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<never>((_, reject) => {
    terminal.once('close', () =>
      reject(new Problem({ kind: 'usage', code: 'no-answer', what: 'No answer was given' })),
    );
  });
  try {
    return await Promise.race([terminal.question(question), closed]);
  } finally {
    closed.catch(() => undefined);
    terminal.close();
  }
}
