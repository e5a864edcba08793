/** One run of one command: its global options, its home, who acts, and how its answer is printed. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Actor } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import { listPeople, resolveActor } from '../../features/accounts/read.ts';
import { requireChannel } from '../../features/channels/read.ts';
import { DOSSIER_FORMATS, type DossierFormat } from '../../features/dossier/index.ts';
import type { App, CliHost } from './app.ts';
import { exitOf } from './exit-codes.ts';
import { type Answer, type Printing, printAnswer, printError } from './output.ts';
import { createProgress, type Progress } from './progress.ts';
import { createRemote } from './remote/client.ts';

const globalOptions = z.object({
  home: z.string().optional(),
  server: z.string().optional(),
  token: z.string().optional(),
  as: z.string().optional(),
  channel: z.string().optional(),
  json: z.boolean().optional(),
  format: z.enum(['table', 'json', 'ndjson', ...DOSSIER_FORMATS]).optional(),
  output: z.string().optional(),
  quiet: z.boolean().optional(),
});
type GlobalOptions = z.infer<typeof globalOptions>;

/** The cleared channel that `init` makes: the one that is meant where nothing else is said. */
export const DEFAULT_CHANNEL = 'tier3';

export interface Session {
  readonly host: CliHost;
  readonly progress: Progress;
  /** Folder of the home that is meant; it may not exist yet. */
  readonly homeFolder: string;
  /** `--channel`, else `tier3`. */
  readonly channel: string;
  /** `--channel` where it was given. */
  readonly askedChannel: string | undefined;
  /** The same for what lists are narrowed to: a misspelt one would look like nothing. Throws `unknown-channel`. */
  knownChannel(): Promise<string | undefined>;
  /** Opens the home once; it is closed when the command ends. */
  app(): Promise<App>;
  /** Who acts. Throws a `sign-in` problem where nobody was named and the home has not exactly one person. */
  actor(): Promise<Actor>;
  /** The document that was asked for with `--format`, where the command knows documents. */
  readonly document: DossierFormat | undefined;
  /** Whether one JSON document is asked for: then also what is lines otherwise stands in the envelope. */
  readonly isJson: boolean;
  /** Whether a person is at a terminal and may be asked; never for JSON. */
  readonly mayAsk: boolean;
  /** Whether a person was named, by `--as` or in the environment. */
  readonly isNamed: boolean;
  /** Runs what follows from a change, unless a worker of this home does. */
  settle(): Promise<void>;
}

/** What a command does with its arguments and, last, its options; the answer is printed and decides the exit code. */
export type Work<A extends readonly unknown[]> = (session: Session, ...given: A) => Promise<Answer>;

/** Gives a command its action. `name` stands in the JSON envelope; `given` parses what commander passes. */
export function act<S extends z.ZodType<readonly unknown[]>>(
  host: CliHost,
  name: string,
  given: S,
  work: Work<z.infer<S>>,
) {
  return async function run(this: Command, ...raw: unknown[]): Promise<void> {
    const options = globalOptions.parse(this.optsWithGlobals());
    const printing = printingOf(host, options);
    const session = createSession(host, options);
    try {
      const elsewhere = remoteWork(name, options, host);
      // Commander passes the arguments, then the options, then the command itself.
      const said = given.parse(raw.slice(0, -1));
      const answer = await (elsewhere === undefined ? work(session, ...said) : elsewhere(session, said));
      await printTo(options.output, printing, (to) => printAnswer(answer, name, to, host.exit));
    } catch (error) {
      session.progress.end();
      printError(error, printing);
      host.exit(exitOf(error));
    } finally {
      await session.close();
    }
  };
}

function printingOf(host: CliHost, options: GlobalOptions): Printing {
  const asked = options.json === true ? 'json' : (options.format ?? 'table');
  // What goes wrong with a document is said in words.
  const format = isDocument(asked) ? 'table' : asked;
  return { streams: host.streams, format, quiet: options.quiet === true, now: host.now() };
}

