import { compareKeys, parseVersion, type Version } from './version.ts';

/** Longest specifier set that is read; real ones stay under 200 characters. */
const LONGEST_SET_CHARACTERS = 4096;
/** Most specifiers in one set; real ones stay under 40 (long lists of `!=`). */
const MOST_SPECIFIERS = 256;
/** Parsed sets kept: a resolution meets the same few thousand again and again. */
const MOST_CACHED_SETS = 20_000;

/** The operators of PEP 440, "Version specifiers". */
export type Operator = '===' | '==' | '!=' | '~=' | '<=' | '>=' | '<' | '>';

/** Whether pre-releases count: `undefined` lets the specifiers say, and takes them where nothing else fits. */
export type PrereleaseChoice = boolean | undefined;

/** One clause: `>=1.0`. */
export interface Specifier {
  readonly operator: Operator;
  /** As written, blanks removed: `1.0`, `1.0.*`. */
  readonly text: string;
  /** The version that the text holds, `.*` left out; absent for `===` with a text that is none. */
  readonly version: Version | undefined;
  readonly wildcard: boolean;
}

/** A set of clauses that must all hold. The empty set holds for every version. */
export interface SpecifierSet {
  readonly specifiers: readonly Specifier[];
  /** `>=1.0,<2`, blanks removed, in the order written. */
  readonly text: string;
  /** Whether a clause names a pre-release, which lets pre-releases in (PEP 440, "Handling of pre-releases"). */
  readonly allowsPrereleases: boolean;
  /** Whether the version lies in the set, pre-releases not looked at. A text that is no version only matches `===`. */
  matches(version: string): boolean;
  /** As `packaging` filters: versions that match, pre-releases only where they are allowed or nothing else matches. */
  filter(versions: readonly string[], prereleases?: PrereleaseChoice): readonly string[];
}

const OPERATORS: readonly Operator[] = ['===', '==', '!=', '~=', '<=', '>=', '<', '>'];

const cache = new Map<string, SpecifierSet | undefined>();

/** Reads a specifier set (PEP 440); `undefined` where a clause is none. The empty text is the set that everything meets. */
export function parseSpecifierSet(raw: string): SpecifierSet | undefined {
  if (raw.length > LONGEST_SET_CHARACTERS) return undefined;
  const known = cache.get(raw);
  if (known !== undefined || cache.has(raw)) return known;
  const set = readSet(raw);
  if (cache.size >= MOST_CACHED_SETS) cache.clear();
  cache.set(raw, set);
  return set;
}

/** Reads one clause; `undefined` where it is none. */
export function parseSpecifier(raw: string): Specifier | undefined {
  const clause = raw.trim();
  const operator = OPERATORS.find((one) => clause.startsWith(one));
  if (operator === undefined) return undefined;
  const text = clause.slice(operator.length).trim();
  if (operator === '===') {
    return /^[^\s;)]*$/.test(text) ? { operator, text, version: parseVersion(text), wildcard: false } : undefined;
  }
  const wildcard = text.endsWith('.*');
  const version = parseVersion(wildcard ? text.slice(0, -2) : text);
  if (version === undefined) return undefined;
  const equality = operator === '==' || operator === '!=';
  if (version.local !== undefined && (!equality || wildcard)) return undefined;
  if (wildcard && (!equality || version.isPrerelease || version.isPostrelease)) return undefined;
  if (operator === '~=' && version.release.length < 2) return undefined;
  return { operator, text, version, wildcard };
}

function readSet(raw: string): SpecifierSet | undefined {
  const clauses = raw.split(',').filter((clause) => clause.trim() !== '');
  if (clauses.length > MOST_SPECIFIERS) return undefined;
  const specifiers: Specifier[] = [];
  for (const clause of clauses) {
    const specifier = parseSpecifier(clause);
    if (specifier === undefined) return undefined;
    specifiers.push(specifier);
  }
  return makeSet(specifiers);
}

