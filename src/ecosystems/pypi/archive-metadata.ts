import { decodeUtf8 } from '../archives/names.ts';
import type { ArchiveProblemCode, ProblemList } from '../archives/problems.ts';
import { foldName } from './names.ts';
import { compareVersions, parseVersion } from './version.ts';

/** The release a file is expected to be; name and version in normal form. */
export interface ExpectedRelease {
  readonly filename: string;
  readonly name: string;
  readonly version: string;
}

/** Whether two texts are the same version (PEP 440, `1.0` is `1.0.0`). What is no version is only the same as itself. */
export function sameVersion(a: string, b: string): boolean {
  const [first, second] = [parseVersion(a), parseVersion(b)];
  return first === undefined || second === undefined ? a === b : compareVersions(first, second) === 0;
}

/**
 * Reads the header fields of an e-mail style file (`METADATA`, `PKG-INFO`, `WHEEL`): RFC 822 with UTF-8, as the core
 * metadata specification has it. Names in lower case; folded lines belong to the field before.
 */
export function headerFields(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') break;
    if (/^[ \t]/.test(line)) {
      last?.push(`${last.pop() ?? ''}\n${line}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    last = fields.get(name) ?? [];
    last.push(line.slice(colon + 1).trim());
    fields.set(name, last);
  }
  return fields;
}

/**
 * The metadata text, exactly as its bytes decode, or `null`. Adds a problem for every promise it breaks: one name and
 * one version, the expected ones. A text that is readable is returned even then, so that a person can look at it.
 */
export function checkMetadata(
  bytes: Buffer,
  expected: ExpectedRelease,
  report: { readonly location: string; readonly problems: ProblemList },
): string | null {
  const text = decodeUtf8(bytes);
  const add = (code: ArchiveProblemCode, detail?: string): void => report.problems.add(code, report.location, detail);
  if (text === undefined || text.includes('\0')) {
    add('metadata-encoding');
    return null;
  }
  const fields = headerFields(text);
  const names = fields.get('name') ?? [];
  const versions = fields.get('version') ?? [];
  const [name] = names;
  const [version] = versions;
  if (name === undefined || version === undefined || names.length > 1 || versions.length > 1) {
    add('metadata-broken');
    return text;
  }
  if (foldName(name) !== foldName(expected.name)) add('metadata-name', name);
  if (!sameVersion(version, expected.version)) add('metadata-version', version);
  return text;
}