function isDocument(format: NonNullable<GlobalOptions['format']>): format is DossierFormat {
  return DOSSIER_FORMATS.some((one) => one === format);
}

/** Prints on standard output, or into a file, whole: a file that cannot be written is an error, and no half answer. */
async function printTo(file: string | undefined, printing: Printing, print: (to: Printing) => void): Promise<void> {
  if (file === undefined) return print(printing);
  const parts: Uint8Array[] = [];
  const out = (text: string | Uint8Array) =>
    void parts.push(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  // What to do next is said once the answer is there to read.
  const said: string[] = [];
  print({ ...printing, streams: { ...printing.streams, out, err: (text) => void said.push(text) } });
  try {
    await writeFile(file, Buffer.concat(parts));
    if (!printing.quiet) printing.streams.err(`${file} is written\n`);
    for (const text of said) printing.streams.err(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const next = 'Name a file in a folder that exists and that you may write to.';
    throw new Problem({ kind: 'usage', code: 'not-written', what: `${file} could not be written`, why, next });
  }
}

/** The work on a server elsewhere, where one is named. Throws `home-only` for a command that needs a home. */
function remoteWork(name: string, options: GlobalOptions, host: CliHost) {
  const server = options.server ?? host.defaults.server;
  if (server === undefined && options.token === undefined) return undefined;
  if (server === undefined)
    throw new Problem({
      kind: 'usage',
      code: 'no-server',
      what: 'A token is for a server elsewhere, and none is named',
      next: 'Add --server URL, or set PRATIQUE_SERVER.',
    });
  const work = host.remoteWorkOf(name);
  if (work !== undefined)
    return (session: Session, given: readonly unknown[]) =>
      work({ session, remote: createRemote(host.sendTo(server, options.token ?? host.defaults.token)) }, given);
  throw new Problem({
    kind: 'usage',
    code: 'home-only',
    what: 'This command works on a home only, not on a server elsewhere',
    next: 'Run it on the machine that holds the home, with --home, also while `pratique serve` runs on it.',
  });
}

function createSession(host: CliHost, options: GlobalOptions): Session & { close(): Promise<void> } {
  const homeFolder = host.homeFolder(options.home);
  const progress = createProgress(host.streams, options.quiet === true);
  const named = options.as ?? host.defaults.actor;
  let opened: Promise<App> | undefined;
  const app = (): Promise<App> => {
    opened ??= host.open(homeFolder);
    return opened;
  };
  return {
    host,
    progress,
    homeFolder,
    channel: options.channel ?? DEFAULT_CHANNEL,
    askedChannel: options.channel,
    async knownChannel() {
      return options.channel === undefined ? undefined : (await requireChannel((await app()).db, options.channel)).name;
    },
    app,
    document:
      options.format !== undefined && options.json !== true && isDocument(options.format) ? options.format : undefined,
    isJson: options.json === true || options.format === 'json',
    mayAsk: host.mayAsk && options.json !== true && (options.format ?? 'table') === 'table',
    isNamed: named !== undefined,
    actor: async () => actorOf(await app(), named),
    async settle() {
      await (await app()).settle(progress.watch);
      progress.end();
    },
    close: async () => {
      await opened?.then(
        (one) => one.close(),
        () => undefined,
      );
    },
  };
}

async function actorOf(app: App, named: string | undefined): Promise<Actor> {
  if (named !== undefined) return resolveActor(app.db, named);
  const people = await listPeople(app.db);
  const only = people[0];
  if (only !== undefined && people.length === 1) return resolveActor(app.db, only.name);
  const next =
    people.length === 0
      ? 'Create the first operator: `pratique user create NAME --role operator --code CODE`, with the code that `init` printed.'
      : `Add --as NAME, or set PRATIQUE_AS; known are ${people.map((one) => one.name).join(', ')}.`;
  throw new Problem({
    kind: 'sign-in',
    code: 'nobody-acts',
    what: 'It is not said who acts',
    why: people.length === 0 ? 'this home has no people yet' : `this home has ${people.length} people`,
    next,
  });
}
