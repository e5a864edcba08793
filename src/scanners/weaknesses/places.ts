/** Where the rules of a language speak in a source: each is asked only about what it can speak of. */
import type { Language } from '../syntax/language.ts';
import { NameAnswers } from '../syntax/name-answers.ts';
import type { Concern } from '../syntax/phrases.ts';
import type { Assignment, Call, Phrase, Source } from '../syntax/source.ts';
import { Spots } from '../syntax/spots.ts';
import type { AssignmentCheck, CallCheck, NamedCheck, PhraseCheck, RuleId, RuleSet } from './rules.ts';

/** The rules of one language, by the names that calls are looked up under. */
export interface NamedRules {
  readonly rules: RuleSet;
  /** The checks of calls by a dotted name, and of its last member. */
  readonly named: NameAnswers<readonly NamedCheck[]>;
}

const NO_CHECKS: readonly NamedCheck[] = [];

/** The checks of calls by name. */
export function answersOf({ calls }: RuleSet, language: Language): NamedRules['named'] {
  const byName = Map.groupBy(calls, ({ name }) => name);
  return new NameAnswers(
    (name) => {
      const member = name.lastIndexOf('.');
      const found = [...(byName.get(name) ?? []), ...((member > 0 ? byName.get(name.slice(member)) : undefined) ?? [])];
      return found.length === 0 ? NO_CHECKS : found;
    },
    language === 'r' ? undefined : byName.keys(),
  );
}

/** What is told, and where. */
export interface Placed {
  readonly rule: RuleId;
  readonly start: number;
}

/** Places in source order, each rule once for one line of code. */
export function placesIn(source: Source, checks: NamedRules, turn: number): readonly Placed[] {
  const places = new Places();
  if (turn !== -1) places.add('hidden-text-direction', turn);
  tellNames(source, checks, places);
  const { rules } = checks;
  for (const asked of askedOf(rules.everyCall, source, rules)) {
    const calls = asked.spots === undefined ? source.calls : source.callsHolding(asked.spots);
    tellEvery(asked.check, calls, { source, places });
  }
  for (const asked of askedOf(rules.everyAssignment, source, rules)) {
    const assignments = asked.spots === undefined ? source.assignments : source.assignmentsHolding(asked.spots);
    tellEvery(asked.check, assignments, { source, places });
  }
  tellPhrases(source, rules, places);
  return places.sorted();
}

class Places {
  private readonly found = new Map<string, Placed>();

  add(rule: RuleId, start: number): void {
    this.found.set(`${rule} ${start}`, { rule, start });
  }

  sorted(): readonly Placed[] {
    return [...this.found.values()].sort((a, b) => a.start - b.start || (a.rule < b.rule ? -1 : 1));
  }
}

function spotsOf(
  check: CallCheck | AssignmentCheck | PhraseCheck,
  { text }: Source,
  { spots }: RuleSet,
): Spots | undefined {
  const pattern = spots.get(check);
  return pattern === undefined ? undefined : new Spots(text, pattern);
}

/** Asks each call what concerns its name. */
function tellNames(source: Source, { named }: NamedRules, places: Places): void {
  for (const call of source.noted) {
    const checks = named.about(call);
    if (checks !== NO_CHECKS) tellNamed(call, checks, { source, places });
  }
}

function tellNamed(call: Call, checks: readonly NamedCheck[], { source, places }: Into): void {
  for (const { check } of checks) {
    const rule = check(call, source);
    if (rule !== undefined) places.add(rule, call.start);
  }
}

interface Into {
  readonly source: Source;
  readonly places: Places;
}

interface Asked<Check> {
  readonly check: Check;
  /** Where it can speak; everywhere where there are none. */
  readonly spots: Spots | undefined;
}

/** The checks that can speak in a source, each with where. */
function askedOf<Check extends CallCheck | AssignmentCheck>(
  checks: readonly Check[],
  source: Source,
  rules: RuleSet,
): readonly Asked<Check>[] {
  return checks
    .map((check) => ({ check, spots: spotsOf(check, source, rules) }))
    .filter(({ spots }) => spots === undefined || spots.after(0) !== Number.POSITIVE_INFINITY);
}

/** Asks one check about each of some calls or assignments. */
function tellEvery<One extends Call | Assignment>(
  check: (one: One, source: Source) => RuleId | undefined,
  every: readonly One[],
  { source, places }: Into,
): void {
  for (const one of every) {
    const rule = check(one, source);
    if (rule !== undefined) places.add(rule, one.start);
  }
}

/** Asks the checks of phrases about those that concern them. */
function tellPhrases(source: Source, rules: RuleSet, places: Places): void {
  const { phrases } = source;
  const asked = rules.everyPhrase.map(
    (check): AskedPhrase => ({
      check,
      concern: rules.concerns.get(check),
      spots: spotsOf(check, source, rules),
    }),
  );
  // Where all of them ask for signs, most phrases have none of these.
  const bySign = asked.every(({ concern }) => concern !== undefined && concern.begins === undefined);
  const signs = asked.reduce((bits, { concern }) => bits | (concern?.signs ?? 0), 0);
  for (let at = 0; at < phrases.length; at += 1) {
    if (!bySign || (phrases.signsOf(at) & signs) !== 0) tellPhrase(at, asked, { source, places });
  }
}

interface AskedPhrase extends Asked<PhraseCheck> {
  readonly concern: Concern | undefined;
}

function tellPhrase(at: number, asked: readonly AskedPhrase[], { source, places }: Into): void {
  const { phrases } = source;
  let phrase: Phrase | undefined;
  const signs = phrases.signsOf(at);
  for (const { check, concern, spots } of asked) {
    // A look at the signs spares most checks the question.
    if (concern !== undefined && concern.begins === undefined && (concern.signs & signs) === 0) continue;
    if (concern !== undefined && !phrases.concerns(at, concern)) continue;
    if (spots !== undefined && !phrases.holds(at, spots)) continue;
    phrase ??= phrases.at(at);
    const rule = phrase === undefined ? undefined : check(phrase, source);
    if (phrase !== undefined && rule !== undefined) places.add(rule, phrase.start);
  }
}