function makeSet(specifiers: readonly Specifier[]): SpecifierSet {
  const allowsPrereleases = specifiers.some(namesPrerelease);
  const matches = (version: string): boolean => specifiers.every((specifier) => meets(specifier, version));
  return {
    specifiers,
    text: specifiers.map((specifier) => `${specifier.operator}${specifier.text}`).join(','),
    allowsPrereleases,
    matches,
    filter: (versions, prereleases = allowsPrereleases || undefined) =>
      filterPrereleases(versions.filter(matches), prereleases),
  };
}

/** `!=` names what is unwanted, and `==1.*` cannot name a pre-release: neither lets pre-releases in. */
function namesPrerelease({ operator, wildcard, version }: Specifier): boolean {
  return operator !== '!=' && !wildcard && version?.isPrerelease === true;
}

/** PEP 440, "Handling of pre-releases": where nobody said, they are taken only when there is nothing else. */
function filterPrereleases(versions: readonly string[], prereleases: PrereleaseChoice): readonly string[] {
  if (prereleases === true) return versions;
  const others = versions.filter((version) => parseVersion(version)?.isPrerelease !== true);
  const finals = others.some((version) => parseVersion(version) !== undefined);
  return prereleases === false || finals ? others : versions;
}

/** Whether a version meets one clause, pre-releases not looked at. */
export function meets(specifier: Specifier, text: string): boolean {
  // PEP 440, "Arbitrary equality": text against text, letters of either case.
  if (specifier.operator === '===') return specifier.text.toLowerCase() === text.toLowerCase();
  const version = parseVersion(text);
  const wanted = specifier.version;
  if (version === undefined || wanted === undefined) return false;
  switch (specifier.operator) {
    case '==':
      return specifier.wildcard ? startsWith(version, wanted) : equals(version, wanted);
    case '!=':
      return !(specifier.wildcard ? startsWith(version, wanted) : equals(version, wanted));
    case '~=':
      return compareKeys(version.publicKey, wanted.publicKey) >= 0 && startsWith(version, withoutLast(wanted));
    case '<=':
      return compareKeys(version.publicKey, wanted.publicKey) <= 0;
    case '>=':
      return compareKeys(version.publicKey, wanted.publicKey) >= 0;
    case '<':
      return isBelow(version, wanted);
    case '>':
      return isAbove(version, wanted);
  }
}

/** PEP 440, "Version matching": the local label counts only where the clause has one. */
function equals(version: Version, wanted: Version): boolean {
  return wanted.local === undefined ? version.publicKey === wanted.publicKey : version.key === wanted.key;
}

/** Prefix matching over the release segment; the shorter version is filled up with zeros. */
function startsWith(version: Version, prefix: Pick<Version, 'epoch' | 'release'>): boolean {
  return (
    version.epoch === prefix.epoch &&
    prefix.release.every((number, index) => (version.release[index] ?? '0') === number)
  );
}

/** PEP 440, "Compatible release": `~=1.4.2` is `>=1.4.2, ==1.4.*`. */
function withoutLast(version: Version): Pick<Version, 'epoch' | 'release'> {
  return { epoch: version.epoch, release: version.release.slice(0, -1) };
}

/** PEP 440, "Exclusive ordered comparison": `<1.0` leaves out pre-releases of 1.0 unless it names one itself. */
function isBelow(version: Version, wanted: Version): boolean {
  return compareKeys(version.publicKey, wanted.isPrerelease ? wanted.publicKey : wanted.firstKey) < 0;
}

/** The same for `>`: `>1.0` leaves out post-releases and local versions of 1.0 unless it names a later kind itself. */
function isAbove(version: Version, wanted: Version): boolean {
  if (compareKeys(version.publicKey, wanted.publicKey) <= 0) return false;
  return wanted.isPostrelease || wanted.isDevelopment || version.stemKey !== wanted.stemKey;
}
