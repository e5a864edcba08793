/** The three answers of a request's form: from flags, else asked for on a terminal. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import type { RemoteSession } from '../remote/work.ts';

export const answerOptions = z.object({
  q1: z.string().optional(),
  q2: z.string().optional(),
  q3: z.string().optional(),
  q3Unknown: z.boolean().optional(),
  project: z.string().optional(),
  contact: z.string().optional(),
});
type AnswerOptions = z.infer<typeof answerOptions>;

export interface Answers {
  readonly q1: string;
  readonly q2: string;
  readonly q3: string;
  readonly project: string | undefined;
  readonly contact: string | undefined;
}

const QUESTIONS = {
  q1: 'What will you be able to do that you cannot do now?',
  q2: 'Is it the most widely supported for its purpose, and what are the alternatives?',
  q3: 'Are there risks to data integrity or security? ("unknown" where you do not know)',
} as const;
const QUESTION_KEYS = ['q1', 'q2', 'q3'] as const;
type Question = (typeof QUESTION_KEYS)[number];

/** Adds the flags; each question has one, because nobody can be asked without a terminal. */
export function withAnswers(command: Command): Command {
  return command
    .option('--q1 <text>', QUESTIONS.q1)
    .option('--q2 <text>', QUESTIONS.q2)
    .option('--q3 <text>', 'Are there risks to data integrity or security?')
    .option('--q3-unknown', 'the risks are not known to me')
    .option('--project <text>', 'the project that it is for')
    .option('--contact <text>', 'how you are reached');
}

/** Asks on the terminal for what no flag answered. Throws `missing-answers`, which names the flags, where there is none. */
export async function threeAnswers(
  session: Pick<RemoteSession, 'mayAsk' | 'host'>,
  options: AnswerOptions,
): Promise<Answers> {
  const given = {
    q1: options.q1,
    q2: options.q2,
    q3: options.q3 ?? (options.q3Unknown === true ? 'unknown' : undefined),
  };
  const missing = QUESTION_KEYS.filter((key) => given[key] === undefined);
  if (missing.length > 0 && !session.mayAsk) throw missingAnswers(missing);
  const answer = async (key: Question) => given[key] ?? session.host.ask(`${QUESTIONS[key]}  (--${key})\n> `);
  const { project, contact } = options;
  return { q1: await answer('q1'), q2: await answer('q2'), q3: await answer('q3'), project, contact };
}

function missingAnswers(missing: readonly Question[]): Problem {
  const flags = missing.map((key) => (key === 'q3' ? '--q3 (or --q3-unknown)' : `--${key}`));
  const asked = missing.map((key) => `--${key}: ${QUESTIONS[key]}`);
  return new Problem({
    kind: 'usage',
    code: 'missing-answers',
    what: `A request needs three answers; missing: ${flags.join(', ')}`,
    why: 'there is no terminal to ask on',
    next: `Answer ${asked.join('; ')}`,
  });
}

/** Who asked for it, and what for: a line for each. */
export function askedText(
  requesters: readonly { readonly person: string; readonly q1: string; readonly withdrawnAt: string | null }[],
): string {
  return requesters
    .map(({ person, q1, withdrawnAt }) => `\nasked by ${person}${withdrawnAt === null ? '' : ' (withdrew)'}: ${q1}`)
    .join('');
}
