/** What npm, pnpm, Yarn and Bun ask for below `/<channel>/npm/`, and what they are told to ask. */
import { z } from 'zod';
import type { ClientIntent, IndexDocument, RegistryProtocol, RootInput } from '../contract.ts';
import { npmAudit } from './audit.ts';
import { ATTESTATIONS, attestationsPath, baseOf, normaliseName, SIGNING_KEYS, tarballPath } from './names.ts';
import { ABBREVIATED_TYPE, compilePackage, FULL_TYPE } from './packument-documents.ts';
import { NAMES_KEY, readSearch, searchAnswer } from './search.ts';
import { normaliseVersion } from './versions.ts';

/** A real client sends about 100 characters; past this nothing is read. */
const LONGEST_ACCEPT_CHARACTERS = 1000;
/** npm takes no longer tags seriously; a version has at most 256. */
const LONGEST_TAG_CHARACTERS = 256;

/** One name a line. */
const NAMES_TYPE = 'text/plain; charset=utf-8';

/** Documents that are the same for every package; `whoami` says that nobody has to sign in. */
const FIXED: Readonly<Record<string, unknown>> = {
  '-/ping': {},
  '-/whoami': { username: 'anonymous' },
};

export const npmProtocol: RegistryProtocol = {
  route,
  compilePackage,
  compileRoot,
  filePath: ({ name, filename }) => tarballPath(name, filename),
  versionOf,
  // `x-1.0.0.tgz` is of `x` as well as of `@scope/x`.
  releaseIn: () => undefined,
  searchAnswer,
  partOf: tagsIn,
  audit: npmAudit,
  clientSettings,
};

function route(path: string, accept: string | undefined, query = ''): ClientIntent {
  if (Object.hasOwn(FIXED, path) || path === SIGNING_KEYS)
    return { kind: 'index', key: path, name: undefined, contentType: FULL_TYPE };
  if (path.includes(ATTESTATIONS)) return routeAttestations(path);
  if (path === '-/v1/search')
    return { kind: 'search', ...readSearch(query), names: NAMES_KEY, contentType: NAMES_TYPE };
  if (path.startsWith(PACKAGE)) return routeTags(path);
  if (path.startsWith('-/') || path === '') return { kind: 'unsupported' };
  const segments = path.split('/');
  const name = normaliseName(segments.splice(0, path.startsWith('@') ? 2 : 1).join('/'));
  if (name === undefined) return { kind: 'unsupported' };
  const [first, filename, ...more] = segments;
  if (more.length > 0) return { kind: 'unsupported' };
  if (first === '-' && filename !== undefined) return routeFile(name, filename);
  if (filename !== undefined || first === '') return { kind: 'unsupported' };
  return first === undefined ? routePackument(name, accept) : routeVersion(name, first, accept);
}

/**
 * npm from 11 on asks the server for the path of the address in the packument; npm 9 and 10 put that path, which begins
 * with our prefix, behind the address of the registry: what stands before is the prefix once more, two segments.
 */
function routeAttestations(path: string): ClientIntent {
  const [, release = ''] = /^(?:[^/]+\/[^/]+\/)?-\/npm\/v1\/attestations\/(.+)$/.exec(path) ?? [];
  const at = release.lastIndexOf('@');
  const name = normaliseName(release.slice(0, Math.max(at, 0)));
  const version = normaliseVersion(release.slice(at + 1));
  if (name === undefined || version === undefined) return { kind: 'unsupported' };
  return { kind: 'index', key: attestationsPath(name, version), name, version, contentType: FULL_TYPE };
}

/** `npm dist-tag ls` asks `-/package/<name>/dist-tags`. */
const PACKAGE = '-/package/';

function routeTags(path: string): ClientIntent {
  const [, raw = ''] = /^-\/package\/(.+)\/dist-tags$/.exec(path) ?? [];
  const name = normaliseName(raw);
  if (name === undefined) return { kind: 'unsupported' };
  return { kind: 'part', document: { kind: 'index', key: name, name, contentType: FULL_TYPE } };
}

