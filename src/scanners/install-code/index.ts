import { type BinaryFormat, binaryFormat } from '../../domain/binary-format.ts';
import { type ContentFile, type ContentSubject, excerpt, isIllustration, lineCounter } from '../../domain/content.ts';
import type { Finding, Severity } from '../../domain/evidence.ts';
import type { ContentInspection, ContentScanner } from '../contract.ts';
import { isBundledAsset } from '../syntax/bundle.ts';
import { type Language, languageOf } from '../syntax/language.ts';
import { readSource } from '../syntax/source.ts';
import { Hints } from '../syntax/vocabulary.ts';
import { type Said, SIGNS, type SignId } from './signs.ts';
import { isInstallScript, literalSigns, setupSigns, sourceHints, sourceSigns } from './source-signs.ts';
import { commandSigns, configureSigns, hiddenSigns, lifecycleSigns, startUpSigns } from './text-signs.ts';

/** Places of one sign that are listed for one distribution. */
const MOST_PER_SIGN = 20;
/** Places of one sign that are listed for one file. */
const MOST_PER_FILE = 2;
/** Compiled files that are listed by name. */
const MOST_PROGRAMS = 20;
/** Characters of a line that are repeated. */
const LONGEST_LINE = 200;
const LONGEST_PATH = 300;

/** Code that runs at install or import, and code that hides what it does. */
export const installCodeScanner: ContentScanner = {
  id: 'install-code',
  version: 2,
  looksAt: 'content',
  ecosystems: 'every',
  emits: ['install-code'],
  sees: 'Install scripts, .pth files, start-up modules, load hooks and lifecycle scripts that do more than install; decoded code that is run, download-and-run, harvested environment and credentials, reverse shells, drop points, and text made to mislead a reader.',
  cannotSee:
    'Intent, code that is put together beyond one file or by compiled files, and code that behaves differently at another time or place. JavaScript bundles that nothing runs but a browser are not read as source.',
  inspect: (subject) => new InstallInspection(subject),
};

const HINTS: Readonly<Record<Language, Hints>> = {
  python: new Hints(sourceHints('python')),
  javascript: new Hints(sourceHints('javascript')),
  r: new Hints(sourceHints('r')),
};

interface Tally {
  readonly findings: Finding[];
  places: number;
}

class InstallInspection implements ContentInspection {
  private readonly subject: ContentSubject;
  private readonly tallies = new Map<string, Tally>();
  private readonly programs: { path: string; format: BinaryFormat }[] = [];

  constructor(subject: ContentSubject) {
    this.subject = subject;
  }

  file(file: ContentFile): void {
    const { path, text } = file;
    if (text === undefined) {
      const format = binaryFormat(file.bytes);
      if (format !== undefined) this.programs.push({ path, format });
      return;
    }
    // Where a script of another name and place says nothing new; what runs by its name or place is looked at each time.
    if (file.repeatOf !== undefined && path.endsWith('.js')) return;
    const perSign = new Map<SignId, number>();
    const line = lineCounter(text);
    for (const { sign, start } of this.signsIn(file, text).toSorted((a, b) => a.start - b.start)) {
      const before = perSign.get(sign) ?? 0;
      perSign.set(sign, before + 1);
      const severity = severityOf(sign, path);
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
    return { status: 'completed', findings: [...findings, ...this.programsInPure()] };
  }

  private signsIn(file: ContentFile, text: string): readonly Said[] {
    const { path } = file;
    const owner = this.subject.name;
    const found = [
      ...startUpSigns(path, text),
      ...commandSigns(path, text, owner),
      ...lifecycleSigns(path, text),
      ...configureSigns(path, text),
    ];
    const language = languageOf(path, text);
    if (language === undefined) return found;
    found.push(...hiddenSigns(text));
    if (language === 'javascript' && isBundledAsset(text, this.subject.ecosystem)) return found;
    const isSetup = language === 'python' && isInstallScript(path, !this.subject.filename.endsWith('.whl'));
    const literal = literalSigns(file, text);
    if (!isSetup && literal.length === 0 && !HINTS[language].speakIn(text)) return found;
    const source = readSource(file);
    if (source === undefined) return found;
    return [...found, ...sourceSigns(source, literal), ...(isSetup ? setupSigns(source) : [])];
  }

  /** A wheel tagged `none-any` says that it runs anywhere: compiled code in it has no source there and no build. */
  private programsInPure(): readonly Finding[] {
    const native = this.programs
      .filter(({ format }) => format.machine !== 'any')
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const [first] = native;
    if (first === undefined || !/-none-any\.whl$/.test(this.subject.filename)) return [];
    const files = native
      .slice(0, MOST_PROGRAMS)
      .map(({ path, format }) => ({ path: path.slice(0, LONGEST_PATH), ...format }));
    return [
      {
        kind: 'install-code',
        severity: SIGNS['programs-in-pure-package'].severity,
        subject: first.path,
        summary: `${native.length} ${SIGNS['programs-in-pure-package'].summary}`,
        location: first.path.slice(0, LONGEST_PATH),
        data: { sign: 'programs-in-pure-package', count: native.length, files },
      },
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
function severityOf(sign: SignId, path: string): Severity {
  const { severity } = SIGNS[sign];
  if (!isIllustration(path)) return severity;
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
