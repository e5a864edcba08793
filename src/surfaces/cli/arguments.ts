/** Reading what people type on the command line. */
import { readFile } from 'node:fs/promises';
import { Problem } from '../../domain/problem.ts';

/** For options that may be repeated: `--role a --role b`. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** A text file that somebody named. Throws `unreadable-file`. */
export async function readTextFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem({ kind: 'usage', code: 'unreadable-file', what: `${file} cannot be read`, why });
  });
}

/** A day or a moment in UTC. Throws `bad-date`. */
export function parseMoment(text: string): Date {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z$/.test(text);
  const moment = new Date(isDay ? `${text}T00:00:00Z` : text);
  if ((isDay || isMoment) && !Number.isNaN(moment.getTime())) return moment;
  throw new Problem({
    kind: 'usage',
    code: 'bad-date',
    what: `${JSON.stringify(text)} is no date`,
    next: 'Write 2026-11-20, or 2026-11-20T09:00:00Z in UTC.',
  });
}

/** A whole number within limits. Throws `bad-number`. */
export function parseWhole(text: string, what: string, { least, most }: { least: number; most: number }): number {
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Problem({
    kind: 'usage',
    code: 'bad-number',
    what: `${what} ${JSON.stringify(text)} is no whole number from ${least} to ${most}`,
  });
}
