/** Longest version text that is read. The longest real ones stay under 100 characters. */
const LONGEST_VERSION_CHARACTERS = 256;
/** Parsed versions kept; an index page of a busy package lists a few thousand. */
const MOST_CACHED_VERSIONS = 50_000;

/** A version of PEP 440, taken apart once and compared by its keys. Numbers are decimal texts: they may be of any size. */
export interface Version {
  /** Normal form: `1.0rc1.post2.dev3+local.1`. */
  readonly normal: string;
  readonly epoch: string;
  /** The release segment, zeros at the end kept: `1.0` is `['1', '0']`. */
  readonly release: readonly string[];
  readonly isPrerelease: boolean;
  readonly isPostrelease: boolean;
  /** Whether it ends in `.devN`. */
  readonly isDevelopment: boolean;
  /** The local label without `+`, normal form. */
  readonly local: string | undefined;
  /** Orders as PEP 440 does when compared with `<` as text, the local label left out. */
  readonly publicKey: string;
  /** The same with the local label. */
  readonly key: string;
  /** Key of epoch, release and pre-release: the same for a version and its post-releases. */
  readonly stemKey: string;
  /** `publicKey` of the earliest development release that leads to it: `1.0.dev0` for `1.0`. */
  readonly firstKey: string;
}

/**
 * PEP 440, appendix B. Every part is optional but starts with a text of its own, so that matching is linear in the
 * length of the text.
 */
const VERSION =
  /^v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?([0-9]*))?(?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]*))?(?:[-_.]?(dev)[-_.]?([0-9]*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

/** PEP 440, "Pre-release spelling". */
const PRE_RELEASES: Readonly<Record<string, string>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
  rc: 'rc',
};

/**
 * The characters that make keys comparable as text. A number is its length as one character, then its digits, so that
 * longer numbers are larger; all lengths start at `NUMBER_BASE`, above every mark.
 */
const ABSENT_LOCAL = '\u0000';
const END = '\u0001';
const LOWEST = '\u0002';
const PRESENT = '\u0003';
const HIGHEST = '\u0004';
const NUMBER_BASE = 0x10;

const cache = new Map<string, Version | undefined>();

/** Reads a version of PEP 440, in any spelling that it allows; `undefined` where the text is none. */
export function parseVersion(raw: string): Version | undefined {
  if (raw.length > LONGEST_VERSION_CHARACTERS) return undefined;
  const known = cache.get(raw);
  if (known !== undefined || cache.has(raw)) return known;
  const version = readVersion(raw.trim());
  if (cache.size >= MOST_CACHED_VERSIONS) cache.clear();
  cache.set(raw, version);
  return version;
}

/** The normal form of a version (PEP 440, "Normalization"), or `undefined` where the text is no version. */
export function normaliseVersion(raw: string): string | undefined {
  return parseVersion(raw)?.normal;
}

/** The order of PEP 440, local labels included. */
export function compareVersions(a: Version, b: Version): number {
  return compareKeys(a.key, b.key);
}

/** Orders two keys of `Version`. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

interface Parts {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly pre: { readonly letter: string; readonly number: string } | undefined;
  readonly post: string | undefined;
  readonly dev: string | undefined;
  readonly local: readonly string[] | undefined;
}

function readVersion(text: string): Version | undefined {
  // Lower-casing may turn other scripts into ASCII letters, so anything else is turned away before it.
  if (!/^[!-~]+$/.test(text)) return undefined;
  const match = VERSION.exec(text.toLowerCase());
  if (match === null) return undefined;
  const [, epoch, release = '', preLetter, preNumber, implicitPost, postWord, postNumber, dev, devNumber, local] =
    match;
  return assemble({
    epoch: plainNumber(epoch),
    release: release.split('.').map(plainNumber),
    pre:
      preLetter === undefined
        ? undefined
        : { letter: PRE_RELEASES[preLetter] ?? preLetter, number: plainNumber(preNumber) },
    post: implicitPost === undefined && postWord === undefined ? undefined : plainNumber(implicitPost ?? postNumber),
    dev: dev === undefined ? undefined : plainNumber(devNumber),
    local: local?.split(/[-_.]/).map((part) => (/^[0-9]+$/.test(part) ? plainNumber(part) : part)),
  });
}

function assemble(parts: Parts): Version {
  const { epoch, release, pre, post, dev, local } = parts;
  const normal = [
    epoch === '0' ? '' : `${epoch}!`,
    release.join('.'),
    pre === undefined ? '' : `${pre.letter}${pre.number}`,
    post === undefined ? '' : `.post${post}`,
    dev === undefined ? '' : `.dev${dev}`,
    local === undefined ? '' : `+${local.join('.')}`,
  ].join('');
  const baseKey = baseKeyOf(epoch, release);
  const stemKey = `${baseKey}${preKey(parts)}`;
  const publicKey = `${baseKey}${suffixKey(parts)}`;
  return {
    normal,
    epoch,
    release,
    isPrerelease: pre !== undefined || dev !== undefined,
    isPostrelease: post !== undefined,
    isDevelopment: dev !== undefined,
    local: local?.join('.'),
    publicKey,
    key: `${publicKey}${localKey(local)}`,
    stemKey,
    firstKey: `${baseKey}${suffixKey({ ...parts, dev: '0' })}`,
  };
}

function plainNumber(digits: string | undefined): string {
  return (digits ?? '').replace(/^0+(?=[0-9])/, '') || '0';
}

function numberKey(digits: string): string {
  return `${String.fromCharCode(NUMBER_BASE + digits.length)}${digits}`;
}

/** The key of an epoch and a release segment: zeros at its end say nothing (PEP 440, "Version matching"). */
function baseKeyOf(epoch: string, release: readonly string[]): string {
  let length = release.length;
  while (length > 1 && release[length - 1] === '0') length -= 1;
  return `${numberKey(epoch)}${release.slice(0, length).map(numberKey).join('')}${END}`;
}

/**
 * Orders what follows the release (PEP 440, "Summary of permitted suffixes and relative ordering"):
 * `.devN` alone, pre-releases, the release itself, post-releases; a `.devN` before what it leads to.
 */
function suffixKey(parts: Parts): string {
  const { post, dev } = parts;
  const postKey = post === undefined ? LOWEST : `${PRESENT}${numberKey(post)}`;
  const devKey = dev === undefined ? HIGHEST : `${PRESENT}${numberKey(dev)}`;
  return `${preKey(parts)}${postKey}${devKey}`;
}

function preKey({ pre, post, dev }: Parts): string {
  if (pre !== undefined) return `${PRESENT}${pre.letter}${END}${numberKey(pre.number)}`;
  return post === undefined && dev !== undefined ? LOWEST : HIGHEST;
}

/** Local labels (PEP 440, "Local version identifiers"): none first; words before numbers; the shorter first. */
function localKey(local: readonly string[] | undefined): string {
  if (local === undefined) return ABSENT_LOCAL;
  const parts = local.map((part) =>
    /^[0-9]+$/.test(part) ? `${PRESENT}${numberKey(part)}` : `${LOWEST}${part}${END}`,
  );
  return `${parts.join('')}${END}`;
}
