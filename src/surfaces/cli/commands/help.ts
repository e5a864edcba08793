/** `pratique help`: a command, or one of the topics that concern all of them. */
import type { Command } from 'commander';
import type { CliHost } from '../app.ts';
import { EXIT } from '../exit-codes.ts';

const EXIT_CODES = `Exit codes:
  0    everything is allowed, or done
  1    something is not allowed: rejected, denied, quarantined, not requested
  2    wrong usage, or an answer was needed and there is no terminal to ask on
  3    could not check (network, database, evidence); never reported as 0
  4    sign-in needed: it is not said who acts
  5    nothing to check; --allow-empty makes it 0
  7    allowed, but a required tag is missing
  8    nothing refused, some still waiting: in review, needs answer, in window
  130  interrupted
When several apply: 3, then 1, 7, 8, 0. What was found is printed all the same.`;

const OUTPUT = `Output:
  Data go to standard output; progress, hints and errors to standard error. Progress is drawn only on a terminal.
  --json            one document: {"schema":"pratique.<command>/1","generated_at":...}; lists have "results"
  --format ndjson   one line of JSON for each result
  --quiet           no progress and no hints
  An error has three lines (error, why, next); as JSON it is "pratique.error/1" with code, what, why and next.
  JSON never asks anything: a missing answer is exit 2 and names the flag.`;

const ENVIRONMENT = `Environment:
  PRATIQUE_HOME     the home, where --home is not given (else ~/.pratique)
  PRATIQUE_AS       who acts, where --as is not given
  DATABASE_URL      an external PostgreSQL instead of the embedded one`;

const TOPICS: ReadonlyMap<string, string> = new Map([
  ['exit-codes', EXIT_CODES],
  ['output', OUTPUT],
  ['environment', ENVIRONMENT],
]);

/** Takes the place of commander's own help command, which knows no topics. */
export function registerHelp(program: Command, { streams, exit }: CliHost): void {
  program
    .helpCommand(false)
    .command('help')
    .description(`a command, or a topic: ${[...TOPICS.keys()].join(', ')}`)
    .argument('[command...]')
    .action((words: readonly string[]) => {
      const topic = words.length === 1 ? TOPICS.get(words[0] ?? '') : undefined;
      if (topic === undefined) helpAbout(program, words);
      else streams.out(`${topic}\n`);
      exit(EXIT.done);
    });
}

function helpAbout(program: Command, words: readonly string[]): void {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    command = next ?? command.error(`error: unknown command or topic '${word}'`);
  }
  command.outputHelp();
}
