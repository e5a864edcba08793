/**
 * A packument: everything a registry says of one package, all versions in one document. Untrusted; form is checked here.
 * https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
 */
import { validRange } from 'semver';
import { z } from 'zod';
import type { Distribution, RegistryAccounts, UpstreamRelease } from '../../domain/distribution.ts';
import type { JsonValue } from '../../domain/json.ts';
import { accountsIn } from './accounts.ts';
import { tarballName } from './names.ts';
import { normaliseVersion } from './versions.ts';

/** Signatures of one release; registries make one. */
const MOST_SIGNATURES = 16;

const Document = z.looseObject({
  name: z.string(),
  versions: z.record(z.string(), z.unknown()).default({}),
  'dist-tags': z.record(z.string(), z.string()).catch({}).default({}),
  // A time that is none is as good as no time.
  time: z.record(z.string(), z.unknown()).catch({}).default({}),
});

const Version = z.looseObject({
  name: z.string(),
  version: z.string(),
  dist: z.looseObject({
    tarball: z.string().max(4096),
    integrity: z.string().max(1000).nullish().catch(undefined),
    shasum: z
      .string()
      .regex(/^[0-9a-f]{40}$/i)
      .nullish()
      .catch(undefined),
    signatures: z
      .array(z.object({ keyid: z.string().max(256), sig: z.string().max(1024) }))
      .max(MOST_SIGNATURES)
      .nullish()
      .catch(undefined),
    attestations: z.looseObject({ url: z.string() }).nullish().catch(undefined),
  }),
  deprecated: z.union([z.string(), z.boolean()]).nullish().catch(undefined),
  engines: z
    .looseObject({ node: z.string().max(500).optional() })
    .nullish()
    .catch(undefined),
});

/** What a packument says of the package as a whole that is passed on to clients and read by people. */
const ABOUT = [
  'author',
  'bugs',
  'contributors',
  'description',
  'homepage',
  'keywords',
  'license',
  'maintainers',
  'repository',
] as const;
/** Characters of one of them, as JSON; a list of some hundred maintainers takes less. */
const LONGEST_ABOUT_CHARACTERS = 20_000;

/** A packument read: releases for everybody, and the objects of the versions as they came. */
export interface Packument {
  readonly releases: readonly UpstreamRelease[];
  readonly tags: Readonly<Record<string, string>>;
  readonly about: { readonly [key: string]: JsonValue };
  readonly accounts: RegistryAccounts | undefined;
  /** By version in normal form. */
  readonly manifests: ReadonlyMap<string, unknown>;
  /** Versions that were left out, and why. */
  readonly warnings: readonly string[];
}

export interface FoundAt {
  /** The normal name that was asked for. */
  readonly name: string;
  readonly source: string;
  /** Address of the document, without credentials. */
  readonly url: string;
}

/** Reads a packument; a text says why it is not believed. */
export function readPackument(text: string, at: FoundAt): Packument | string {
  const document = Document.safeParse(parsed(text));
  if (!document.success) return 'what it answers is no packument';
  const { name, versions, time } = document.data;
  if (name !== at.name) return `it answers with another package (${name.slice(0, 80)})`;
  const warnings: string[] = [];
  const manifests = new Map<string, unknown>();
  const releases = Object.entries(versions).flatMap(([key, raw]) => {
    const distribution = readVersion(key, raw, { at, uploadedAt: utcTime(time[key]) });
    if (typeof distribution === 'string') {
      warnings.push(`${key.slice(0, 80)} is left out: ${distribution}`);
      return [];
    }
    const version = normaliseVersion(key) ?? key;
    if (manifests.has(version)) {
      warnings.push(`${key.slice(0, 80)} is left out: it is ${version}, which is listed already`);
      return [];
    }
    manifests.set(version, raw);
    return [{ version, distributions: [distribution] }];
  });
  const accounts = accountsIn(document.data['maintainers'], { releases, manifests });
  const tags = tagsOf(document.data['dist-tags']);
  return { releases, tags, about: aboutOf(document.data), accounts, manifests, warnings };
}

interface Listed {
  readonly at: FoundAt;
  readonly uploadedAt: string | undefined;
}

