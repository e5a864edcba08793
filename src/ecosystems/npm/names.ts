/** Names of npm packages: case-sensitive, with an optional scope; old ones keep letters that new ones may not have. */
import type { NameRules } from '../contract.ts';

/** "The name must be less than or equal to 214 characters", with the scope (package.json documentation, "name"). */
const LONGEST_NAME_CHARACTERS = 214;

/** What may stand in a part of a name: URL-safe, and the five characters that only old names have (`~'!()*`). */
const PART = /^[A-Za-z0-9._~!'()*-]+$/;

/** `@scope/name` or `name`, verbatim: two names are the same package only where every character is (no case folding). */
export function normaliseName(raw: string): string | undefined {
  if (raw.length === 0 || raw.length > LONGEST_NAME_CHARACTERS) return undefined;
  const [first = '', second, ...more] = raw.startsWith('@') ? raw.slice(1).split('/') : [raw];
  if (more.length > 0 || (raw.startsWith('@') && second === undefined)) return undefined;
  return [first, ...(second === undefined ? [] : [second])].every(isPart) && !isReserved(raw) ? raw : undefined;
}

function isPart(part: string): boolean {
  return PART.test(part) && !part.startsWith('.') && !part.startsWith('-');
}

/** Names that would be folders of npm's own (validate-npm-package-name, "blacklisted names"). */
function isReserved(name: string): boolean {
  return name === 'node_modules' || name === 'favicon.ico';
}

/** The name without its scope: what tarballs are called after. */
export function baseOf(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** The file of a release: `name-1.0.0.tgz`. */
export function tarballName(name: string, version: string): string {
  return `${baseOf(name)}-${version}.tgz`;
}

/** Where the tarball of a release is below a registry; lock files written for another registry have the same path. */
export function tarballPath(name: string, filename: string): string {
  return `${name}/-/${filename}`;
}

/** Where `npm audit signatures` asks a registry for the keys that releases are signed with. */
export const SIGNING_KEYS = '-/npm/v1/keys';

/** Below it a registry has the attestations of its releases (registry documentation, `dist.attestations.url`). */
export const ATTESTATIONS = '-/npm/v1/attestations/';

/** Where the attestations of a release are below a registry. */
export function attestationsPath(name: string, version: string): string {
  return `${ATTESTATIONS}${name}@${version}`;
}

export const npmNames: NameRules = {
  normalise: normaliseName,
  parseRequest(raw) {
    const name = normaliseName(raw);
    return name === undefined ? undefined : { name, extras: [] };
  },
};
