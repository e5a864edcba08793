/** What rules see of licences: how sure they are, and what the operator's lists say of them. */
import type { Evidence, Finding, JsonValue } from '../../domain/evidence.ts';
import type { PolicySettings } from './schema.ts';

export type LicenceFact = {
  /**
   * `known`; `unclear` (what is declared names no known licence); `none` (nothing declared, no licence text);
   * `could not check`.
   */
  state: string;
  /** SPDX expression in normal form; empty where the state is not `known`. */
  expression: string;
  /** What the files say, each licence once: texts, tags, headers. */
  detected: string[];
  /** Licences on the deny list that cannot be avoided by a choice. */
  denied: string[];
  /** Licences off the allow list, where there is one. */
  not_allowed: string[];
  /** Where the licence file is another licence than the declared one. */
  disagreements: string[];
  text: string;
};

const STATES: Readonly<Record<string, string>> = {
  licence: 'known',
  'no-licence': 'none',
  'unclear-licence': 'unclear',
};

/** What was found of one file of the release; releases of several files may say several things. */
interface Statement {
  readonly state: string;
  readonly expression: string;
  /** Every way to keep to it, each as the licences that apply together. */
  readonly alternatives: readonly (readonly string[])[];
  readonly text: string;
}

export function licenceFact(
  evidence: readonly Evidence[],
  { licences }: Pick<PolicySettings, 'licences'>,
): LicenceFact {
  const mine = evidence.filter(({ scanner }) => scanner === 'licences');
  const findings = mine.flatMap((one) => one.findings);
  const statements = findings.flatMap(statementOf);
  const worst = worstOf(mine, statements);
  const seen = findings.filter(({ data }) => data.code === 'detected' || data.code === 'undeclared');
  const found = seen.map(({ data }) => textsOf(data.ids));
  const denies = (id: string) => licences.deny.some((entry) => matches(entry, id));
  const allows = (id: string) => licences.allow.some((entry) => matches(entry, id));
  return {
    state: worst?.state ?? 'could not check',
    expression: worst?.state === 'known' ? worst.expression : '',
    detected: [...new Set(found.map((ids) => ids.join(' or ')))].toSorted(),
    denied: unavoidable(statements, found, (id) => !denies(id)),
    not_allowed: licences.allow.length === 0 ? [] : unavoidable(statements, found, allows),
    disagreements: findings.filter(({ data }) => data.code === 'disagreement').map(({ summary }) => summary),
    text: worst?.text ?? mine.map(({ reason }) => reason ?? '').join('; '),
  };
}

function statementOf({ summary, data }: Finding): readonly Statement[] {
  const code = String(data.code);
  if (!Object.hasOwn(STATES, code)) return [];
  const alternatives = Array.isArray(data.alternatives) ? data.alternatives.map(textsOf) : [];
  const expression = typeof data.expression === 'string' ? data.expression : '';
  return [{ state: STATES[code] ?? 'unclear', expression, alternatives, text: summary }];
}

/** One file that says nothing leaves the release unknown, whatever its other files say. */
function worstOf(evidence: readonly Evidence[], statements: readonly Statement[]): Statement | undefined {
  if (evidence.length === 0 || evidence.some(({ status }) => status !== 'completed')) return undefined;
  const order = ['none', 'unclear', 'known'];
  return statements.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0];
}

/**
 * Licences that are not fine and apply all the same: of a choice (`MIT OR GPL-3.0-only`) none does, where one way is fine.
 * A text that is that of several licences is fine only where all of them are.
 */
function unavoidable(
  statements: readonly Statement[],
  found: readonly (readonly string[])[],
  isFine: (id: string) => boolean,
): string[] {
  const stated = statements.flatMap(({ alternatives }) =>
    alternatives.some((one) => one.every(isFine)) ? [] : alternatives.flat().filter((id) => !isFine(id)),
  );
  const choices = new Set(
    statements.flatMap(({ alternatives }) => (alternatives.length > 1 ? alternatives.flat() : [])),
  );
  const beside = found.flatMap((ids) => (ids.some((id) => choices.has(id)) ? [] : ids.filter((id) => !isFine(id))));
  return [...new Set([...stated, ...beside])].toSorted();
}

/** `GPL-*` is every id that begins so. An entry without an exception stands for the licence with any. */
function matches(entry: string, id: string): boolean {
  const wanted = entry.toLowerCase();
  const whole = id.toLowerCase();
  if (wanted.endsWith('*')) return whole.startsWith(wanted.slice(0, -1));
  return whole === wanted || whole.split(' with ')[0] === wanted;
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
