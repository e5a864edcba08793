/**
 * Identities of packages and releases.
 *
 * Source: package URL specification, https://github.com/package-url/purl-spec. Names are in the ecosystem's normal
 * form before they come here, so building a purl never changes a name.
 */

/** The URL segment and folder name of an ecosystem: `pypi`, `npm`, `cran`. Open set: the catalogue says which exist. */
export type EcosystemId = string;

/** A package in an ecosystem, by its normal name. */
export interface PackageRef {
  readonly ecosystem: EcosystemId;
  /** Normal form, as `NameRules.normalise` gives it. */
  readonly name: string;
}

/** One release of a package. */
export interface ReleaseRef extends PackageRef {
  /** Normal form of the version, as `VersionRules.normalise` gives it. */
  readonly version: string;
}

/** `pkg:pypi/requests@2.32.3`; without a version for a package. npm scopes are percent-encoded as the specification asks. */
export function purlOf(ref: PackageRef & { readonly version?: string }): string {
  const path = ref.name.split('/').map(encode).join('/');
  const version = ref.version === undefined ? '' : `@${encode(ref.version)}`;
  return `pkg:${ref.ecosystem}/${path}${version}`;
}

/** A purl taken apart, or `undefined` where the text is none. Extras may follow the name in brackets. */
export interface ParsedPurl {
  readonly ecosystem: EcosystemId;
  readonly name: string;
  readonly extras: readonly string[];
  readonly version: string | undefined;
}

/** No registry allows names or versions longer than this; a longer text is refused before any pattern runs on it. */
const LONGEST_PURL_CHARACTERS = 512;

/** Reads `pkg:<type>/<name>[extras][@version]`. Qualifiers and subpaths are refused: no release here has any. */
export function parsePurl(text: string): ParsedPurl | undefined {
  if (text.length > LONGEST_PURL_CHARACTERS) return undefined;
  const match = /^pkg:([a-z][a-z0-9.+-]*)\/([^@?#[\]]+)(?:\[([^\]]*)\])?(?:@([^?#/]+))?$/.exec(text);
  if (match === null) return undefined;
  const [, ecosystem, rawName, rawExtras, rawVersion] = match;
  const name = decode(rawName ?? '');
  const version = rawVersion === undefined ? undefined : decode(rawVersion);
  if (ecosystem === undefined || name === undefined || (rawVersion !== undefined && version === undefined))
    return undefined;
  const extras = (rawExtras ?? '')
    .split(',')
    .map((extra) => extra.trim())
    .filter((extra) => extra !== '');
  return { ecosystem, name, extras, version };
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
