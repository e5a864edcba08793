import { type ContentFile, type ContentSubject, excerpt, isAside, lineCounter } from '../../domain/content.ts';
import { counted } from '../../domain/counted.ts';
import type { Finding, Severity } from '../../domain/evidence.ts';
import type { ContentInspection, ContentReading, ContentScanner } from '../contract.ts';
import { isBundledAsset } from '../syntax/bundle.ts';
import { sayingWhatIsUnread } from '../syntax/compressed-code.ts';
import { directionTurn } from '../syntax/hidden-text.ts';
import { type Language, languageOf } from '../syntax/language.ts';
import { withPlainNames } from '../syntax/plain-names.ts';
import { namingMember } from '../syntax/python-modules.ts';
import { readSource, type Source } from '../syntax/source.ts';
import { all, around, type Hint, Hints, holds, type Probe, wordsOf } from '../syntax/vocabulary.ts';
import { weaknessesDeclaration } from './declaration.ts';
import { JAVASCRIPT } from './javascript.ts';
import { answersOf, type NamedRules, type Placed, placesIn } from './places.ts';
import { PYTHON } from './python.ts';
import { R } from './r.ts';
import {
  type AssignmentCheck,
  type CallCheck,
  type NamedCheck,
  type PhraseCheck,
  RULES,
  type RuleId,
  type RuleSet,
  ruleIds,
} from './rules.ts';

/** The rules of one language, and what asks for them. */
interface Checks extends NamedRules {
  readonly hints: Hints;
}

function prepare(rules: RuleSet, language: Language): Checks {
  const hints = new Hints([...rules.calls.flatMap((call) => hintsOf(call, rules, language)), ...rules.hints]);
  return { rules, named: answersOf(rules, language), hints };
}

/** What a check by name needs; where it speaks of a value from outside as well, it asks for that on its own. */
function hintsOf({ name, pattern, only }: NamedCheck, { input }: RuleSet, language: Language): readonly Hint[] {
  const words = wordsOf(name);
  const member = language === 'python' ? namingMember(name) : undefined;
  const needs = [member ?? [], asWritten(name), pattern ?? []].flat();
  const hint: Hint = { words, ...(needs.length > 0 && { pattern: all(...needs) }) };
  if (only === undefined) return [hint];
  return [
    { ...hint, label: only },
    { words, pattern: all(...needs, input) },
  ];
}

/** A module whose name is several words joined by dashes stands so wherever it is loaded: its words alone are common ones. */
function asWritten(name: string): readonly Probe[] {
  const [module = ''] = name.split('.', 1);
  return module.includes('-') ? [around([module], new RegExp(module))] : [];
}

/** Rules that are only worth knowing: once as many places are listed as ever are, no file is read for them. */
const INFO_RULES: readonly RuleId[] = ruleIds().filter((rule) => RULES[rule].severity === 'info');

const CHECKS: Readonly<Record<Language, Checks>> = {
  python: prepare(PYTHON, 'python'),
  javascript: prepare(JAVASCRIPT, 'javascript'),
  r: prepare(R, 'r'),
};

/** Places of one rule and severity that are listed for one distribution: a person who has seen so many knows the habit. */
const MOST_PER_RULE = 40;
/** The same for what is only worth knowing. */
const MOST_INFO_PER_RULE = 20;
/** What most libraries that have to do with files, patterns or modules do all the time: a few places show the habit. */
const HABITS: ReadonlySet<RuleId> = new Set<RuleId>(['file-by-name', 'regex-from-data', 'module-by-name']);
const MOST_OF_HABIT = 3;
/** Places that are listed for one distribution, over all rules. */
const MOST_PLACES = 600;
/** Names of files that were read only in part, as listed. */
const MOST_PARTIAL = 10;
/** Characters of a line that are repeated. */
const LONGEST_LINE = 200;

/** Weak spots in Python, JavaScript and R code, by syntax tree. */
export const weaknessesScanner: ContentScanner = {
  ...weaknessesDeclaration,
  inspect: (subject, reading) => sayingWhatIsUnread(new WeaknessInspection(subject, reading)),
};

interface Tally {
  readonly findings: Finding[];
  places: number;
}

class WeaknessInspection implements ContentInspection {
  private readonly subject: ContentSubject;
  private readonly reading: ContentReading;
  private readonly tallies = new Map<string, Tally>();
  private readonly partial: string[] = [];
  /** Labels of the hints that still ask for a tree: rules that are told often enough are not among them. */
  private readonly asked = new Set<string>(['', ...INFO_RULES]);
  /** Places listed so far. */
  private places = 0;

  constructor(subject: ContentSubject, reading: ContentReading = 'hinted') {
    this.subject = subject;
    this.reading = reading;
  }

  file(given: ContentFile): void {
    const file = withPlainNames(given);
    if (file.text === undefined || file.repeatOf !== undefined) return;
    const language = languageOf(file.path, file.text);
    if (language === undefined) return;
    if (language === 'javascript' && isBundledAsset(file.text, this.subject.ecosystem)) return;
    const turn = directionTurn(file.text);
    const worth = turn !== -1 || CHECKS[language].hints.speakIn(file.text, this.asked);
    if (!worth && this.reading === 'hinted') return;
    const source = readSource(file);
    if (source === undefined) return;
    if (worth && !source.whole) this.partial.push(file.path);
    this.tell(source, this.speaking(CHECKS[language], file.text), turn);
  }

