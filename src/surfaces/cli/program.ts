/** The command line: its tree, its global options, its help. */
import { Command, CommanderError, Help, Option } from 'commander';
import { Problem } from '../../domain/problem.ts';
import type { CliHost } from './app.ts';
import { COMMAND_GROUPS } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { type Format, printError } from './output.ts';

const EXIT_CODES = `
Exit codes: 0 allowed or done; 1 something is not allowed; 2 wrong usage; 3 could not check; 4 sign-in needed;
            5 nothing to check; 7 a required tag is missing; 8 still waiting; 130 interrupted.
Data go to standard output, everything else to standard error. Documentation: docs/cli.md.`;

/** The whole program, ready to parse. */
export function createProgram(host: CliHost, version: string): Command {
  const program = new Command('pratique')
    .description('A vetted package repository: researchers install only what was cleared.')
    .version(version)
    .option('--home <dir>', 'folder of the installation (default: PRATIQUE_HOME, else ~/.pratique)')
    .option('--server <url>', 'work on a server elsewhere, by its API (default: PRATIQUE_SERVER)')
    .option(
      '--token <token>',
      'your token for --server (better: PRATIQUE_TOKEN, which other people of the machine do not see)',
    )
    .option('--as <user>', 'who acts (default: PRATIQUE_AS, else the only person of the home)')
    .option('--channel <name>', 'the channel that is meant (default: tier3)')
    .option('--json', 'print one JSON document')
    .addOption(new Option('--format <format>', 'form of the answer').choices(['table', 'json', 'ndjson']))
    .option('--no-color', 'no colour (there is none yet; accepted for scripts)')
    .option('--quiet', 'no progress and no hints')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(add --help for what is expected)')
    // Else `--version 2.0` of a command would be taken for the program's own.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ optionDescription })
    .configureOutput({ writeOut: host.streams.out, writeErr: host.streams.err });
  for (const register of COMMAND_GROUPS) register(program, host);
  eachCommand(program, inherit);
  return program;
}

/** Commander's own words of an option, and whether there is a way without it: a command names one at a time of those that lack. */
function optionDescription(option: Option): string {
  const words = new Help().optionDescription(option);
  return option.mandatory ? `${words} (required)` : words;
}

/** Global options may stand before or after the command: each command takes them too, without listing them in its help. */
function inherit(command: Command, program: Command): void {
  command.exitOverride().showHelpAfterError('(add --help for what is expected)');
  command.configureOutput(program.configureOutput());
  for (const option of program.options) {
    const isTaken = command.options.some((one) => one.long === option.long);
    if (option.long === '--version' || isTaken) continue;
    const copy = new Option(option.flags, option.description).hideHelp();
    // The program's own default (colour on) must not be repeated over what was said before the command.
    command.addOption(option.argChoices === undefined ? copy : copy.choices(option.argChoices));
  }
}

function eachCommand(program: Command, visit: (command: Command, program: Command) => void): void {
  const walk = (command: Command) => {
    for (const child of command.commands) {
      visit(child, program);
      walk(child);
    }
  };
  walk(program);
}

/** Parses and runs one command line. The exit code is given to the host; nothing is thrown. */
export async function runCli(host: CliHost, version: string, args: readonly string[]): Promise<void> {
  const program = createProgram(host, version);
  try {
    await program.parseAsync(isUnknown(program, args) ? args.filter((arg) => !isHelp(arg)) : [...args], {
      from: 'user',
    });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and the version were asked for; all else is a mistake in typing, which commander has already explained.
    host.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
    const format = askedFormat(args);
    if (error.exitCode !== 0 && format !== 'table') printUsageError(host, error, format);
  }
}

/** Commander would answer for help about a command that there is not with that of the whole program, as if it were one. */
function isUnknown(program: Command, args: readonly string[]): boolean {
  if (!args.some(isHelp)) return false;
  const [name] = program.parseOptions([...args]).operands;
  return name !== undefined && !program.commands.some((one) => one.name() === name || one.aliases().includes(name));
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h';
}

/** The form of the answer, read from a command line that could not be parsed. */
function askedFormat(args: readonly string[]): Format {
  const named = args.flatMap((arg, at) => (arg === '--format' ? [args[at + 1]] : [arg.replace(/^--format=/, '')]));
  if (args.includes('--json') || named.includes('json')) return 'json';
  return named.includes('ndjson') ? 'ndjson' : 'table';
}

function printUsageError(host: CliHost, error: CommanderError, format: Format): void {
  const what = error.message.replace(/^error: /, '');
  const problem = new Problem({ kind: 'usage', code: 'usage', what, next: 'Add --help for what is expected.' });
  const silent = { ...host.streams, err: () => undefined };
  printError(problem, { streams: silent, format, quiet: true, now: host.now() });
}
