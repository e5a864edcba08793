import type { Distribution } from '../../domain/distribution.ts';
import { foldName, normaliseName } from './names.ts';
import { normaliseVersion } from './version.ts';

/** Longest file name that is read: what file systems allow (NAME_MAX of POSIX systems). */
const LONGEST_FILENAME_CHARACTERS = 255;
/** Most tags one wheel may stand for after its compressed tag sets are multiplied out; real ones stay under 60. */
const MOST_TAGS = 1000;
/** Most endings whose tags are kept multiplied out: all of a tree's files share some hundreds. */
const MOST_KEPT_ENDINGS = 2_000;
/** By a wheel's ending, `cp312-cp312-manylinux_2_28_x86_64`: the pages of a tree name tens of thousands of wheels. */
const keptTags = new Map<string, readonly string[] | undefined>();

/** A wheel's file name taken apart (PEP 427, "File name convention"). */
export interface WheelFilename {
  readonly kind: 'wheel';
  /** Normal form. */
  readonly name: string;
  /** Normal form. */
  readonly version: string;
  /** The build tag: its leading number as decimal text, and the rest. */
  readonly build: { readonly number: string; readonly rest: string } | undefined;
  /** Every tag it stands for, `cp312-cp312-manylinux_2_28_x86_64`, lower case (PEP 425, "Compressed tag sets"). */
  readonly tags: readonly string[];
}

/** A source distribution's file name taken apart (PEP 625 and what came before it). */
export interface SdistFilename {
  readonly kind: 'sdist';
  /** Normal form. */
  readonly name: string;
  /** Normal form. */
  readonly version: string;
}

/** Reads a wheel's file name; `undefined` where it is none that an installer would accept. */
export function parseWheelFilename(filename: string): WheelFilename | undefined {
  if (filename.length > LONGEST_FILENAME_CHARACTERS || !filename.endsWith('.whl')) return undefined;
  const parts = filename.slice(0, -'.whl'.length).split('-');
  if (parts.length !== 5 && parts.length !== 6) return undefined;
  const [rawName = '', rawVersion = '', third = ''] = parts;
  // PEP 427 escapes each run of other characters as one `_`; letters of other scripts stand in a few old names.
  if (rawName.includes('__') || !/^[\p{L}\p{N}_.]+$/u.test(rawName)) return undefined;
  const version = normaliseVersion(rawVersion);
  const build = parts.length === 6 ? parseBuild(third) : undefined;
  const tags = tagsOf(parts.slice(-3).join('-'));
  if (version === undefined || tags === undefined || (parts.length === 6 && build === undefined)) return undefined;
  return { kind: 'wheel', name: foldName(rawName), version, build, tags };
}

/**
 * Reads the file name of a source distribution (`.tar.gz` or `.zip`); `undefined` where it is none. Old file names hold
 * versions with dashes (`pkg-1.0-1.tar.gz`), so where the project's normal name is known it is looked for first, as pip does.
 */
export function parseSdistFilename(filename: string, project?: string): SdistFilename | undefined {
  if (filename.length > LONGEST_FILENAME_CHARACTERS) return undefined;
  const ending = ['.tar.gz', '.zip'].find((one) => filename.endsWith(one));
  if (ending === undefined) return undefined;
  const stem = filename.slice(0, -ending.length);
  const dash = (project === undefined ? -1 : dashAfter(stem, project)) + 1 || stem.lastIndexOf('-') + 1;
  if (dash < 2) return undefined;
  const name = normaliseName(stem.slice(0, dash - 1));
  const version = normaliseVersion(stem.slice(dash));
  return name === undefined || version === undefined ? undefined : { kind: 'sdist', name, version };
}

/** A wheel's or a source distribution's file name, whichever it is; `undefined` where it is neither. */
export function parseFilename(filename: string, project?: string): WheelFilename | SdistFilename | undefined {
  return parseWheelFilename(filename) ?? parseSdistFilename(filename, project);
}

/** What kind of file a name stands for: `other` is what pip would not install from (eggs, installers, nonsense). */
export function kindOfFilename(filename: string): Distribution['kind'] {
  return parseFilename(filename)?.kind ?? 'other';
}

/** The version that a file name states, normal form; `undefined` where it states none. */
export function versionOfFilename(filename: string, project?: string): string | undefined {
  return parseFilename(filename, project)?.version;
}

/** Where the dash behind the project's name stands, or -1. */
function dashAfter(stem: string, project: string): number {
  for (let dash = stem.indexOf('-'); dash !== -1; dash = stem.indexOf('-', dash + 1)) {
    if (foldName(stem.slice(0, dash)) === project) return dash;
  }
  return -1;
}

function parseBuild(text: string): WheelFilename['build'] {
  const match = /^([0-9]+)([a-z0-9_.]*)$/i.exec(text);
  if (match === null) return undefined;
  return { number: (match[1] ?? '').replace(/^0+(?=[0-9])/, ''), rest: match[2] ?? '' };
}

function tagsOf(ending: string): readonly string[] | undefined {
  const known = keptTags.get(ending);
  if (known !== undefined || keptTags.has(ending)) return known;
  const tags = expandTags(ending.split('-'));
  if (keptTags.size >= MOST_KEPT_ENDINGS) keptTags.clear();
  keptTags.set(ending, tags);
  return tags;
}

/** Multiplies compressed tag sets out (PEP 425): `py2.py3-none-any` is two tags. */
function expandTags(parts: readonly string[]): readonly string[] | undefined {
  const [interpreters, abis, platforms] = parts.map((part) => part.toLowerCase().split('.'));
  if (interpreters === undefined || abis === undefined || platforms === undefined) return undefined;
  if (interpreters.length * abis.length * platforms.length > MOST_TAGS) return undefined;
  const well = [interpreters, abis, platforms].every((set) => set.every((tag) => /^[a-z0-9_]+$/.test(tag)));
  // An interpreter is a word and a version without dots (PEP 425, "Python Tag"): `2.7.6` is none.
  if (!well || !interpreters.every((tag) => /^[a-z_]/.test(tag))) return undefined;
  return interpreters.flatMap((interpreter) =>
    abis.flatMap((abi) => platforms.map((platform) => `${interpreter}-${abi}-${platform}`)),
  );
}
