/** Rules over bytes. One engine stands behind it; another one is another file beside it. */
import type { RuleSource } from '../../domain/malicious.ts';

/** A rule that matches, with what its `meta` says. */
export interface MatchedRule {
  readonly origin: string;
  readonly rule: string;
  readonly severity: string;
  readonly description: string;
}

export interface CompiledRules {
  /** Throws where the engine gives up: too long, or out of memory. */
  match(bytes: Uint8Array): readonly MatchedRule[];
}

export type Compiled =
  | { readonly status: 'compiled'; readonly rules: CompiledRules; readonly count: number }
  /** What is wrong, in one line, with the file and the place in it. */
  | { readonly status: 'refused'; readonly reason: string };

export interface RuleEngine {
  /** Whether it gave up in the middle of something: what it says from then on is not to be believed. */
  readonly broken: boolean;
  compile(sources: readonly RuleSource[]): Compiled;
}
