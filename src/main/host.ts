/** The process around the command line: its streams, its environment, its home. */
import { createInterface } from 'node:readline/promises';
import { Problem } from '../domain/problem.ts';
import { systemClock } from '../platform/clock/system.ts';
import { type Environment, readEnvironment } from '../platform/environment/environment.ts';
import type { CliHost, Operations } from '../surfaces/cli/app.ts';
import { remoteWorkOf } from '../surfaces/cli/remote/works.ts';
import { chooseHome, openHome } from './home.ts';

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
    defaults: { actor: environment.all.PRATIQUE_AS, server: environment.server, token: environment.token },
    remoteWorkOf,
    sendTo: (server, token) => async (call) => (await import('./remote.ts')).sendTo(server, token)(call),
    operations: operationsIn(environment),
    now: () => clock.now(),
    mayAsk: process.stdin.isTTY === true,
    ask: askOnTerminal,
    exit: (code) => {
      process.exitCode = code;
    },
    homeFolder: (asked) => chooseHome(asked, environment.home),
    async open(folder) {
      const [{ createApp }, { openFoundation }] = await Promise.all([import('./app.ts'), import('./foundation.ts')]);
      return createApp(await openFoundation({ home: await openHome(folder), environment, logTo: 'file' }));
    },
  };
}

/** Each is read when it is asked for: a command that needs no server or archive reader starts in half the time. */
function operationsIn(environment: Environment): Operations {
  return {
    init: async (folder) => (await import('./init.ts')).initHome(folder, environment),
    serve: async (folder, ask) => (await import('./serve.ts')).serveHome(folder, environment, ask),
    work: async (folder, { attached }) => (await import('./work.ts')).workOnHome(folder, environment, attached),
    demo: async (ask) => (await import('./demo/demo.ts')).runDemo(ask),
    doctor: async (folder, ask) => (await import('./doctor.ts')).examine(folder, environment, ask),
    backup: async (folder, file, ask) => (await import('./care.ts')).backupHome({ folder, environment, file, ...ask }),
    restore: async (folder, file, ask) =>
      (await import('./care.ts')).restoreHome({ folder, environment, file, ...ask }),
    migrate: async (folder) => (await import('./care.ts')).migrateHome(folder, environment),
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
