import { type ContentFile, excerpt, isIllustration, lineCounter } from '../../domain/content.ts';
import type { Finding, Severity } from '../../domain/evidence.ts';
import type { ContentInspection, ContentReading, ContentScanner } from '../contract.ts';
import { isBundledAsset } from '../syntax/bundle.ts';
import { sayingWhatIsUnread } from '../syntax/compressed-code.ts';
import { directionTurn } from '../syntax/hidden-text.ts';
import { type Language, languageOf } from '../syntax/language.ts';
import { readSource, type Source } from '../syntax/source.ts';
import { Hints, wordsOf } from '../syntax/vocabulary.ts';
import { JAVASCRIPT } from './javascript.ts';
import { PYTHON } from './python.ts';
import { R } from './r.ts';
import { type CallCheck, RULES, type RuleId, type RuleSet } from './rules.ts';

/** The rules of one language, by the names that calls are looked up under. */
interface Checks {
  readonly rules: RuleSet;
  readonly byName: ReadonlyMap<string, readonly CallCheck[]>;
  readonly hints: Hints;
}

function prepare(rules: RuleSet): Checks {
  const byName = new Map<string, CallCheck[]>();
  for (const { name, check } of rules.calls) byName.set(name, [...(byName.get(name) ?? []), check]);
  const hints = rules.calls.map(({ name, pattern }) => ({ words: wordsOf(name), ...(pattern && { pattern }) }));
  return { rules, byName, hints: new Hints([...hints, ...rules.hints]) };
}

const CHECKS: Readonly<Record<Language, Checks>> = {
  python: prepare(PYTHON),
  javascript: prepare(JAVASCRIPT),
  r: prepare(R),
};

/** Places of one rule and severity that are listed for one distribution: a person who has seen so many knows the habit. */
const MOST_PER_RULE = 40;
/** The same for what is only worth knowing. */
const MOST_INFO_PER_RULE = 20;
/** Places of one rule that are listed for one file. */
const MOST_PER_FILE = 20;
/** Places that are listed for one distribution, over all rules. */
const MOST_PLACES = 600;
/** Names of files that were read only in part, as listed. */
const MOST_PARTIAL = 10;
/** Characters of a line that are repeated. */
const LONGEST_LINE = 200;

/** Weak spots in Python, JavaScript and R code, by syntax tree. */
export const weaknessesScanner: ContentScanner = {
  id: 'weaknesses',
  version: 4,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['weakness'],
  sees: 'Calls and settings in Python, JavaScript and R source that are known weaknesses (CWE): code and commands made from data, unsafe deserialisation, TLS checks switched off, cleartext transfer, broken hashes and ciphers, SQL put together from strings, values of a web request that reach files, pages, addresses or queries, passwords in the code, protections switched off, and others.',
  cannotSee:
    'Whether outsiders can reach the place, values that come from another file or through several functions, and weaknesses of design; of very large files only the first 2 MB are read, and JavaScript bundles that nothing runs but a browser are not.',
  inspect: ({ ecosystem }, reading) => sayingWhatIsUnread(new WeaknessInspection(ecosystem, reading)),
};

interface Tally {
  readonly findings: Finding[];
  places: number;
}

class WeaknessInspection implements ContentInspection {
  private readonly ecosystem: string;
  private readonly reading: ContentReading;
  private readonly tallies = new Map<string, Tally>();
  private readonly partial: string[] = [];
  /** Places listed so far. */
  private places = 0;

  constructor(ecosystem: string, reading: ContentReading = 'hinted') {
    this.ecosystem = ecosystem;
    this.reading = reading;
  }

  file(file: ContentFile): void {
    if (file.text === undefined || file.repeatOf !== undefined) return;
    const language = languageOf(file.path, file.text);
    if (language === undefined) return;
    if (language === 'javascript' && isBundledAsset(file.text, this.ecosystem)) return;
    const turn = directionTurn(file.text);
    const worth = turn !== -1 || CHECKS[language].hints.speakIn(file.text);
    if (!worth && this.reading === 'hinted') return;
    const source = readSource(file);
    if (source === undefined) return;
    if (worth && !source.whole) this.partial.push(file.path);
    this.tell(source, CHECKS[language], turn);
  }

  done(): { status: 'completed'; findings: readonly Finding[] } {
    const findings = [...this.tallies].flatMap(([key, tally]) => [...tally.findings, ...this.cut(key, tally)]);
    return { status: 'completed', findings: [...findings, ...this.unread()] };
  }

  private tell(source: Source, checks: Checks, turn: number): void {
    const perRule = new Map<RuleId, number>();
    const line = lineCounter(source.text);
    for (const { rule, start } of placesIn(source, checks, turn)) {
      const before = perRule.get(rule) ?? 0;
      perRule.set(rule, before + 1);
      const severity = severityOf(rule, source.path);
      const key = `${rule} ${severity}`;
      const tally = this.tallies.get(key) ?? { findings: [], places: 0 };
      this.tallies.set(key, tally);
      tally.places += 1;
      const most = severity === 'info' ? MOST_INFO_PER_RULE : MOST_PER_RULE;
      const isFull = before >= MOST_PER_FILE || tally.findings.length >= most || this.places >= MOST_PLACES;
      if (isFull && tally.findings.length > 0) continue;
      this.places += 1;
      tally.findings.push(findingAt({ source, rule, severity, start, line: line(start) }));
    }
  }

  /** One finding that says how many places were not listed. */
  private cut(key: string, { findings, places }: Tally): readonly Finding[] {
    const [first] = findings;
    const unlisted = places - findings.length;
    if (first === undefined || unlisted === 0) return [];
    const summary = `${unlisted} more places: ${first.summary}`;
    return [
      {
        ...first,
        severity: 'info',
        summary,
        location: undefined,
        data: { rule: key.split(' ', 1)[0] ?? key, cwe: first.data.cwe ?? null, unlisted },
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

interface Placed {
  readonly rule: RuleId;
  readonly start: number;
}

/** Places in source order, each rule once for one line of code. */
function placesIn(source: Source, { rules, byName }: Checks, turn: number): readonly Placed[] {
  const found = new Map<string, Placed>();
  const add = (rule: RuleId | undefined, start: number): void => {
    if (rule !== undefined) found.set(`${rule} ${start}`, { rule, start });
  };
  if (turn !== -1) add('hidden-text-direction', turn);
  for (const call of source.calls) {
    const member = call.name.slice(call.name.lastIndexOf('.'));
    const named = [
      ...(byName.get(call.name) ?? []),
      ...(member.length < call.name.length ? (byName.get(member) ?? []) : []),
    ];
    for (const check of [...named, ...rules.everyCall]) add(check(call, source), call.node.start);
  }
  for (const assignment of source.assignments)
    for (const check of rules.everyAssignment) add(check(assignment, source), assignment.start);
  for (const [at, phrase] of source.phrases.entries())
    for (const check of rules.everyPhrase) add(check(phrase, source, source.phrases[at + 1]), phrase.start);
  return [...found.values()].sort((a, b) => a.start - b.start || (a.rule < b.rule ? -1 : 1));
}

/** What tests and examples do is not what the release does to its user: one step lower. */
function severityOf(rule: RuleId, path: string): Severity {
  const { severity } = RULES[rule];
  if (!isIllustration(path)) return severity;
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
