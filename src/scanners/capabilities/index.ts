import { type BinaryFormat, binaryFormat } from '../../domain/binary-format.ts';
import { type ContentFile, lineCounter } from '../../domain/content.ts';
import { counted } from '../../domain/counted.ts';
import type { Finding, JsonValue } from '../../domain/evidence.ts';
import type { ContentInspection, ContentReading, ContentScanner } from '../contract.ts';
import { isBundledAsset } from '../syntax/bundle.ts';
import { COMMON_MODULES, NAMES_MODULE, quoted } from '../syntax/common-modules.ts';
import { sayingWhatIsUnread } from '../syntax/compressed-code.ts';
import { type Language, languageOf } from '../syntax/language.ts';
import { isOddlyWritten } from '../syntax/odd-writing.ts';
import { withPlainNames } from '../syntax/plain-names.ts';
import { JAVASCRIPT_VERBS, POWERS, type Power, powerNames, powerOf } from '../syntax/powers.ts';
import { importing, namingMember } from '../syntax/python-modules.ts';
import { readSource, type Source } from '../syntax/source.ts';
import { all, any, around, type Hint, Hints, holds, type Probe, wordsOf } from '../syntax/vocabulary.ts';
import { argumentHints, powersByArgument } from './by-argument.ts';
import { capabilitiesDeclaration } from './declaration.ts';

/** Places that are shown for one capability. */
const MOST_EXAMPLES = 5;
/** Files with a capability after which it is not looked for in further ones: that the release has it is plain by then. */
const MOST_FILES = 5;
/** Compiled files that are listed by name. */
const MOST_BINARIES = 50;
/** Characters of a path in a list. */
const LONGEST_PATH = 300;

/** What a release is able to do, by what its code imports and calls. */
export const capabilitiesScanner: ContentScanner = {
  ...capabilitiesDeclaration,
  inspect: ({ ecosystem }, reading) => sayingWhatIsUnread(new CapabilityInspection(ecosystem, reading)),
};

const COMMON_CALLS = 'eval|exec|Function|fetch|url|system|system2|pipe|shell|parse|save|unlink|sink';
/** Called, however the name is wrapped, given to another name, or named in quotes as what is to be called. */
const AS_CALL = around(
  [...COMMON_CALLS.split('|'), 'request'],
  new RegExp(
    [
      `(?<![.\\w])(?:${COMMON_CALLS}|request)["'\`]?\\s*(?:[\\])]\\s*)?(?:\\?\\.\\s*)?\\(`,
      `(?<![.\\w])(?:${COMMON_CALLS})\\s*\\.\\s*(?:call|apply)\\b`,
      `(?<=(?:=|<-)\\s*)(?:${COMMON_CALLS})\\s*(?:[;,)}\\n]|$)`,
      `(?<=\\(\\s*["'\`]?)(?:${COMMON_CALLS})["'\`]?\\s*[,)]`,
    ].join('|'),
  ),
);
const COMMON: ReadonlyMap<string, Probe> = new Map([
  ...['eval', 'exec', 'Function', 'fetch', 'url', 'system', 'pipe', 'shell', 'parse', 'save', 'unlink', 'sink'].map(
    (name): [string, Probe] => [name, AS_CALL],
  ),
  ...COMMON_MODULES.map((name): [string, Probe] => [name, NAMES_MODULE]),
]);

/** What a JavaScript text holds wherever something of the module `fs` can write: one question for all of its names. */
const WRITES_FILES = any(
  quoted(['fs', 'graceful-fs']),
  used('fs', `promises|createWriteStream|(?:${JAVASCRIPT_VERBS.join('|')})(?:Sync)?`),
);

const firstOf = (name: string): string => /^\w*/.exec(name)?.[0] ?? '';

