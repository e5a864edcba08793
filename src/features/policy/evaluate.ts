/**
 * Evaluates rules over facts. Pure; runs in the sandbox, where a rule that never ends costs one time-out.
 * The syntax tree is capped, since the evaluator itself has no cost limit.
 */
import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { z } from 'zod';
import type { PolicyFacts } from './facts.ts';
import { type PolicyRule, policyRuleSchema } from './schema.ts';

/** Nodes and depth of one rule's syntax tree; the longest default rule has about 20 nodes. */
const MAX_NODES = 300;
const MAX_DEPTH = 24;
/** Comprehensions inside comprehensions: each level multiplies the work by the number of findings. */
const MAX_NESTED_COMPREHENSIONS = 2;
const COMPREHENSIONS: readonly string[] = ['all', 'exists', 'exists_one', 'map', 'filter'];
/** Characters of a reason that lists findings. */
const MAX_SHOWN = 1500;

/** What one rule said about one subject. `failed` is never "not matched". */
export const ruleResultSchema = z.discriminatedUnion('state', [
  z.object({ rule: z.string(), state: z.literal('matched'), text: z.string() }),
  z.object({ rule: z.string(), state: z.literal('not-matched') }),
  z.object({ rule: z.string(), state: z.literal('failed'), error: z.string() }),
]);
export type RuleResult = z.infer<typeof ruleResultSchema>;

interface CompiledRule {
  readonly rule: PolicyRule;
  readonly when: ParseResult;
  readonly show: ParseResult | undefined;
}

const ENVIRONMENT = new Environment({
  unlistedVariablesAreDyn: false,
  limits: { maxAstNodes: MAX_NODES, maxDepth: MAX_DEPTH },
})
  .registerType('Vulnerability', {
    fields: {
      id: 'string',
      scored: 'bool',
      cvss: 'double',
      fixed: 'list<string>',
      exploited: 'string',
      epss: 'double',
      text: 'string',
    },
  })
  .registerType('Lookalike', { fields: { target: 'string', method: 'string', text: 'string' } })
  .registerType('Finding', {
    fields: { kind: 'string', severity: 'string', subject: 'string', code: 'string', text: 'string' },
  })
  .registerType('Provenance', {
    fields: {
      state: 'string',
      repositories: 'list<string>',
      workflows: 'list<string>',
      issuers: 'list<string>',
      changes: 'list<string>',
      text: 'string',
    },
  })
  .registerType('Source', { fields: { state: 'string', text: 'string' } })
  .registerType('Licence', {
    fields: {
      state: 'string',
      expression: 'string',
      detected: 'list<string>',
      denied: 'list<string>',
      not_allowed: 'list<string>',
      disagreements: 'list<string>',
      text: 'string',
    },
  })
  .registerType('Unchecked', { fields: { check: 'string', state: 'string', text: 'string' } });

const VARIABLES = {
  purl: 'string',
  ecosystem: 'string',
  name: 'string',
  version: 'string',
  role: 'string',
  channel: 'string',
  tier: 'int',
  mode: 'string',
  age_days: 'double',
  has_upload_time: 'bool',
  cool_down_days: 'double',
  yanked: 'bool',
  yanked_reason: 'string',
  has_wheel: 'bool',
  has_sdist: 'bool',
  allow_sdists: 'bool',
  vulnerabilities: 'list<Vulnerability>',
  malicious: 'list<Finding>',
  lookalikes: 'list<Lookalike>',
  archive_problems: 'list<Finding>',
  provenance: 'Provenance',
  source: 'Source',
  licence: 'Licence',
  findings: 'list<Finding>',
  unchecked: 'list<Unchecked>',
} as const satisfies Record<keyof PolicyFacts, string>;
for (const [name, type] of Object.entries(VARIABLES)) ENVIRONMENT.registerVariable(name, type);

