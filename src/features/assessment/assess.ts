/** Principles held against what was found out: pure. */
import { type Evidence, FACTS, type FactName, FRAMEWORKS, type Framework, type Principle } from './principle.ts';

/** What was found out about the running installation. */
export interface Finding {
  /** `null`: could not be told. */
  readonly holds: boolean | null;
  /** In figures and settings; nobody is named. */
  readonly detail: string;
}
export type Findings = Readonly<Record<FactName, Finding>>;

export type AssessedState = 'met' | 'not-met' | 'cannot-tell';

/** A named test, a document, or what was found out. */
export type ShownEvidence =
  | Exclude<Evidence, { kind: 'running' }>
  | ({ readonly kind: 'running'; readonly fact: FactName } & Finding);

export interface Assessed extends Pick<Principle, 'id' | 'framework' | 'track' | 'level' | 'asks'> {
  readonly state: AssessedState;
  /** What is missing or cannot be told; `null` where it is met. */
  readonly why: string | null;
  readonly evidence: readonly ShownEvidence[];
}

/** The highest level of a track of which everything is met, and everything below it. */
export interface Reached {
  readonly framework: Framework;
  readonly track: string;
  readonly level: number;
  /** The highest that there is. */
  readonly of: number;
}

export interface Assessment {
  readonly results: readonly Assessed[];
  readonly reached: readonly Reached[];
}

export function assess(principles: readonly Principle[], findings: Findings): Assessment {
  const results = principles.map((principle) => assessOne(principle, findings));
  return { results, reached: reachedIn(results) };
}

/** Those that a demanded level asks for and that are not met: with every lower level, as levels add up. */
export function lacking(results: readonly Assessed[], level: number): readonly Assessed[] {
  return results.filter((one) => one.level !== null && one.level <= level && one.state !== 'met');
}

function assessOne(principle: Principle, findings: Findings): Assessed {
  const { id, framework, track, level, asks } = principle;
  const evidence = principle.evidence.map((one) => (one.kind === 'running' ? { ...one, ...findings[one.fact] } : one));
  return { ...{ id, framework, track, level, asks }, ...judged(principle, evidence), evidence };
}

/** What is not there weighs more than what cannot be told, and that more than any proof. */
function judged({ gap, forPeople }: Principle, evidence: readonly ShownEvidence[]): Pick<Assessed, 'state' | 'why'> {
  const found = evidence.filter((one) => one.kind === 'running');
  const failing = found.filter(({ holds }) => holds === false);
  if (gap !== undefined || failing.length > 0)
    return { state: 'not-met', why: [...(gap === undefined ? [] : [gap]), ...failing.map(said)].join(' ') };
  const untold = found.filter(({ holds }) => holds === null);
  if (forPeople !== undefined || untold.length > 0)
    return {
      state: 'cannot-tell',
      why: [...(forPeople === undefined ? [] : [forPeople]), ...untold.map(said)].join(' '),
    };
  if (evidence.length === 0) return { state: 'cannot-tell', why: 'Nothing shows it.' };
  return { state: 'met', why: null };
}

function said({ fact, detail }: { readonly fact: FactName; readonly detail: string }): string {
  return `Asked: ${FACTS[fact]}. Found: ${detail}.`;
}

function reachedIn(results: readonly Assessed[]): readonly Reached[] {
  const levelled = results.filter((one): one is Assessed & { level: number } => one.level !== null);
  // packman has one track, and S2C2F reports one level for all its practices.
  const groups = Map.groupBy(levelled, ({ framework, track }) =>
    framework === 'openssf' ? track : FRAMEWORKS[framework],
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const of = Math.max(...group.map(({ level }) => level));
    const open = Math.min(of + 1, ...group.filter(({ state }) => state !== 'met').map(({ level }) => level));
    const { framework, track } = first;
    return [{ framework, track: framework === 'openssf' ? track : 'all', level: open - 1, of }];
  });
}