/** What Python has without an import. */
const BUILT_IN: ReadonlySet<string> = new Set(['', 'eval', 'exec', 'execfile', '__builtins__']);
/** First names of the modules that give a power. */
const PYTHON_MODULES: ReadonlySet<string> = new Set(
  [...powerNames('python').keys()].map(firstOf).filter((first) => !BUILT_IN.has(first)),
);
/** What brings in modules without naming them in an import. */
const LOADS_UNSEEN = /import\s*\(?\s*\*|__import__|import_module|\bmodules\b|importlib|exec\s*\(|globals\s*\(/;

/** What the powers need in a file, labelled with the power. Names that are common words count only where they are called. */
const HINTS: Readonly<Record<Language, Hints>> = {
  python: hintsOf('python'),
  javascript: hintsOf('javascript'),
  r: hintsOf('r'),
};

function hintsOf(language: Language): Hints {
  const hints = [
    ...argumentHints(language),
    ...[...powerNames(language)].map(([name, label]): Hint => {
      const pattern = patternOf(name, language);
      return { words: wordsOf(name), label, ...(pattern && { pattern }) };
    }),
  ];
  return new Hints(hints, { oddly: true });
}

function patternOf(name: string, language: Language): Probe | undefined {
  switch (language) {
    case 'python':
      return ofModule(name) ?? COMMON.get(name);
    case 'javascript':
      return COMMON.get(name) ?? useOf(name);
    case 'r':
      return COMMON.get(name);
  }
}

/** What a Python text holds wherever a name of a module can mean what it says (`importedNames`). */
function ofModule(name: string): Probe | undefined {
  const first = firstOf(name);
  const member = namingMember(name);
  if (!PYTHON_MODULES.has(first)) return member;
  const comesIn = any(importing(first), LOADS_UNSEEN);
  return member === undefined ? comesIn : all(comesIn, member);
}

/**
 * What a JavaScript text holds wherever a name of several parts can mean what it says: the member itself, the module in
 * quotes, or another name for what it is a member of. A name that is none of JavaScript's is a module's.
 */
function useOf(name: string): Probe | undefined {
  if (/^(?:graceful-)?fs[./]/.test(name)) return WRITES_FILES;
  const [root = '', member] = name.split('.');
  if (/[-/]/.test(name)) return quoted([root]);
  return member === undefined || root === '' ? undefined : any(quoted([root]), used(root, member));
}

/** A member of what has this name, or another name for it. */
function used(root: string, member: string): Probe {
  return around(
    [root],
    new RegExp(
      `\\b${root}[\\s)]*(?:\\??\\.\\s*promises[\\s)]*)?(?:\\??\\.\\s*|(?:\\?\\.)?\\[\\s*["'\`])(?:${member})\\b|\\b${root}(?<==[^=;]{0,100})\\s*(?:[;,)}\\n]|$)`,
    ),
  );
}

interface Place {
  readonly path: string;
  readonly line: number;
  readonly name: string;
}

class CapabilityInspection implements ContentInspection {
  private readonly ecosystem: string;
  private readonly reading: ContentReading;
  private readonly places = new Map<Power, Place[]>();
  private readonly files = new Map<Power, number>();
  /** Powers that are not yet plain. */
  private readonly wanted = new Set<string>(POWERS);
  private readonly binaries: { path: string; format: BinaryFormat }[] = [];

  constructor(ecosystem: string, reading: ContentReading = 'hinted') {
    this.ecosystem = ecosystem;
    this.reading = reading;
  }

  file(given: ContentFile): void {
    const file = withPlainNames(given);
    const format = file.text === undefined ? binaryFormat(file.bytes) : undefined;
    if (format !== undefined) this.binaries.push({ path: file.path, format });
    if (file.text === undefined || file.repeatOf !== undefined) return;
    const language = languageOf(file.path, file.text);
    if (language === undefined) return;
    if (language === 'javascript' && isBundledAsset(file.text, this.ecosystem)) {
      this.takeBundle(file.path, file.text);
    } else if (
      this.reading === 'everything' ||
      HINTS[language].speakIn(file.text, this.wanted) ||
      isOddlyWritten(file.text, language)
    ) {
      const source = readSource(file);
      if (source !== undefined) this.take(source);
    }
  }

  done(): { status: 'completed'; findings: readonly Finding[] } {
    const found = POWERS.flatMap((power) => {
      const places = this.places.get(power);
      const binaries = power === 'native-code' ? this.binaries : [];
      return places === undefined && binaries.length === 0
        ? []
        : [findingOf(power, { places: places ?? [], files: this.files.get(power) ?? 0, binaries })];
    });
    return { status: 'completed', findings: found };
  }

  private take(source: Source): void {
    const line = lineCounter(source.text);
    const inFile = new Map<Power, Place>();
    const uses = [...usesIn(source)].toSorted((a, b) => a.start - b.start);
    for (const { power, name, start } of uses)
      if (!inFile.has(power)) inFile.set(power, { path: source.path, line: line(start), name });
    this.count(inFile);
  }

  /** A bundle is many packages in a few lines: what it names is shown, and a tree of it would say little more. */
  private takeBundle(path: string, text: string): void {
    const inFile = new Map<Power, Place>();
    for (const { label, words } of HINTS.javascript.spokenIn(text, this.wanted)) {
      const power = POWERS.find((one) => one === label);
      if (power !== undefined && !inFile.has(power)) inFile.set(power, { path, line: 1, name: words.join('.') });
    }
    this.count(inFile);
  }

  private count(inFile: ReadonlyMap<Power, Place>): void {
    for (const [power, place] of inFile) {
      const files = this.files.get(power) ?? 0;
      if (files >= MOST_FILES) continue;
      this.files.set(power, files + 1);
      if (files + 1 === MOST_FILES) this.wanted.delete(power);
      this.places.set(power, [...(this.places.get(power) ?? []), place]);
    }
  }
}

/** Whether a name can be what it says in this file. */
function modulesOf(source: Source): (name: string) => boolean {
  switch (source.language) {
    case 'javascript':
      return commonNames(source);
    case 'python':
      return importedNames(source);
    case 'r':
      return () => true;
  }
}

/** A module of JavaScript whose name is a common word (`ws`, `net`) is one only where the file names it in quotes; elsewhere a variable is called so. */
function commonNames({ text }: Source): (name: string) => boolean {
  if (holds(text, NAMES_MODULE)) return () => true;
  return (name) => COMMON.get(firstOf(name)) !== NAMES_MODULE;
}

/** A module of Python is one only where the file imports it; elsewhere a variable is called so (`requests = []`). */
function importedNames({ imports, text }: Source): (name: string) => boolean {
  const imported = new Set(imports.map(({ module }) => firstOf(module)));
  let unseen: boolean | undefined;
  return (name) => {
    const first = firstOf(name);
    if (!PYTHON_MODULES.has(first) || imported.has(first)) return true;
    unseen ??= LOADS_UNSEEN.test(text);
    return unseen;
  };
}

interface Use {
  readonly power: Power;
  readonly name: string;
  readonly start: number;
}

function* usesIn(source: Source): Generator<Use> {
  const { language } = source;
  for (const { module, target, start } of source.imports) {
    const power = powerOf(target, language) ?? powerOf(module, language);
    if (power !== undefined) yield { power, name: target, start };
  }
  const isLoaded = modulesOf(source);
  for (const call of source.noted) {
    const { power } = call;
    if (power !== undefined && isLoaded(call.name)) yield { power, name: call.name, start: call.start };
    for (const given of powersByArgument(call, source)) yield { power: given, name: call.name, start: call.start };
  }
  for (const { name, start } of source.mentions) {
    if (!isLoaded(name)) continue;
    const power = powerOf(name, language);
    if (power !== undefined) yield { power, name, start };
  }
}

interface Seen {
  readonly places: readonly Place[];
  readonly files: number;
  readonly binaries: readonly { readonly path: string; readonly format: BinaryFormat }[];
}

function findingOf(power: Power, { places, files, binaries }: Seen): Finding {
  const sorted = places.toSorted((a, b) => compare(a.path, b.path));
  const compiled = binaries.toSorted((a, b) => compare(a.path, b.path));
  const [first] = sorted;
  const path = first?.path ?? compiled[0]?.path ?? '';
  const examples = sorted.slice(0, MOST_EXAMPLES).map((place) => ({ location: locationOf(place), name: place.name }));
  const libraries = compiled
    .slice(0, MOST_BINARIES)
    .map(({ path: at, format }): JsonValue => ({ path: at.slice(0, LONGEST_PATH), ...format }));
  const atLeast = files >= MOST_FILES;
  const code = files > 0 ? `in ${atLeast ? 'at least ' : ''}${counted(files, 'source file')}` : '';
  const built = compiled.length > 0 ? counted(compiled.length, 'compiled file') : '';
  return {
    kind: 'capability',
    severity: 'info',
    subject: path,
    summary: `can use ${power.replace('-', ' ')}: ${[code, built].filter((part) => part !== '').join(', ')}`,
    location: first === undefined ? path : locationOf(first),
    data: {
      capability: power,
      count: files + compiled.length,
      atLeast,
      examples,
      ...(compiled.length > 0 && { binaries: libraries, binaryCount: compiled.length }),
    },
  };
}

function locationOf({ path, line }: Place): string {
  return `${path.slice(0, LONGEST_PATH)}:${line}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