const Tagged = z.object({ 'dist-tags': z.record(z.string(), z.string()) });

function tagsIn(packument: Uint8Array): Uint8Array {
  const { 'dist-tags': tags } = Tagged.parse(JSON.parse(new TextDecoder().decode(packument)));
  return new TextEncoder().encode(JSON.stringify(tags));
}

function routePackument(name: string, accept: string | undefined): ClientIntent {
  const contentType = negotiate(accept);
  return contentType === undefined ? { kind: 'not-acceptable' } : { kind: 'index', key: name, name, contentType };
}

/** `<name>/<version or tag>`: one object, which has one form. */
function routeVersion(name: string, text: string, accept: string | undefined): ClientIntent {
  if (text.length > LONGEST_TAG_CHARACTERS) return { kind: 'unsupported' };
  if (negotiate(accept) === undefined) return { kind: 'not-acceptable' };
  const version = normaliseVersion(text);
  return { kind: 'index', key: `${name}/${version ?? text}`, name, version, contentType: FULL_TYPE };
}

function routeFile(name: string, filename: string): ClientIntent {
  if (versionOf(filename, name) === undefined) return { kind: 'unsupported' };
  return { kind: 'file', filename, name, digestHex: undefined };
}

/** `name-1.0.0.tgz` of `@scope/name`. */
function versionOf(filename: string, name: string): string | undefined {
  const start = `${baseOf(name)}-`;
  if (!filename.startsWith(start) || !filename.endsWith('.tgz')) return undefined;
  const text = filename.slice(start.length, -'.tgz'.length);
  const version = normaliseVersion(text);
  return version === text ? version : undefined;
}

/**
 * RFC 9110, 12.5.1, for two representations. The abbreviated form only where it is asked for by name: everything else,
 * and no `Accept` at all, gets the full one, which has all that the other has.
 */
function negotiate(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return FULL_TYPE;
  if (accept.length > LONGEST_ACCEPT_CHARACTERS) return undefined;
  let best: { readonly type: string; readonly quality: number } | undefined;
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const type = TYPES.get(range);
    const quality = qualityOf(parameters);
    if (type !== undefined && quality > (best?.quality ?? 0)) best = { type, quality };
  }
  return best?.type;
}

/** A browser's `text/html` gets the JSON too: refusals are what it gets as a page. */
const TYPES: ReadonlyMap<string, string> = new Map([
  [ABBREVIATED_TYPE, ABBREVIATED_TYPE],
  [FULL_TYPE, FULL_TYPE],
  ['application/*', FULL_TYPE],
  ['text/html', FULL_TYPE],
  ['*/*', FULL_TYPE],
]);

function qualityOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return text === undefined ? 1 : /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}

function compileRoot({ names, signingKeys }: RootInput): readonly IndexDocument[] {
  const encoder = new TextEncoder();
  const fixed = Object.entries(FIXED).map(([key, value]) => ({
    key,
    contentType: FULL_TYPE,
    body: encoder.encode(JSON.stringify(value)),
  }));
  const sorted = [...new Set(names)].toSorted();
  const keys = signingKeys === undefined ? [] : [{ key: SIGNING_KEYS, contentType: FULL_TYPE, body: signingKeys }];
  return [...fixed, ...keys, { key: NAMES_KEY, contentType: NAMES_TYPE, body: encoder.encode(sorted.join('\n')) }];
}

function clientSettings(base: string): readonly { readonly client: string; readonly text: string }[] {
  return [
    { client: 'npm, pnpm, Yarn 1, Bun', text: `# .npmrc\nregistry=${base}\n` },
    { client: 'Yarn 4', text: `# .yarnrc.yml\nnpmRegistryServer: "${base.replace(/\/$/, '')}"\n` },
  ];
}
