/**
 * The packuments that clients read: the full form, the abbreviated one that installs need, and one object per version.
 * Addresses must be absolute, so that the base stands in them as one byte that serving replaces.
 */
import { Problem } from '../../domain/problem.ts';
import { parsePurl } from '../../domain/purl.ts';
import { BASE_BYTE, type IndexDocument, type IndexInput, SERVER_BYTE } from '../contract.ts';
import { INSTALL_SCRIPTS, isOfRegistry, NEEDED_FIELDS, readManifest } from './manifest.ts';
import { attestationsPath, tarballPath } from './names.ts';
import { tagsOver } from './tags.ts';

/** The abbreviated form ("corgi"), and the full one. */
export const ABBREVIATED_TYPE = 'application/vnd.npm.install-v1+json';
export const FULL_TYPE = 'application/json';

const BASE = String.fromCharCode(BASE_BYTE);
const SERVER = String.fromCharCode(SERVER_BYTE);

/** What an abbreviated version has (registry documentation, "Abbreviated version object"). */
const ABBREVIATED = [
  'name',
  'version',
  'deprecated',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'bundleDependencies',
  'bundledDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'acceptDependencies',
  'bin',
  'directories',
  'engines',
  'os',
  'cpu',
  'libc',
  'funding',
] as const;

type OfferedFile = IndexInput['offered'][number]['files'][number];

/** JSON text whose addresses hold `BASE` or `SERVER`: not to be parsed before they are replaced. */
type JsonText = string;

interface VersionTexts {
  readonly version: string;
  readonly full: JsonText;
  readonly abbreviated: JsonText;
}

/** Both packuments and the single versions and tags; nothing where nothing is offered: then the index itself is refused. */
export function compilePackage(input: IndexInput): readonly IndexDocument[] {
  const versions = input.offered.flatMap(({ version, files, needs }) =>
    files.map((file) => versionTexts({ name: input.name, version, needs }, file)),
  );
  if (versions.length === 0) return [];
  const tags = tagsOver(
    input.tags ?? {},
    versions.map(({ version }) => version),
  );
  const shared: readonly (readonly [string, JsonText])[] = [
    ['name', JSON.stringify(input.name)],
    ['dist-tags', JSON.stringify(tags)],
    ...timesOf(input),
    ...restrictionsOf(input),
  ];
  const about = Object.entries(input.about ?? {}).filter(([key]) => key !== 'created');
  const packument = (form: 'full' | 'abbreviated', more: readonly (readonly [string, JsonText])[]): JsonText =>
    objectOf([...shared, ...more, ['versions', objectOf(versions.map((one) => [one.version, one[form]]))]]);
  const described = about.map(([key, value]) => [key, JSON.stringify(value)] as const);
  const { name } = input;
  return [
    { key: name, contentType: ABBREVIATED_TYPE, ...bodyOf(packument('abbreviated', [])) },
    { key: name, contentType: FULL_TYPE, ...bodyOf(packument('full', described)) },
    ...singles(name, versions, tags),
    ...attestationDocuments(input),
  ];
}

/** `-/npm/v1/attestations/<name>@<version>`: what upstream published, byte for byte. */
function attestationDocuments({ name, offered }: IndexInput): readonly IndexDocument[] {
  return offered.flatMap(({ version, files }) =>
    files.flatMap(({ attestationBytes: body }) =>
      body === undefined ? [] : [{ key: attestationsPath(name, version), contentType: FULL_TYPE, version, body }],
    ),
  );
}

/** `<name>/<version>` and `<name>/<tag>`. */
function singles(
  name: string,
  versions: readonly VersionTexts[],
  tags: Readonly<Record<string, string>>,
): readonly IndexDocument[] {
  const texts = new Map(versions.map((one) => [one.version, one.full]));
  const keys = [...versions.map(({ version }) => [version, version] as const), ...Object.entries(tags)];
  return keys.flatMap(([key, version]) => {
    const text = texts.get(version);
    return text === undefined ? [] : [{ key: `${name}/${key}`, contentType: FULL_TYPE, version, ...bodyOf(text) }];
  });
}

function bodyOf(text: JsonText): Pick<IndexDocument, 'body' | 'hasBase'> {
  return { body: new TextEncoder().encode(text), hasBase: true };
}

/** `time` is complete or absent: clients take a version without a time for too new, or for old enough. */
function timesOf({ offered, refused, about }: IndexInput): readonly (readonly [string, JsonText])[] {
  const times = [...offered, ...refused.filter(({ files }) => files.length > 0)].map(
    ({ version, files }) => [version, files[0]?.uploadedAt] as const,
  );
  const known = times.flatMap(([version, at]) => (at === undefined ? [] : [[version, at] as const]));
  const sorted = known.map(([, at]) => at).toSorted();
  const modified = sorted.at(-1);
  if (modified === undefined) return [];
  if (known.length < times.length) return [['modified', JSON.stringify(modified)]];
  const created = typeof about?.created === 'string' ? about.created : sorted[0];
  const time = { created, modified, ...Object.fromEntries(known) };
  return [
    ['modified', JSON.stringify(modified)],
    ['time', JSON.stringify(time)],
  ];
}

/**
 * Versions that exist upstream and are not offered: npm fails with the message where nothing else fits (npm-pick-manifest,
 * `policyRestrictions`). Every entry is a full manifest, since npm takes one without a version for unrestricted.
 */
