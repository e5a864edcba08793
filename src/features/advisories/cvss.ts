import calculator from 'ae-cvss-calculator';
import type { AdvisorySeverity } from '../../domain/advisory.ts';

type Scored = Extract<AdvisorySeverity, { state: 'scored' }>;
type System = Scored['system'];
type Metrics = Readonly<Record<string, readonly string[]>>;

interface Grammar {
  readonly system: System;
  readonly prefix: string;
  readonly mandatory: Metrics;
  readonly optional: Metrics;
  score(vector: string): number | undefined;
}

/** Longer than the longest vector of any version with every metric given. */
const MAX_VECTOR_CHARACTERS = 400;

const values = (text: string): readonly string[] => text.split(' ');
const spread = (names: string, allowed: string): Metrics =>
  Object.fromEntries(values(names).map((name) => [name, values(allowed)]));

/** Source: CVSS v2.0 guide, section 2.4 (base, temporal and environmental vectors). */
const V2: Grammar = {
  system: 'CVSS_V2',
  prefix: '',
  mandatory: { AV: values('L A N'), AC: values('H M L'), Au: values('M S N'), ...spread('C I A', 'N P C') },
  optional: {
    E: values('U POC F H ND'),
    RL: values('OF TF W U ND'),
    RC: values('UC UR C ND'),
    CDP: values('N L LM MH H ND'),
    TD: values('N L M H ND'),
    ...spread('CR IR AR', 'L M H ND'),
  },
  score: (vector) => new calculator.Cvss2(vector).calculateScores().base,
};

const V3_MANDATORY: Metrics = {
  AV: values('N A L P'),
  PR: values('N L H'),
  ...spread('AC', 'L H'),
  UI: values('N R'),
  S: values('U C'),
  ...spread('C I A', 'H L N'),
};
const V3_OPTIONAL: Metrics = {
  E: values('X H F P U'),
  RL: values('X U W T O'),
  RC: values('X C R U'),
  ...spread('CR IR AR', 'X H M L'),
  MAV: values('X N A L P'),
  MAC: values('X L H'),
  MPR: values('X N L H'),
  MUI: values('X N R'),
  MS: values('X U C'),
  ...spread('MC MI MA', 'X N L H'),
};

/** Source: CVSS v3.0 and v3.1 specifications, table 15 (metrics and their values); both have the same. */
const V30: Grammar = {
  system: 'CVSS_V3',
  prefix: 'CVSS:3.0/',
  mandatory: V3_MANDATORY,
  optional: V3_OPTIONAL,
  score: (vector) => new calculator.Cvss3P0(vector).calculateScores().base,
};
const V31: Grammar = {
  ...V30,
  prefix: 'CVSS:3.1/',
  score: (vector) => new calculator.Cvss3P1(vector).calculateScores().base,
};

/** Source: CVSS v4.0 specification, table 23 (metrics and their values). */
const V40: Grammar = {
  system: 'CVSS_V4',
  prefix: 'CVSS:4.0/',
  mandatory: {
    AV: values('N A L P'),
    AC: values('L H'),
    AT: values('N P'),
    PR: values('N L H'),
    UI: values('N P A'),
    ...spread('VC VI VA SC SI SA', 'H L N'),
  },
  optional: {
    E: values('X A P U'),
    ...spread('CR IR AR', 'X H M L'),
    MAV: values('X N A L P'),
    MAC: values('X L H'),
    MAT: values('X N P'),
    MPR: values('X N L H'),
    MUI: values('X N P A'),
    ...spread('MVC MVI MVA MSC', 'X H L N'),
    ...spread('MSI MSA', 'X S H L N'),
    S: values('X N P'),
    AU: values('X N Y'),
    R: values('X A U I'),
    V: values('X D C'),
    RE: values('X L M H'),
    U: values('X Clear Green Amber Red'),
  },
  score: (vector) => new calculator.Cvss4P0(vector).calculateScores().base,
};

/**
 * The base score of a CVSS vector of version 2.0, 3.0, 3.1 or 4.0, between 0 and 10, or why it has none.
 * The vector is checked whole before it is scored: the calculator itself gives a number to vectors that are none.
 */
export function scoreCvss(vector: string): AdvisorySeverity {
  if (vector.length > MAX_VECTOR_CHARACTERS) return unknown('the CVSS vector is too long to be one');
  const grammar = [V31, V30, V40].find(({ prefix }) => vector.startsWith(prefix)) ?? V2;
  const fault = faultOf(vector.slice(grammar.prefix.length), grammar);
  if (fault !== undefined) return unknown(`the CVSS vector "${vector}" ${fault}`);
  try {
    const score = grammar.score(vector);
    if (score === undefined || !(score >= 0 && score <= 10)) return unknown(`the CVSS vector "${vector}" has no score`);
    return { state: 'scored', score, vector, system: grammar.system };
  } catch {
    return unknown(`the CVSS vector "${vector}" cannot be scored`);
  }
}

/** The highest score of several severities; `unknown` only where none has a score. */
export function highestOf(severities: readonly AdvisorySeverity[]): AdvisorySeverity | undefined {
  const scored = severities.filter((severity) => severity.state === 'scored');
  return scored.toSorted(compareScored)[0] ?? severities[0];
}

/** Highest base score first; at the same score the newer system, then the vector, so that the answer never wavers. */
function compareScored(a: Scored, b: Scored): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.system !== b.system) return a.system < b.system ? 1 : -1;
  return a.vector < b.vector ? -1 : 1;
}

function faultOf(text: string, { mandatory, optional }: Grammar): string | undefined {
  const seen = new Set<string>();
  for (const part of text.split('/')) {
    const [metric = '', value, ...more] = part.split(':');
    const allowed = Object.hasOwn(mandatory, metric)
      ? mandatory[metric]
      : Object.hasOwn(optional, metric)
        ? optional[metric]
        : undefined;
    if (value === undefined || more.length > 0 || allowed === undefined) return `has no metric "${part}"`;
    if (!allowed.includes(value)) return `has no value "${value}" for ${metric}`;
    if (seen.has(metric)) return `gives ${metric} twice`;
    seen.add(metric);
  }
  const missing = Object.keys(mandatory).find((metric) => !seen.has(metric));
  return missing === undefined ? undefined : `lacks the mandatory metric ${missing}`;
}

function unknown(reason: string): AdvisorySeverity {
  return { state: 'unknown', reason };
}
