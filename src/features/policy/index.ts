/** The policy room: what is in force, what it says about releases, and whether it still says what its cases expect. */
import { z } from 'zod';
import type { Verdict, VerdictOutcome } from '../../domain/evidence.ts';
import type { Sandbox } from '../../platform/sandbox/port.ts';
import { type RuleResult, ruleResultSchema } from './evaluate.ts';
import { factsOf, type PolicyFacts, type PolicySubject } from './facts.ts';
import { type FaultOfLicence, type PolicyInForce, readCases, readPolicy } from './read-policy.ts';
import type { PolicyRule } from './schema.ts';
import { couldNotJudge, verdictOf } from './verdict.ts';

export { DEFAULT_CASES, DEFAULT_POLICY } from './default-policy.ts';
export type { PolicySubject } from './facts.ts';
export type { PolicyInForce } from './read-policy.ts';
export type { FeedClock } from './schema.ts';

export interface PolicyDeps {
  /** The text of `policy.yaml` as it stands now. */
  readText(): Promise<string>;
  /** The text of `policy.cases.yaml`. */
  readCases(): Promise<string>;
  readonly sandbox: Sandbox;
  /** Knows the ids of licences. */
  readonly faultOfLicence: FaultOfLicence;
  /** Milliseconds for one batch of releases; 10 seconds by default. */
  readonly timeoutMs?: number;
}

/** One case of the table and what came of it. */
export interface CaseResult {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: { readonly outcome: VerdictOutcome; readonly rules: readonly string[] | null };
  readonly got: Verdict;
  /** Why the case could not be tried, as where the machine was too busy; `null` where it was. What was not tried has not passed. */
  readonly fault: string | null;
}

/** Why a verdict is what it is: every rule, matched or not, and the values it saw. */
export interface Explanation {
  readonly verdict: Verdict;
  readonly facts: PolicyFacts;
  readonly rules: readonly {
    readonly rule: string;
    readonly when: string;
    readonly outcome: 'review' | 'refuse';
    readonly state: RuleResult['state'];
    /** The filled-in reason, or the error; `null` where it did not match. */
    readonly text: string | null;
  }[];
}

export interface Policy {
  /** Throws `policy-invalid` where the text cannot be used. */
  current(): Promise<PolicyInForce>;
  /** Verdicts in the order of the subjects. Never throws for a subject: what cannot be judged is for review. */
  judge(subjects: readonly PolicySubject[]): Promise<readonly Verdict[]>;
  test(): Promise<readonly CaseResult[]>;
  explain(subject: PolicySubject): Promise<Explanation>;
}

/** Milliseconds for one batch: the default policy takes about 1 ms a release. */
const EVALUATION_TIMEOUT_MS = 10_000;
/** Releases judged in one child: a rule that hangs costs at most these. */
const BATCH = 200;

export function createPolicy(deps: PolicyDeps): Policy {
  let read: PolicyInForce | undefined;
  const current = async (): Promise<PolicyInForce> => {
    const text = await deps.readText();
    if (read?.text !== text) read = readPolicy(text, deps.faultOfLicence);
    return read;
  };
  const run = async (rules: readonly PolicyRule[], facts: readonly PolicyFacts[]): Promise<readonly Evaluation[]> => {
    const evaluations: Evaluation[] = [];
    for (let start = 0; start < facts.length; start += BATCH)
      evaluations.push(...(await evaluate(deps, rules, facts.slice(start, start + BATCH))));
    return evaluations;
  };
  return {
    current,
    async judge(subjects) {
      const { rules, settings } = await current();
      const facts = subjects.map((subject) => factsOf(subject, settings));
      return (await run(rules, facts)).map(({ verdict }) => verdict);
    },
    async test() {
      const { rules, settings } = await current();
      const cases = readCases(await deps.readCases());
      const facts = cases.map((one) => ({ ...CLEAN, cool_down_days: settings.coolDownDays, ...one.facts }));
      const evaluations = await run(rules, facts);
      return cases.map(({ name, expect }, index) => {
        const { verdict: got, fault } = evaluations[index] ?? notJudged('no answer');
        const spoke = got.reasons.map(({ rule }) => rule).toSorted();
        const sameRules = expect.rules === undefined || spoke.join() === expect.rules.toSorted().join();
        const expected = { outcome: expect.outcome, rules: expect.rules ?? null };
        const passed = fault === null && got.outcome === expect.outcome && sameRules;
        return { name, passed, expected, got, fault };
      });
    },
    async explain(subject) {
      const { rules, settings } = await current();
      const facts = factsOf(subject, settings);
      const [evaluation] = await run(rules, [facts]);
      const verdict = evaluation?.verdict ?? couldNotJudge('no answer');
      return { verdict, facts, rules: rules.map((rule) => explained(rule, evaluation?.results ?? [])) };
    },
  };
}

interface Evaluation {
  readonly verdict: Verdict;
  readonly results: readonly RuleResult[];
  /** Why the evaluator gave no answer; `null` where it did. */
  readonly fault: string | null;
}

function notJudged(fault: string): Evaluation {
  return { verdict: couldNotJudge(fault), results: [], fault };
}

async function evaluate(
  { sandbox, timeoutMs = EVALUATION_TIMEOUT_MS }: PolicyDeps,
  rules: readonly PolicyRule[],
  facts: readonly PolicyFacts[],
): Promise<readonly Evaluation[]> {
  const outcome = await sandbox.run({
    task: 'evaluate-policy',
    input: { rules, subjects: facts },
    files: [],
    timeoutMs,
  });
  const none = (reason: string) => facts.map(() => notJudged(reason));
  if (outcome.status === 'failed') return none(outcome.reason);
  const output = z.array(z.array(ruleResultSchema)).length(facts.length).safeParse(outcome.output);
  if (!output.success) return none('the evaluator gave no usable answer');
  return facts.map((one, index) => {
    const results = output.data[index] ?? [];
    return { verdict: verdictOf(rules, results, one), results, fault: null };
  });
}

function explained(rule: PolicyRule, results: readonly RuleResult[]): Explanation['rules'][number] {
  const result = results.find((one) => one.rule === rule.id);
  const state = result?.state ?? 'failed';
  const text = result?.state === 'matched' ? result.text : result?.state === 'failed' ? result.error : null;
  return { rule: rule.id, when: rule.when, outcome: rule.outcome, state, text };
}

/** A release nothing speaks against: what the facts of a case are laid over. */
const CLEAN: PolicyFacts = {
  purl: 'pkg:pypi/example@1.0',
  ecosystem: 'pypi',
  name: 'example',
  version: '1.0',
  role: 'root',
  channel: 'example',
  tier: 3,
  mode: 'cleared',
  age_days: 365,
  has_upload_time: true,
  cool_down_days: 7,
  yanked: false,
  yanked_reason: '',
  has_wheel: true,
  has_sdist: false,
  allow_sdists: false,
  vulnerabilities: [],
  malicious: [],
  lookalikes: [],
  archive_problems: [],
  licence: {
    state: 'known',
    expression: 'MIT',
    detected: ['MIT'],
    denied: [],
    not_allowed: [],
    disagreements: [],
    text: '',
  },
  provenance: { state: 'absent', repositories: [], workflows: [], issuers: [], changes: [], text: '' },
  source: { state: 'checked', text: '' },
  findings: [],
  unchecked: [],
};