  /** The checks that can speak in a text. */
  private speaking(checks: Checks, text: string): Checks {
    if (this.reading === 'everything') return { ...checks, rules: { ...checks.rules, spots: new Map() } };
    const { needs, everyCall, everyAssignment, everyPhrase } = checks.rules;
    const isWorth = (check: CallCheck | AssignmentCheck | PhraseCheck): boolean => {
      const need = needs.get(check);
      return need === undefined || holds(text, need);
    };
    const rules = {
      ...checks.rules,
      everyCall: everyCall.filter(isWorth),
      everyAssignment: everyAssignment.filter(isWorth),
      everyPhrase: everyPhrase.filter(isWorth),
    };
    return { ...checks, rules };
  }

  done(): { status: 'completed'; findings: readonly Finding[] } {
    const findings = [...this.tallies].flatMap(([key, tally]) => [...tally.findings, ...this.cut(key, tally)]);
    return { status: 'completed', findings: [...findings, ...this.unread()] };
  }

  private tell(source: Source, checks: Checks, turn: number): void {
    const told = new Set<RuleId>();
    const line = lineCounter(source.text);
    for (const { rule, start } of placesIn(source, checks, turn)) {
      if (this.isToldEnough(rule)) continue;
      told.add(rule);
      const severity = severityOf(rule, source.path, this.subject);
      const key = `${rule} ${severity}`;
      const tally = this.tallies.get(key) ?? { findings: [], places: 0 };
      this.tallies.set(key, tally);
      tally.places += 1;
      const most = severity === 'info' ? mostOf(rule) : MOST_PER_RULE;
      const isFull = tally.findings.length >= most || this.places >= MOST_PLACES;
      if (isFull && tally.findings.length > 0) continue;
      this.places += 1;
      tally.findings.push(findingAt({ source, rule, severity, start, line: line(start) }));
    }
    // After the file: whether a rule is told must not hang on what else the file was read for.
    for (const rule of told)
      if ((this.tallies.get(`${rule} info`)?.findings.length ?? 0) >= mostOf(rule)) this.asked.delete(rule);
  }

  private isToldEnough(rule: RuleId): boolean {
    return RULES[rule].severity === 'info' && !this.asked.has(rule);
  }

  /** One finding that says how many places were not listed. */
  private cut(key: string, { findings, places }: Tally): readonly Finding[] {
    const [first] = findings;
    const unlisted = places - findings.length;
    const [rule = key] = key.split(' ', 1);
    const isCut = INFO_RULES.some((one) => one === rule) && !this.asked.has(rule);
    if (first === undefined || (unlisted === 0 && !isCut)) return [];
    const many =
      unlisted === 0 ? 'more places, not counted' : `${isCut ? 'at least ' : ''}${counted(unlisted, 'more place')}`;
    return [
      {
        ...first,
        severity: 'info',
        summary: `${many}: ${first.summary}`,
        location: undefined,
        data: { rule, cwe: first.data.cwe ?? null, unlisted, ...(isCut && { atLeast: true }) },
      },
    ];
  }

  private unread(): readonly Finding[] {
    if (this.partial.length === 0) return [];
    const files = this.partial.toSorted().slice(0, MOST_PARTIAL);
    return [
      {
        kind: 'weakness',
        severity: 'info',
        subject: files[0] ?? '',
        summary: `${this.partial.length} large source files were read only in part`,
        location: undefined,
        data: { rule: 'partly-read', files, count: this.partial.length },
      },
    ];
  }
}

function mostOf(rule: RuleId): number {
  return HABITS.has(rule) ? MOST_OF_HABIT : MOST_INFO_PER_RULE;
}

/** What tests and examples do is not what the release does to its user: one step lower. */
function severityOf(rule: RuleId, path: string, subject: ContentSubject): Severity {
  const { severity } = RULES[rule];
  if (!isAside(path, subject)) return severity;
  return severity === 'high' ? 'low' : 'info';
}

interface Found extends Placed {
  readonly source: Source;
  readonly severity: Severity;
  readonly line: number;
}

function findingAt({ source, rule, severity, start, line }: Found): Finding {
  const { cwe, summary } = RULES[rule];
  return {
    kind: 'weakness',
    severity,
    subject: source.path,
    summary: `${summary} (${cwe})`,
    location: `${source.path}:${line}`,
    data: { rule, cwe, line: excerpt(lineAt(source.text, start), LONGEST_LINE) },
  };
}

/** The line around an offset; of a long one, what begins there. */
function lineAt(text: string, start: number): string {
  const begin = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - LONGEST_LINE / 2);
  const end = text.indexOf('\n', start);
  return text.slice(begin, Math.min(end === -1 ? text.length : end, begin + LONGEST_LINE + 1));
}
