/** What a command prints: data on standard output, everything else on standard error. */
import { databaseFull } from '../../domain/database-full.ts';
import { Problem } from '../../domain/problem.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

export type Format = 'table' | 'json' | 'ndjson';

/** What a command answers. `json` joins the envelope; `text` is what a person reads. */
export interface Answer {
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** A document instead of the data, where one was asked for with `--format`. */
  readonly document?: Uint8Array;
  /** Advice after the data, on standard error. */
  readonly hints?: readonly string[];
  readonly exit?: ExitCode;
  /** The command has printed its data itself, as a stream; `json` and `text` are not printed. */
  readonly isPrinted?: boolean;
}

export interface Streams {
  out(text: string | Uint8Array): void;
  err(text: string): void;
  /** Whether standard error is a terminal: only then is progress drawn. */
  readonly isTerminal: boolean;
}

export interface Printing {
  readonly streams: Streams;
  readonly format: Format;
  readonly quiet: boolean;
  readonly now: Date;
}

/** Prints an answer in the chosen form and says its exit code. `command` is the name in the envelope: `request-list`. */
export function printAnswer(answer: Answer, command: string, printing: Printing, exit: (code: ExitCode) => void): void {
  const { streams, quiet } = printing;
  if (answer.document !== undefined) streams.out(answer.document);
  else if (answer.isPrinted !== true) printData(answer, command, printing);
  if (!quiet) for (const hint of answer.hints ?? []) streams.err(`hint: ${plainLines(hint)}\n`);
  exit(answer.exit ?? EXIT.done);
}

function printData(answer: Answer, command: string, { streams, format, now }: Printing): void {
  switch (format) {
    case 'json':
      streams.out(`${JSON.stringify(envelope(command, now, answer.json), null, 2)}\n`);
      break;
    case 'ndjson':
      for (const line of linesOf(answer.json)) streams.out(`${JSON.stringify(line)}\n`);
      break;
    case 'table':
      if (answer.text !== '') streams.out(`${plainLines(answer.text)}\n`);
  }
}

function envelope(command: string, now: Date, json: Readonly<Record<string, unknown>>) {
  return { schema: `pratique.${command}/1`, generated_at: now.toISOString(), ...json };
}

/** One line per result where a command lists things, else one line. */
function linesOf(json: Readonly<Record<string, unknown>>): readonly unknown[] {
  const results = json.results;
  return Array.isArray(results) ? results : [json];
}

/** Prints an error: three lines (what, why, next) on standard error, and in JSON the one document on standard output. */
export function printError(error: unknown, printing: Printing): void {
  const problem = asProblem(error);
  const { streams, format, now } = printing;
  const { code, what, why, next, data } = problem;
  if (format !== 'table') {
    const body = { code, what, why: why ?? null, next: next ?? null, ...(data === undefined ? {} : { data }) };
    const document = envelope('error', now, { error: body });
    streams.out(`${format === 'json' ? JSON.stringify(document, null, 2) : JSON.stringify(document)}\n`);
  }
  // A server elsewhere, or what upstream said, may stand in it.
  streams.err(`error: ${plainLines(what)} [${plain(code)}]\n`);
  if (why !== undefined) streams.err(`  why:  ${plainLines(why)}\n`);
  if (next !== undefined) streams.err(`  next: ${plainLines(next)}\n`);
}

/** Whatever was thrown, in the closed form. A surprise keeps its message, which is what the operator can search the log for. */
export function asProblem(error: unknown): Problem {
  const known = error instanceof Problem ? error : databaseFull(error);
  if (known !== undefined) return known;
  const why = error instanceof Error ? error.message : String(error);
  const next = 'Run `pratique doctor`; if that finds nothing, report this with the log of the home.';
  return new Problem({
    kind: 'internal',
    code: 'unexpected',
    what: 'Something unexpected happened',
    why,
    next,
    cause: error,
  });
}

/** Rows under headings, as wide as their contents. Control characters of foreign texts never reach a terminal. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows].map((row) => row.map(plain));
  const widths = headings.map((_, column) =>
    all.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `name  value` lines. */
export function fields(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`).join('\n');
}

/** Text from outside without what would move a terminal's cursor or colour. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

/** The same of several lines, which stay, as tabs do. */
function plainLines(text: string): string {
  return text.replaceAll(/(?:(?![\n\t])[\p{Cc}\p{Cf}])+/gu, ' ');
}