/** What is wrong with a rule, in words that name the rule; empty where nothing is. */
export function faultsOfRule(rule: PolicyRule): readonly string[] {
  const faults = [
    ...faultsOfExpression(rule.when, ['bool']),
    ...(rule.show === undefined ? [] : faultsOfExpression(rule.show, ['list<string>'])),
    ...placeholdersOf(rule.reason).flatMap((name) =>
      isFigure(name) || (name === 'shown' && rule.show !== undefined) ? [] : [`{${name}} in the reason is no figure`],
    ),
  ];
  return faults.map((fault) => `rule ${rule.id}: ${fault}`);
}

/** The task of the sandbox: `{ rules, subjects }` in, for each subject the result of each rule out. */
export function evaluatePolicyTask(input: unknown): readonly (readonly RuleResult[])[] {
  const { rules, subjects } = taskSchema.parse(input);
  return evaluateRules(rules, subjects);
}

const taskSchema = z.object({
  rules: z.array(policyRuleSchema),
  subjects: z.array(z.record(z.string(), z.unknown())),
});

type Facts = Readonly<Record<string, unknown>>;

function evaluateRules(rules: readonly PolicyRule[], subjects: readonly Facts[]): readonly (readonly RuleResult[])[] {
  const compiled = rules.map((rule) => compile(rule));
  return subjects.map((subject) => {
    const context = { ...subject, tier: BigInt(Number(subject.tier)) };
    return compiled.map((one) => evaluateRule(one, context, subject));
  });
}

function compile(rule: PolicyRule): CompiledRule {
  const [fault] = faultsOfRule(rule);
  if (fault !== undefined) throw new Error(fault);
  const show = rule.show === undefined ? undefined : ENVIRONMENT.parse(rule.show);
  return { rule, when: ENVIRONMENT.parse(rule.when), show };
}

function evaluateRule({ rule, when, show }: CompiledRule, context: Facts, facts: Facts): RuleResult {
  try {
    const answer: unknown = when(context);
    if (answer === false) return { rule: rule.id, state: 'not-matched' };
    if (answer !== true) return { rule: rule.id, state: 'failed', error: 'the rule gave neither true nor false' };
    const shown: unknown = show?.(context);
    return { rule: rule.id, state: 'matched', text: fill(rule.reason, facts, shown) };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown failure';
    return { rule: rule.id, state: 'failed', error: message };
  }
}

function faultsOfExpression(text: string, wanted: readonly string[]): readonly string[] {
  try {
    const parsed = ENVIRONMENT.parse(text);
    if (comprehensionDepth(parsed.ast) > MAX_NESTED_COMPREHENSIONS)
      return [`more than ${MAX_NESTED_COMPREHENSIONS} list expressions inside each other`];
    const checked = parsed.check();
    if (!checked.valid) return [checked.error?.message ?? 'does not type-check'];
    return wanted.includes(checked.type ?? '') ? [] : [`"${text}" is ${checked.type}, not ${wanted.join(' or ')}`];
  } catch (error) {
    return [error instanceof Error ? error.message : 'cannot be read'];
  }
}

function comprehensionDepth(value: unknown): number {
  if (Array.isArray(value)) return Math.max(0, ...value.map(comprehensionDepth));
  if (!isNode(value)) return 0;
  const own = value.op === 'rcall' && COMPREHENSIONS.includes(value.args[0]) ? 1 : 0;
  return own + comprehensionDepth(value.args);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function isFigure(name: string): boolean {
  const type = Object.hasOwn(VARIABLES, name)
    ? Object.entries(VARIABLES).find(([key]) => key === name)?.[1]
    : undefined;
  return type === 'string' || type === 'int' || type === 'double';
}

function placeholdersOf(reason: string): readonly string[] {
  return [...reason.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
}

function fill(reason: string, facts: Facts, shown: unknown): string {
  return reason.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    if (name === 'shown') return Array.isArray(shown) ? cut(shown.map(String).join('; ')) : '';
    const value = facts[name];
    return typeof value === 'number' ? String(Math.floor(value * 10) / 10) : String(value);
  });
}

function cut(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}...`;
}