function restrictionsOf({ name, channel, refused }: IndexInput): readonly (readonly [string, JsonText])[] {
  const entries = refused.flatMap(({ version, files }) =>
    files.slice(0, 1).map(({ filename, integrity, requiresRuntime }): readonly [string, JsonText] => {
      const dist = { ...hashesOf(integrity) };
      const engines = requiresRuntime === undefined ? {} : { engines: { node: requiresRuntime } };
      return [version, manifestText({ name, version, ...engines }, dist, tarballPath(name, filename))];
    }),
  );
  if (entries.length === 0) return [];
  const message = `${JSON.stringify(`NOT CLEARED: this version of ${name}. Why, and how to ask: `).slice(0, -1)}${SERVER}/b/npm/${escaped(name)}?channel=${encodeURIComponent(channel)}"`;
  return [
    [
      'policyRestrictions',
      objectOf([
        ['message', message],
        ['versions', objectOf(entries)],
      ]),
    ],
  ];
}

function hashesOf(integrity: string | undefined): Readonly<Record<string, string>> {
  const sha1 = /(?:^|\s)sha1-([A-Za-z0-9+/=]+)/.exec(integrity ?? '')?.[1];
  if (integrity === undefined) return {};
  return sha1 === undefined ? { integrity } : { integrity, shasum: Buffer.from(sha1, 'base64').toString('hex') };
}

/** The registry's own object of the version; its signatures and hashes are passed on as they are. */
function versionTexts(
  {
    name,
    version,
    needs,
  }: { readonly name: string; readonly version: string; readonly needs: readonly string[] | undefined },
  { filename, metadataText }: OfferedFile,
): VersionTexts {
  const manifest = metadataText === undefined ? undefined : withoutAbsent(objectIn(metadataText), needs);
  if (manifest === undefined) {
    throw new Problem({
      kind: 'internal',
      code: 'no-manifest',
      what: `What the registry says of ${name} ${version} is not stored`,
      why: 'a packument cannot be made without it',
      next: 'Vet the package again.',
    });
  }
  const { dist: rawDist, ...rest } = { ...manifest, ...vettedNeeds(manifest) };
  const dist = isObject(rawDist) ? rawDist : {};
  const path = tarballPath(name, filename);
  const abbreviated = Object.fromEntries(ABBREVIATED.flatMap((key) => (key in rest ? [[key, rest[key]]] : [])));
  const own = { name, version, _hasShrinkwrap: false };
  return {
    version,
    full: manifestText({ ...rest, ...own }, dist, path),
    abbreviated: manifestText({ ...abbreviated, ...own, ...installScriptOf(metadataText ?? '') }, dist, path),
  };
}

/**
 * Optional packages that no target has are not listed: Yarn gives up where one is refused, and `npm ci` where a lock file
 * lacks it. What is needed is always there, and is passed on as it came.
 */
function withoutAbsent(
  manifest: Readonly<Record<string, unknown>> | undefined,
  needs: readonly string[] | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const optional = manifest?.optionalDependencies;
  if (manifest === undefined || needs === undefined || !isObject(optional)) return manifest;
  const there = new Set(needs.map((purl) => parsePurl(purl)?.name));
  const absent = Object.entries(optional).flatMap(([name, range]) => (there.has(realName(name, range)) ? [] : [name]));
  const kept = (map: unknown) =>
    isObject(map) ? Object.fromEntries(Object.entries(map).filter(([name]) => !absent.includes(name))) : map;
  const dependencies = 'dependencies' in manifest ? { dependencies: kept(manifest.dependencies) } : {};
  return { ...manifest, ...dependencies, optionalDependencies: kept(optional) };
}

/** `npm:real@range` is an alias. */
function realName(name: string, range: unknown): string {
  return (typeof range === 'string' ? /^npm:(@?[^@]+)/.exec(range)?.[1] : undefined) ?? name;
}

/**
 * What a release needs, without what lies outside every registry: no tree has it, nobody vetted it, and a client would fetch
 * it past us. Only what is optional can be such; resolving fails for anything else.
 */
function vettedNeeds(manifest: Readonly<Record<string, unknown>>): Readonly<Record<string, object>> {
  return Object.fromEntries(
    NEEDED_FIELDS.flatMap((field) => {
      const needs = manifest[field];
      if (!isObject(needs)) return [];
      const kept = Object.entries(needs).filter(([, spec]) => typeof spec === 'string' && isOfRegistry(spec));
      return [[field, Object.fromEntries(kept)]];
    }),
  );
}

function installScriptOf(text: string): { readonly hasInstallScript?: true } {
  const scripts = readManifest(text)?.scripts ?? {};
  return INSTALL_SCRIPTS.some((script) => scripts[script] !== undefined) ? { hasInstallScript: true } : {};
}

/** A manifest with its `dist` written by hand: the addresses in it begin with the base. */
function manifestText(
  manifest: Readonly<Record<string, unknown>>,
  { tarball: _, attestations, ...dist }: Readonly<Record<string, unknown>>,
  path: string,
): JsonText {
  const members: (readonly [string, JsonText])[] = [['tarball', `"${BASE}${escaped(path)}"`]];
  for (const [key, value] of Object.entries(dist)) members.push([key, JSON.stringify(value)]);
  if (isObject(attestations)) {
    const { url: _url, ...more } = attestations;
    const url = `"${BASE}${escaped(attestationsPath(String(manifest.name), String(manifest.version)))}"`;
    const others = Object.entries(more).map(([key, value]) => [key, JSON.stringify(value)] as const);
    members.push(['attestations', objectOf([['url', url], ...others])]);
  }
  const entries = Object.entries(manifest).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, JSON.stringify(value)] as const],
  );
  return objectOf([...entries, ['dist', objectOf(members)]]);
}

function objectOf(members: readonly (readonly [string, JsonText])[]): JsonText {
  return `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

/** A text as it stands between the quotes of a JSON string. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
