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
  /** Characters of the token in front of the start, where what never changes stands inside it. */
  readonly before?: number;
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

export const UUID = '[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}';
/** A digit and a capital somewhere in the next characters: a name of letters and hyphens has not both. */
export const BY_CHANCE = '(?=[a-zA-Z-]{0,40}\\d)(?=[a-z0-9_-]{0,40}[A-Z])';

/** A token of one prefix and of characters of one class behind it, and nothing of a word behind them. */
export const plain = (
  id: string,
  title: string,
  prefixes: readonly string[],
  rest: string,
): Omit<TokenRule, 'severity'> =>
  rule(id, title, prefixes, new RegExp(`(?:${prefixes.map(escaped).join('|')})${rest}(?![\\w-])`, 'y'));

const escaped = (text: string) => text.replaceAll(/[.$?+]/g, '[$&]');
