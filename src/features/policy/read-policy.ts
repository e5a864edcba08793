import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Digest, digestFromHex } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import { faultsOfRule } from './evaluate.ts';
import { type PolicyRule, type PolicySettings, policySchema, settingsOf } from './schema.ts';

/** The policy as it stands now. */
export interface PolicyInForce {
  /** SHA-256 of the text. */
  readonly digest: Digest;
  readonly settings: PolicySettings;
  readonly rules: readonly PolicyRule[];
  readonly text: string;
}

/** Characters of a policy or of its cases: hundreds of times the default. */
const MAX_TEXT = 1024 * 1024;

/** What is wrong with an entry of a list of licences; `undefined` where it stands for one. */
export type FaultOfLicence = (entry: string) => string | undefined;

/** Reads a policy whole; throws `policy-invalid` naming every fault, so that a broken policy never half applies. */
export function readPolicy(text: string, faultOfLicence: FaultOfLicence): PolicyInForce {
  const read = policySchema.safeParse(readYaml(text, 'policy.yaml'));
  if (!read.success) throw invalid('policy.yaml', z.prettifyError(read.error));
  const ids = read.data.rules.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const { licences } = read.data.settings;
  const faults = [
    ...twice.map((id) => `rule ${id} stands twice`),
    ...read.data.rules.flatMap(faultsOfRule),
    ...faultsOfList('allow', licences.allow, faultOfLicence),
    ...faultsOfList('deny', licences.deny, faultOfLicence),
  ];
  if (faults.length > 0) throw invalid('policy.yaml', faults.join('\n'));
  const digest = digestFromHex(createHash('sha256').update(text, 'utf8').digest('hex'));
  if (digest === undefined) throw invalid('policy.yaml', 'it has no digest');
  return { digest, settings: settingsOf(read.data), rules: read.data.rules, text };
}

function faultsOfList(list: 'allow' | 'deny', entries: readonly string[], faultOf: FaultOfLicence): readonly string[] {
  return entries.flatMap((entry) => {
    const fault = faultOf(entry);
    return fault === undefined ? [] : [`settings.licences.${list}: ${fault}`];
  });
}

const caseSchema = z.strictObject({
  name: z.string().min(1),
  facts: z.record(z.string(), z.unknown()),
  expect: z.strictObject({
    outcome: z.enum(['admit', 'review', 'refuse']),
    /** Exactly the rules that must speak; any where it is left out. */
    rules: z.array(z.string()).optional(),
  }),
});
export type PolicyCase = z.infer<typeof caseSchema>;

/** Reads the table of cases; throws `policy-invalid`. */
export function readCases(text: string): readonly PolicyCase[] {
  const read = z.array(caseSchema).min(1).safeParse(readYaml(text, 'policy.cases.yaml'));
  if (!read.success) throw invalid('policy.cases.yaml', z.prettifyError(read.error));
  return read.data;
}

function readYaml(text: string, file: string): unknown {
  if (text.length > MAX_TEXT) throw invalid(file, `it is longer than ${MAX_TEXT} characters`);
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : 'it is no YAML');
  }
}

function invalid(file: string, why: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'policy-invalid',
    what: `${file} cannot be used`,
    why,
    next: 'Correct it and run: pratique policy test',
  });
}
