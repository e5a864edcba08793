import { type ContentFile, type ContentSubject, excerpt, isAside, lineCounter } from '../../domain/content.ts';
import type { Finding, Severity } from '../../domain/evidence.ts';
import type { ContentInspection, ContentReading, ContentScanner } from '../contract.ts';
import { isBundledAsset } from '../syntax/bundle.ts';
import { sayingWhatIsUnread } from '../syntax/compressed-code.ts';
import { type Language, languageOf } from '../syntax/language.ts';
import { isOddlyWritten } from '../syntax/odd-writing.ts';
import { withPlainNames } from '../syntax/plain-names.ts';
import { readSource } from '../syntax/source.ts';
import { Hints } from '../syntax/vocabulary.ts';
import { addressSigns } from './addresses.ts';
import { Compiled } from './compiled.ts';
import { installCodeDeclaration } from './declaration.ts';
import { deedOf, Lifecycle } from './lifecycle.ts';
import { loadSigns, mayAct } from './load-time.ts';
import { LoneFile } from './lone-file.ts';
import { isInstallScript, setupSigns } from './setup-signs.ts';
import { shellSigns } from './shell-signs.ts';
import { type Said, SIGNS, type SignId } from './signs.ts';
import { literalSigns, sourceHints, sourceSigns } from './source-signs.ts';
import {
  commandSigns,
  configureSigns,
  foreignLetters,
  hiddenSigns,
  lifecycleSigns,
  startUpSigns,
} from './text-signs.ts';
import { WORD_HINTS, wordSigns } from './word-signs.ts';

/** Places of one sign that are listed for one distribution. */
const MOST_PER_SIGN = 20;
/** Places of one sign that are listed for one file. */
const MOST_PER_FILE = 2;
/** Characters of a line that are repeated. */
const LONGEST_LINE = 200;
const LONGEST_PATH = 300;

/** Code that runs at install or import, and code that hides what it does. */
export const installCodeScanner: ContentScanner = {
  ...installCodeDeclaration,
  inspect: (subject, reading) => sayingWhatIsUnread(new InstallInspection(subject, reading)),
};

const HINTS: Readonly<Record<Language, Hints>> = {
  python: new Hints([...sourceHints('python'), ...WORD_HINTS], { oddly: true }),
  javascript: new Hints([...sourceHints('javascript'), ...WORD_HINTS], { oddly: true }),
  r: new Hints([...sourceHints('r'), ...WORD_HINTS], { oddly: true }),
};
/** All hints: those without a label ask for a tree. */
const EVERY_HINT: ReadonlySet<string> = new Set(['', ...WORD_HINTS.map(({ label }) => label ?? '')]);

interface Tally {
  readonly findings: Finding[];
  places: number;
}

class InstallInspection implements ContentInspection {
  private readonly subject: ContentSubject;
  private readonly reading: ContentReading;
  private readonly tallies = new Map<string, Tally>();
  private readonly compiled = new Compiled();
  private readonly lifecycle = new Lifecycle();
  private readonly loneFile = new LoneFile();

  constructor(subject: ContentSubject, reading: ContentReading = 'hinted') {
    this.subject = subject;
    this.reading = reading;
  }

  file(file: ContentFile): void {
    const { path, text } = file;
    if (text === undefined) {
      this.compiled.binary(file);
      return;
    }
    this.compiled.source(path);
    this.lifecycle.manifest(path, text);
    this.loneFile.file(path, text);
    // Where a script of another name and place says nothing new; what runs by its name or place is looked at each time.
    if (file.repeatOf !== undefined && path.endsWith('.js')) {
      this.lifecycle.repeat(path, file.repeatOf);
      return;
    }
    const perSign = new Map<SignId, number>();
    const line = lineCounter(text);
    for (const { sign, start } of this.signsIn(file, text).toSorted((a, b) => a.start - b.start)) {
      const before = perSign.get(sign) ?? 0;
      perSign.set(sign, before + 1);
      const severity = severityOf(sign, path, this.subject);
      const key = `${sign} ${severity}`;
      const tally = this.tallies.get(key) ?? { findings: [], places: 0 };
      this.tallies.set(key, tally);
      tally.places += 1;
      if (before < MOST_PER_FILE && tally.findings.length < MOST_PER_SIGN)
        tally.findings.push(findingAt({ path, text, sign, severity, start, line: line(start) }));
    }
  }

