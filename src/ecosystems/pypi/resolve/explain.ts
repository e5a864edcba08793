import { stoppedWords } from '../../../domain/stopped-release.ts';
import type { Resolution } from '../../contract.ts';
import { pypiVersions } from '../versions.ts';
import type { Candidate } from './candidates.ts';
import { type Demand, findMatches } from './demands.ts';
import type { Reading } from './reading.ts';
import { MOST_METADATA_READS, MOST_STEPS } from './search.ts';

/** Most demands that one explanation names; a reader needs the first few. */
const MOST_NAMED = 4;
/** Longest chain of requirements that one explanation follows. */
const LONGEST_CHAIN = 20;

type Unsatisfiable = Pick<Extract<Resolution, { status: 'unsatisfiable' }>, 'code' | 'reason' | 'name'>;

export interface ExplainDeps {
  readonly reading: Reading;
  readonly pythonVersion: string;
  readonly targetId: string;
}

/** Why a search found nothing, in plain words: what cannot be had alone first, else which demands exclude each other. */
export function explain(causes: readonly Demand[], deps: ExplainDeps): Unsatisfiable {
  // What the request itself asks for says more than what an older release of something else asked for.
  const ordered = causes.toSorted((a, b) => depthOf(a) - depthOf(b));
  for (const cause of ordered) {
    const alone = explainAlone(cause, deps);
    if (alone !== undefined) return alone;
  }
  return explainConflict(ordered, deps);
}

/** The answer where the search ended without one. */
export function explainTooHard(causes: readonly Demand[]): Unsatisfiable {
  const [first] = causes;
  const chains = causes.slice(0, MOST_NAMED).map(sentence);
  return {
    code: 'conflict',
    name: first?.name ?? '',
    reason: `No answer was found in ${MOST_STEPS} steps or ${MOST_METADATA_READS} releases read; last in each other's way: ${chains.join('; ')}`,
  };
}

function explainAlone(cause: Demand, deps: ExplainDeps): Unsatisfiable | undefined {
  const { name } = cause;
  if (cause.python !== undefined) return explainPython(cause, deps);
  if (cause.url !== undefined) {
    const reason = `${sentence(cause)}, which names a file at an address: only releases of a package index can be vetted`;
    return { code: 'no-match', name, reason };
  }
  const seen = deps.reading.package(name);
  if (!seen.known) return { code: 'unknown-package', name, reason: `${sentence(cause)}, and no source knows ${name}` };
  if (findMatches(seen, [cause], new Set()).length > 0 || cause.exact !== undefined) return undefined;
  const stopped = stoppedAmong(deps, [cause]);
  if (stopped !== undefined)
    return { code: 'no-match', name, reason: `${sentence(cause)}, and in that range is stopped here: ${stopped}` };
  const others = [...seen.excluded].filter(([version]) => cause.specifiers.matches(version));
  const files = others.filter(([, exclusion]) => exclusion === 'files').length;
  if (files > 0) {
    const reason = `${sentence(cause)}, and no release in that range has a wheel for ${deps.targetId}`;
    return { code: 'no-wheel', name, reason };
  }
  const yanked = seen.candidates.some((candidate) => candidate.yanked && cause.specifiers.matches(candidate.version));
  const why = whyNoMatch({ others: others.length, yanked }, deps);
  return { code: 'no-match', name, reason: `${sentence(cause)}, and ${why}` };
}

/** What could not be chosen though it meets all the demands, which are about one name. */
function stoppedAmong({ reading }: ExplainDeps, demands: readonly Demand[]): string | undefined {
  const name = demands[0]?.name ?? '';
  const meets = (version: string) =>
    demands.every((one) => one.url === undefined && one.python === undefined && one.specifiers.matches(version));
  return stoppedWords(
    name,
    reading.package(name).stopped.filter(({ version }) => meets(version)),
    pypiVersions.compare,
  );
}

function whyNoMatch(found: { readonly others: number; readonly yanked: boolean }, deps: ExplainDeps): string {
  if (found.yanked) return 'every release in that range was yanked by its authors';
  return found.others > 0
    ? `every release in that range needs another Python than ${deps.pythonVersion}`
    : 'there is no such release';
}

function explainPython(cause: Demand, deps: ExplainDeps): Unsatisfiable | undefined {
  const candidate = cause.parent?.candidate;
  if (candidate === undefined) return undefined;
  const reason = `${origin(cause)}${nameOf(candidate)} cannot be used with Python ${deps.pythonVersion}: ${cause.python}`;
  return { code: 'no-match', name: candidate.name, reason };
}

/** The name that most demands speak of, and who asks for what. */
function explainConflict(causes: readonly Demand[], deps: ExplainDeps): Unsatisfiable {
  const counts = new Map<string, number>();
  for (const { name } of causes) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [name = ''] = [...counts].toSorted((a, b) => b[1] - a[1]).map(([one]) => one);
  const demands = causes.filter((cause) => cause.name === name);
  const chains = [...new Set(demands.map(sentence))];
  const more = chains.length > MOST_NAMED ? ` (and ${chains.length - MOST_NAMED} more)` : '';
  const reason = `No release of ${name} for ${deps.targetId} fits all of these: ${chains.slice(0, MOST_NAMED).join('; ')}${more}`;
  const stopped = stoppedAmong(deps, demands);
  if (stopped !== undefined)
    return { code: 'conflict', name, reason: `${reason}; what would fit is stopped here: ${stopped}` };
  return { code: 'conflict', name, reason };
}

/** `app is asked for, app 1.0 requires b>=1, b 2.0 requires c`. */
function sentence(demand: Demand): string {
  return `${origin(demand)}${asks(demand)}`;
}

function asks(demand: Demand): string {
  return demand.parent === undefined
    ? `${demand.text} is asked for`
    : `${nameOf(demand.parent.candidate)} requires ${demand.text}`;
}

function origin(demand: Demand): string {
  const chain: string[] = [];
  let at = demand.parent?.because;
  while (at !== undefined && chain.length < LONGEST_CHAIN) {
    // The step from a release with extras to itself tells nobody anything.
    if (at.exact === undefined) chain.unshift(asks(at));
    at = at.parent?.because;
  }
  return chain.length === 0 ? '' : `${chain.join(', ')}, `;
}

function depthOf(demand: Demand): number {
  let depth = 0;
  for (let at = demand.parent; at !== undefined && depth < LONGEST_CHAIN; at = at.because?.parent) depth += 1;
  return depth;
}

function nameOf(candidate: Candidate): string {
  return `${candidate.name} ${candidate.version}`;
}
