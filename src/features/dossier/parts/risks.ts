/** The seven risks that the software approval policy names, beside what was found on each. */
import type { FindingKind } from '../../../domain/evidence.ts';
import type { Ability, Risk, Statement } from '../dossier.ts';
import { bytes, count, isDescription, numberAt, type Reading, type Told, textAt } from './told.ts';
import { questionOf } from './words.ts';

interface RiskRule {
  readonly id: string;
  readonly text: string;
  /** Abilities that bear on it. */
  readonly abilities: readonly string[];
  /** Checks that bear on it; what could not be looked at is said. */
  readonly checks: readonly string[];
  /** Kinds of findings that bear on it. */
  readonly kinds: readonly FindingKind[];
}

/** Source: the risks of the Turing software approval policy, in our words. */
const RULES: readonly RiskRule[] = [
  {
    id: 'wrong-data',
    text: 'People who are allowed in reach data they should not see',
    abilities: ['file-writing', 'environment', 'credentials'],
    checks: ['capabilities', 'secrets'],
    kinds: ['secret'],
  },
  {
    id: 'outsiders',
    text: 'People outside reach the data',
    abilities: ['network', 'clipboard'],
    checks: ['capabilities', 'install-code', 'known-malicious', 'yara'],
    kinds: ['malicious', 'install-code'],
  },
  {
    id: 'poisoned',
    text: 'Data or results are falsified',
    abilities: ['code-generation'],
    checks: ['vulnerabilities', 'integrity', 'archive', 'provenance', 'registry-signature', 'source'],
    kinds: ['malicious', 'vulnerability', 'archive', 'source-mismatch', 'provenance'],
  },
  {
    id: 'misuse',
    text: 'Computers are used for something else',
    abilities: ['processes'],
    checks: ['capabilities', 'install-code', 'known-malicious'],
    kinds: ['malicious', 'install-code'],
  },
  {
    id: 'squatting',
    text: 'A package with a similar name is taken for another',
    abilities: [],
    checks: ['lookalike'],
    kinds: ['typosquat'],
  },
  {
    id: 'privileges',
    text: 'A program gains rights it should not have',
    abilities: ['native-code', 'signals'],
    checks: ['weaknesses', 'vulnerabilities'],
    kinds: ['weakness', 'vulnerability'],
  },
  {
    id: 'brought-in',
    text: 'Data are brought in without permission: anybody can put anything into a public registry',
    abilities: [],
    checks: ['opaque-data'],
    kinds: ['copied-code'],
  },
];

export function risksOf(reading: Reading, abilities: readonly Ability[]): readonly Risk[] {
  return RULES.map((rule) => ({
    id: rule.id,
    text: rule.text,
    found: [
      ...rule.abilities.flatMap((id) => abilityStatement(id, { abilities, reading })),
      ...rule.kinds.flatMap((kind) => findingStatement(kind, reading)),
      ...(rule.id === 'brought-in' ? opaqueStatement(reading) : []),
      ...rule.checks.flatMap((check) => uncheckedStatement(check, reading)),
    ],
    evidence: reading.looked
      .filter(({ evidence }) => evidence.status === 'completed' && rule.checks.includes(evidence.scanner))
      .map(({ at }) => at),
  }));
}

function abilityStatement(
  id: string,
  { abilities, reading }: { readonly abilities: readonly Ability[]; readonly reading: Reading },
): readonly Statement[] {
  const ability = abilities.find((one) => one.id === id);
  if (ability === undefined) return [];
  const { length } = ability.packages;
  const who = `${length} of ${count(reading.set.releases.length, 'package')} can do this: `;
  return [
    {
      text: `${who}${lowered(ability.text)}`,
      evidence: ability.packages.flatMap(({ evidence }) => evidence),
    },
  ];
}

/** One and many. */
const KIND_IN_WORDS: Readonly<Partial<Record<FindingKind, readonly [string, string]>>> = {
  malicious: ['sign of malware', 'signs of malware'],
  vulnerability: ['published flaw', 'published flaws'],
  'install-code': ['sign of code that runs by itself or hides', 'signs of code that runs by itself or hides'],
  archive: ['fault in the packing', 'faults in the packing'],
  'source-mismatch': ['difference to its source', 'differences to its source'],
  typosquat: ['name like another', 'names like another'],
  weakness: ['weak pattern in the code', 'weak patterns in the code'],
  secret: ['possible password or key', 'possible passwords or keys'],
  'copied-code': ['piece of copied code', 'pieces of copied code'],
};

function findingStatement(kind: FindingKind, { told }: Reading): readonly Statement[] {
  const found = told.filter(({ finding }) => finding.kind === kind && !isDescription(finding.severity));
  if (found.length === 0) return [];
  const [one, many] = KIND_IN_WORDS[kind] ?? [`finding about ${kind}`, `findings about ${kind}`];
  return [{ text: count(found.length, one, many), evidence: pointers(found) }];
}

function opaqueStatement({ told }: Reading): readonly Statement[] {
  const totals = told.filter(
    ({ scanner, finding }) => scanner === 'opaque-data' && textAt(finding.data, 'code') === 'total',
  );
  if (totals.length === 0) return [];
  const sum = totals.reduce((sofar, { finding }) => sofar + (numberAt(finding.data, 'bytes') ?? 0), 0);
  return [
    {
      text: `${bytes(sum)} in the whole tree cannot be read as code, text or a known format`,
      evidence: pointers(totals),
    },
  ];
}

/** Packages at which a check could not look, or did not: its silence is no answer. */
function uncheckedStatement(check: string, { set, looked }: Reading): readonly Statement[] {
  const ran = looked.filter(({ evidence }) => evidence.scanner === check);
  const failed = ran.filter(({ evidence }) => evidence.status === 'failed');
  const missing = set.releases.length - ran.length;
  if (failed.length + missing === 0) return [];
  const packages = count(failed.length + missing, 'package');
  const text = `Could not check for ${packages}: ${lowered(questionOf(check))}`;
  return [{ text, evidence: failed.map(({ at }) => at) }];
}

function pointers(told: readonly Told[]): readonly string[] {
  return told.map(({ at }) => at);
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