  done(): { status: 'completed'; findings: readonly Finding[] } {
    const findings = [...this.tallies.values()].flatMap((tally) => [...tally.findings, ...cut(tally)]);
    return {
      status: 'completed',
      findings: [
        ...findings,
        ...this.lifecycle.findings(),
        ...this.loneFile.findings(),
        ...this.compiled.findings(this.subject.filename),
      ],
    };
  }

  private signsIn(file: ContentFile, text: string): readonly Said[] {
    const { path } = file;
    const owner = this.subject.name;
    const found = [
      ...startUpSigns(path, text),
      ...commandSigns(path, text, owner),
      ...lifecycleSigns(path, text),
      ...addressSigns(path, text),
      ...configureSigns(path, text),
    ];
    const language = languageOf(path, text);
    if (language === undefined) return [...found, ...shellSigns(path, text)];
    found.push(...hiddenSigns(text));
    if (language === 'javascript' && isBundledAsset(text, this.subject.ecosystem)) return found;
    const plain = withPlainNames(file).text ?? text;
    const spoken = HINTS[language].spokenIn(plain, EVERY_HINT);
    found.push(...wordSigns(plain, spoken));
    if (language === 'python' && plain !== text) found.push(...foreignLetters(text));
    const asksTree = spoken.some(({ label }) => label === undefined);
    return [...found, ...this.treeSigns(file, language, asksTree)];
  }

  private treeSigns(file: ContentFile, language: Language, asked: boolean): readonly Said[] {
    const plain = withPlainNames(file);
    const { text = '' } = plain;
    const isNpm = this.subject.ecosystem === 'npm';
    const isSetup = language === 'python' && isInstallScript(file.path, !this.subject.filename.endsWith('.whl'));
    // JavaScript in packages of other ecosystems is loaded by pages.
    const isLoaded = language !== 'javascript' || isNpm;
    const everything = this.reading === 'everything';
    const isOdd = () => isOddlyWritten(text, language);
    const acts = isLoaded && (everything || mayAct(text, language) || isOdd());
    // A lifecycle script of npm may start any file.
    const isDeed = acts && isNpm;
    const literal = literalSigns(file.text ?? text);
    const worth = isSetup || literal.length > 0 || acts || asked || everything || isOdd();
    if (!worth) return [];
    const source = readSource(plain);
    if (source === undefined) return [];
    if (isDeed) this.lifecycle.deed(deedOf(source));
    return [
      ...sourceSigns(source, literal),
      ...(acts ? loadSigns(source) : []),
      ...(isSetup ? setupSigns(source) : []),
    ];
  }
}

/** One finding that says how many places were not listed. */
function cut({ findings, places }: Tally): readonly Finding[] {
  const [first] = findings;
  const unlisted = places - findings.length;
  if (first === undefined || unlisted === 0) return [];
  return [
    {
      ...first,
      severity: 'info',
      summary: `${unlisted} more places: ${first.summary}`,
      location: undefined,
      data: { sign: first.data.sign ?? null, unlisted },
    },
  ];
}

/** Tests and examples are not loaded by the user; they still lie in the package. */
function severityOf(sign: SignId, path: string, subject: ContentSubject): Severity {
  const { severity } = SIGNS[sign];
  // Of core metadata the description illustrates; the headers, where addresses are read, are meant.
  const isMeant = sign === 'dependency-by-address' && /\/(?:METADATA|PKG-INFO)$/.test(path);
  if (isMeant || !isAside(path, subject)) return severity;
  return severity === 'high' ? 'medium' : 'info';
}

interface Found extends Said {
  readonly path: string;
  readonly text: string;
  readonly severity: Severity;
  readonly line: number;
}

function findingAt({ path, text, sign, severity, start, line }: Found): Finding {
  const begin = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - LONGEST_LINE / 2);
  const end = text.indexOf('\n', start);
  const shown = text.slice(begin, Math.min(end === -1 ? text.length : end, begin + LONGEST_LINE + 1));
  return {
    kind: 'install-code',
    severity,
    subject: path,
    summary: SIGNS[sign].summary,
    location: `${path.slice(0, LONGEST_PATH)}:${line}`,
    data: { sign, line: excerpt(shown, LONGEST_LINE) },
  };
}
