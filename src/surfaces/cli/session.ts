/** One run of one command: its global options, its home, who acts, and how its answer is printed. */
import type { Command } from 'commander';
import type { Actor } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { App, CliHost } from './app.ts';
import { EXIT, type ExitCode, exitOf } from './exit-codes.ts';
import { type Answer, type Format, type Printing, printAnswer, printError } from './output.ts';
import { createProgress, type Progress } from './progress.ts';

export interface GlobalOptions {
  readonly home?: string;
  readonly server?: string;
  readonly token?: string;
  readonly as?: string;
  readonly channel?: string;
  readonly json?: boolean;
  readonly format?: Format;
  readonly quiet?: boolean;
}

/** The cleared channel that `init` makes: the one that requests are about where nothing else is said. */
const DEFAULT_CHANNEL = 'tier3';

export interface Session {
  readonly host: CliHost;
  readonly options: GlobalOptions;
  readonly progress: Progress;
  /** Folder of the home that is meant; it may not exist yet. */
  readonly homeFolder: string;
  /** Opens the home once; closed when the command ends. */
  app(): Promise<App>;
  /** Who acts. Throws a `sign-in` problem where nobody was named and the home has not exactly one person. */
  actor(): Promise<Actor>;
  /** `--channel`, else `tier3`. */
  readonly channel: string;
  /** Runs what follows from a change, where no server does. */
  settle(): Promise<void>;
}

/** What a command does; its answer is printed and decides the exit code. */
export type Work<A extends readonly unknown[]> = (session: Session, ...args: A) => Promise<Answer>;

/** Gives a command its action. `name` stands in the JSON envelope. */
export function act<A extends readonly unknown[]>(host: CliHost, name: string, work: Work<A>) {
  return async function run(this: Command, ...args: unknown[]): Promise<void> {
    const options: GlobalOptions = this.optsWithGlobals();
    const printing = printingOf(host, options);
    const session = createSession(host, options);
    try {
      refuseRemote(options, host);
      // Commander passes the command's arguments, then its options, then the command itself.
      const given: unknown = args.slice(0, -1);
      const answer = await work(session, ...argumentsOf<A>(given));
      session.progress.end();
      printAnswer(answer, name, printing);
      host.exit(answer.exit ?? EXIT.done);
    } catch (error) {
      session.progress.end();
      printError(error, printing);
      host.exit(exitOf(error));
    } finally {
      await session.close();
    }
  };
}

/** Commander's types do not carry arguments to a shared action; each command declares them beside `.argument` and `.option`. */
function argumentsOf<A extends readonly unknown[]>(given: unknown): A {
  const isList = (value: unknown): value is A => Array.isArray(value);
  if (isList(given)) return given;
  throw new Problem({ kind: 'internal', code: 'no-arguments', what: 'The command was given no list of arguments' });
}

function printingOf(host: CliHost, options: GlobalOptions): Printing {
  const format: Format = options.json === true ? 'json' : (options.format ?? 'table');
  return { streams: host.streams, format, quiet: options.quiet === true, now: host.now() };
}

function refuseRemote(options: GlobalOptions, host: CliHost): void {
  if ((options.server ?? host.defaults.server) === undefined && options.token === undefined) return;
  throw new Problem({
    kind: 'usage',
    code: 'no-remote-work',
    what: 'This version cannot work on a server elsewhere',
    why: '--server and --token are kept for it, and commands here open the home directly',
    next: 'Run the command on the machine that holds the home, with --home, also while `pratique serve` runs on it.',
  });
}

function createSession(host: CliHost, options: GlobalOptions): Session & { close(): Promise<void> } {
  const homeFolder = host.homeFolder(options.home);
  const progress = createProgress(host.streams, options.quiet === true);
  let opened: Promise<App> | undefined;
  const app = () => {
    opened ??= host.open(homeFolder);
    return opened;
  };
  return {
    host,
    options,
    progress,
    homeFolder,
    app,
    channel: options.channel ?? DEFAULT_CHANNEL,
    actor: async () => actorOf(await app(), options.as ?? host.defaults.actor),
    settle: async () => (await app()).settle(progress.watch),
    close: async () => {
      await opened?.then(
        (one) => one.close(),
        () => undefined,
      );
    },
  };
}

async function actorOf(app: App, named: string | undefined): Promise<Actor> {
  if (named !== undefined) return app.rooms.accounts.actAs(named);
  const people = await app.rooms.people();
  const only = people[0];
  if (only !== undefined && people.length === 1) return app.rooms.accounts.actAs(only.name);
  throw new Problem({
    kind: 'sign-in',
    code: 'nobody-acts',
    what: 'It is not said who acts',
    why: people.length === 0 ? 'this home has no people yet' : `this home has ${people.length} people`,
    next:
      people.length === 0
        ? 'Create the first one: `pratique user create NAME --role operator --code CODE`.'
        : `Add --as NAME (or set PRATIQUE_AS); known are ${people.map((one) => one.name).join(', ')}.`,
  });
}

/** Runs a program's exit through the one place that knows the codes. */
export function usageExit(code: number): ExitCode {
  return code === 0 ? EXIT.done : EXIT.usage;
}
