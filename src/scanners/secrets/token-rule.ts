/** What a rule about tokens is made of. */
import type { Severity } from '../../domain/evidence.ts';
import type { Proof } from './checks.ts';

export interface TokenRule {
  readonly id: string;
  /** What people call it. */
  readonly title: string;
  /** Every match begins with one of these. */
  readonly starts: readonly string[];
  /** Sticky, linear: bounded repetitions of one class each. Group 1 is the secret where it is not the whole match. */
  readonly pattern: RegExp;
  readonly severity: Severity;
  readonly proof?: (token: string) => Proof;
  /** The form alone is common: only what its proof holds for is told. */
  readonly proven?: boolean;
  /** Characters behind the start that it may fill, where they are many. */
  readonly longest?: number;
}

/** A rule without its severity: every match begins with one of `starts`. */
export const rule = (
  id: string,
  title: string,
  starts: string | readonly string[],
  pattern: RegExp,
): Omit<TokenRule, 'severity'> => ({
  ...{ id, title, pattern },
  starts: typeof starts === 'string' ? [starts] : starts,
});
