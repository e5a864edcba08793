import type { Verdict, VerdictOutcome, VerdictReason } from '../../domain/evidence.ts';
import type { RuleResult } from './evaluate.ts';
import type { PolicyFacts } from './facts.ts';
import type { PolicyRule } from './schema.ts';

const RANK: Readonly<Record<VerdictOutcome, number>> = { admit: 0, review: 1, refuse: 2 };

/** The worst outcome; of none, `admit`. */
export function worstOf(outcomes: readonly VerdictOutcome[]): VerdictOutcome {
  return outcomes.reduce<VerdictOutcome>((worst, one) => (RANK[one] > RANK[worst] ? one : worst), 'admit');
}

/**
 * The verdict from what the rules said. A rule that failed, or that gave no answer, means review, never admit; so does a
 * required check that is missing, failed or stale, whatever the rules make of it.
 */
export function verdictOf(rules: readonly PolicyRule[], results: readonly RuleResult[], facts: PolicyFacts): Verdict {
  const answers = new Map(results.map((result) => [result.rule, result]));
  const reasons = rules.flatMap((rule) => reasonOf(rule, answers.get(rule.id)));
  if (reasons.length === 0 && facts.unchecked.length > 0) {
    const list = facts.unchecked.map(({ text }) => text).join('; ');
    reasons.push(review('required-checks', `${facts.name} ${facts.version} could not be checked: ${list}`));
  }
  reasons.sort((a, b) => RANK[b.outcome] - RANK[a.outcome]);
  return { outcome: worstOf(reasons.map(({ outcome }) => outcome)), reasons };
}

/** The verdict where policy could not be asked at all. */
export function couldNotJudge(reason: string): Verdict {
  return { outcome: 'review', reasons: [review('policy', `The policy could not be evaluated: ${reason}`)] };
}

function reasonOf(rule: PolicyRule, result: RuleResult | undefined): readonly VerdictReason[] {
  if (result?.state === 'not-matched') return [];
  if (result?.state === 'matched')
    return [{ rule: rule.id, outcome: rule.outcome, text: result.text, needs: rule.needs }];
  return [review(rule.id, `The rule ${rule.id} could not be evaluated: ${result?.error ?? 'it gave no answer'}`)];
}

function review(rule: string, text: string): VerdictReason {
  return { rule, outcome: 'review', text, needs: 'note' };
}