function readVersion(key: string, raw: unknown, { at, uploadedAt }: Listed): Distribution | string {
  const version = normaliseVersion(key);
  const manifest = Version.safeParse(raw);
  if (version === undefined) return 'it is no version (Semantic Versioning 2.0.0)';
  if (!manifest.success)
    return `its ${manifest.error.issues[0]?.path.join('.') || 'entry'} is not as registries have it`;
  const { name, dist, engines, deprecated } = manifest.data;
  if (name !== at.name || normaliseVersion(manifest.data.version) !== version)
    return `its entry is about ${name.slice(0, 80)} ${manifest.data.version.slice(0, 80)}`;
  const tarball = addressFrom(dist.tarball, at.url);
  if (tarball === undefined) return 'its tarball has no http or https address';
  const attestations = dist.attestations == null ? undefined : addressFrom(dist.attestations.url, at.url);
  return {
    filename: tarballName(at.name, version),
    url: tarball,
    source: at.source,
    kind: 'tarball',
    sha256: undefined,
    integrity: integrityOf(dist),
    size: undefined,
    uploadedAt,
    requiresRuntime: engines?.node,
    yanked: false,
    ...deprecationOf(deprecated),
    ...signedOf(`${at.name}@${version}`, dist),
    metadata: { url: `${at.url}#${version}`, sha256: undefined },
    provenanceUrl: attestations,
  };
}

/** A text, or `true` where the publisher gave none; an empty text takes the deprecation back (npm deprecate). */
function deprecationOf(deprecated: string | boolean | null | undefined): Pick<Distribution, 'deprecated'> {
  if (deprecated === true) return { deprecated: '' };
  return typeof deprecated === 'string' && deprecated !== '' ? { deprecated } : {};
}

/** The text is that of the registry's documentation ("ECDSA registry signatures"): the hash is as the index states it. */
function signedOf(
  release: string,
  { signatures, integrity }: z.infer<typeof Version>['dist'],
): Pick<Distribution, 'signed'> {
  if (signatures == null || signatures.length === 0) return {};
  return { signed: { statement: `${release}:${integrity ?? ''}`, signatures } };
}

/** Versions from before 2017 state a SHA-1 in hexadecimal digits alone. */
function integrityOf({ integrity, shasum }: z.infer<typeof Version>['dist']): string | undefined {
  if (integrity != null && integrity.trim() !== '') return integrity.trim();
  return shasum == null ? undefined : `sha1-${Buffer.from(shasum, 'hex').toString('base64')}`;
}

function addressFrom(href: string, base: string): string | undefined {
  const url = URL.parse(href, base);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}

/** Tags of one package that are taken: each is a document of its own. The busiest packages have some hundred. */
const MOST_TAGS = 1000;
const LONGEST_TAG_CHARACTERS = 256;

/** A tag that reads as a version or a range could only mislead: npm gives out none (dist-tag documentation). */
function tagsOf(raw: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { latest } = raw;
  const ordered = [...(latest === undefined ? [] : [['latest', latest] as const]), ...Object.entries(raw)];
  const read = ordered.slice(0, MOST_TAGS).flatMap(([tag, text]) => {
    const version = normaliseVersion(text);
    const isTag = tag !== '__proto__' && tag.length <= LONGEST_TAG_CHARACTERS && validRange(tag, true) === null;
    return version === undefined || !isTag ? [] : [[tag, version] as const];
  });
  return Object.fromEntries(read);
}

function aboutOf(document: z.infer<typeof Document>): Packument['about'] {
  const about: Record<string, JsonValue> = {};
  for (const key of ABOUT) {
    const value = z.json().safeParse(document[key]);
    if (value.success && JSON.stringify(value.data).length <= LONGEST_ABOUT_CHARACTERS) about[key] = value.data;
  }
  const created = utcTime(document.time.created);
  return created === undefined ? about : { ...about, created };
}

/** A time in UTC, or `undefined` where the value is no RFC 3339 time. */
function utcTime(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(value))
    return undefined;
  const at = Date.parse(value);
  if (Number.isNaN(at)) return undefined;
  return value.endsWith('Z') ? value : new Date(at).toISOString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
