/** Reads the operator's list of what is known to be malicious. */
import { unusableFeed } from './unusable.ts';

export interface MaliciousFile {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly sha256: string;
  readonly note: string;
}

export interface MaliciousPackage {
  readonly ecosystem: string;
  /** Normal form. */
  readonly name: string;
  /** Empty for every version. */
  readonly version: string;
  readonly note: string;
}

export interface MaliciousList {
  readonly files: readonly MaliciousFile[];
  readonly packages: readonly MaliciousPackage[];
}

/** Entries of one list: ten times the malicious packages that were ever published as OSV records. */
const MAX_ENTRIES = 2_000_000;
/** Characters of a note that are kept. */
const LONGEST_NOTE = 200;
const SHA256 = /^(?:sha256:)?([0-9a-f]{64})$/i;
/** Source: purl specification; a purl of a package has no qualifiers here. */
const PURL = /^pkg:([a-z][a-z0-9.+-]*)\/([^@?#\s]+)(?:@([^?#\s]+))?$/;

/**
 * One entry a line: a SHA-256 (of a distribution, or of a file inside one) or a purl (with a version, or without for all of
 * them), and after a blank what to say of it. Lines that begin with `#` are passed over. The output of `sha256sum` is such
 * a list. Throws `feed-unusable` naming the line.
 */
export function readMalicious(
  text: string,
  normalise: (ecosystem: string, name: string) => string | undefined,
): MaliciousList {
  const files = new Map<string, MaliciousFile>();
  const packages = new Map<string, MaliciousPackage>();
  for (const [index, line] of text.split('\n').entries()) {
    const [entry = '', ...rest] = line.trim().split(/\s+/);
    if (entry === '' || entry.startsWith('#')) continue;
    const note = rest.join(' ').slice(0, LONGEST_NOTE);
    const digest = SHA256.exec(entry)?.[1]?.toLowerCase();
    const named = digest === undefined ? packageOf(entry, note, normalise) : undefined;
    if (digest !== undefined) files.set(digest, { sha256: `sha256:${digest}`, note });
    else if (named !== undefined) packages.set(`${named.ecosystem} ${named.name} ${named.version}`, named);
    else throw unusableFeed('malicious', `line ${index + 1} is neither a SHA-256 nor a purl`);
    if (files.size + packages.size > MAX_ENTRIES)
      throw unusableFeed('malicious', `it holds more than ${MAX_ENTRIES} entries`);
  }
  if (files.size + packages.size === 0) throw unusableFeed('malicious', 'it holds no entries');
  return { files: [...files.values()], packages: [...packages.values()] };
}

function packageOf(
  entry: string,
  note: string,
  normalise: (ecosystem: string, name: string) => string | undefined,
): MaliciousPackage | undefined {
  const [, ecosystem, encoded, version = ''] = PURL.exec(entry) ?? [];
  if (ecosystem === undefined || encoded === undefined) return undefined;
  // A list may name packages of ecosystems that are not read here.
  const name = decoded(encoded);
  return name === ''
    ? undefined
    : { ecosystem, name: normalise(ecosystem, name) ?? name, version: decoded(version), note };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
