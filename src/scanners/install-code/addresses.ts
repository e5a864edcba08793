/**
 * Dependencies that no registry holds: told by an address or by a place on the disk, in what a package says of itself. None
 * of them is ever part of a snapshot (resolution refuses them), but whoever installs from elsewhere fetches them.
 */
import { posix } from 'node:path';
import { z } from 'zod';
import { endOfFields, isPypiMetadata } from '../syntax/fields.ts';
import { jsonOf, RUNS_AT_INSTALL } from './lifecycle.ts';
import type { Said, SignId } from './signs.ts';

/** Places that are told of one file; the tally of the scanner lists fewer. */
const MOST_TOLD = 100;
/** Headers of Core Metadata and `DESCRIPTION` are read up to here; descriptions behind them may be megabytes. */
const MOST_HEADERS = 262_144;

/** What the metadata of a package says of dependencies past the registry. */
export function addressSigns(path: string, text: string): readonly Said[] {
  if (path === 'package/npm-shrinkwrap.json') return lockSigns(text);
  if (path.endsWith('/package.json')) return RUNS_AT_INSTALL.test(path) ? manifestSigns(text) : [];
  if (isPypiMetadata(path)) return requirementSigns(text);
  if (/[.]egg-info\/requires[.]txt$/.test(path)) return placesOf(text, REQUIRED_LINE, 'dependency-by-address');
  if (/^[^/]+\/pyproject[.]toml$/.test(path)) return buildSigns(text);
  if (/^[^/]+\/DESCRIPTION$/.test(path)) return placesOf(headersOf(text), REMOTES, 'dependency-remotes');
  return [];
}

const Wanted = z.record(z.string(), z.unknown()).optional().catch(undefined);
/** What npm installs with a package; it takes peers along since npm 7 (package.json documentation, "peerDependencies"). */
const Dependent = z.object({ dependencies: Wanted, optionalDependencies: Wanted, peerDependencies: Wanted });

function manifestSigns(text: string): readonly Said[] {
  const read = Dependent.safeParse(jsonOf(text));
  const { dependencies, optionalDependencies, peerDependencies } = read.data ?? {};
  const all = Object.entries({ ...peerDependencies, ...dependencies, ...optionalDependencies });
  const found = all.flatMap(([name, wanted]) => {
    const sign = typeof wanted === 'string' ? pastRegistry(wanted.trim()) : undefined;
    return sign === undefined ? [] : [{ sign, strings: [String(wanted), name] }];
  });
  return found.slice(0, MOST_TOLD).map(({ sign, strings }) => ({ sign, start: placeOf(text, strings) }));
}

/** Where the first of some strings stands in a JSON text as they are commonly written. */
function placeOf(text: string, strings: readonly string[]): number {
  return strings.map((one) => text.indexOf(JSON.stringify(one))).find((at) => at !== -1) ?? 0;
}

/** Addresses and Git addresses, and hosts by their short names (package.json documentation, "dependencies"). */
const ADDRESS = /^(?:https?:|git(?:\+\w{2,5})?:|ssh:|(?:github|gitlab|bitbucket|gist|sourcehut):|[^@/\s]+@[^:/\s]+:)/i;
/** `user/repository`, with or without a branch: a repository of the host that npm knows best. */
const REPOSITORY = /^[^@/\\\s:.~%][^/\\\s:]*\/[^/\\\s:#]+(?:#.*)?$/;
/** A place on the disk, as npm, Yarn and pnpm write it; a drive of Windows is one letter. */
const ON_DISK = /^(?:(?:file|link|portal):|[.]{1,2}(?:[/\\]|$)|[/\\]|~[/\\]|[a-z]:[/\\])/i;
const PACKED = /[.](?:tgz|tar|tar[.]gz)$/i;

/** What npm asks no registry for; `undefined` for ranges, tags, aliases and what no client fetches for a dependant. */
function pastRegistry(wanted: string): SignId | undefined {
  if (ADDRESS.test(wanted)) return 'dependency-by-address';
  if (ON_DISK.test(wanted) || PACKED.test(wanted)) return isInside(wanted) ? undefined : 'dependency-by-path';
  return REPOSITORY.test(wanted) ? 'dependency-by-address' : undefined;
}

/** Whether a place is in the package itself. */
function isInside(place: string): boolean {
  const path = place.replace(/^(?:file|link|portal):(?:\/\/(?=[^/]))?/i, '').replaceAll('\\', '/');
  return !/^(?:\/|~|[a-z]:)/i.test(path) && !/^[.]{2}(?:\/|$)/.test(posix.normalize(path));
}

const Locked = z.looseObject({
  resolved: z.string().optional().catch(undefined),
  dev: z.boolean().optional().catch(undefined),
  link: z.boolean().optional().catch(undefined),
});
const Entries = z.record(z.string(), Locked.catch({})).optional().catch(undefined);
/** `packages` since version 2 of the form, `dependencies` before (npm documentation, "package-lock.json"). */
const Lock = z.object({ packages: Entries, dependencies: Entries });
/** How registries lay out tarballs: `<name>/-/<name>-<version>.tgz`. */
const OF_REGISTRY = /^https?:\/\/([^/]+)\/(?:[^?#]*\/)?[^/?#]+\/-\/[^?#]+[.]tgz(?:[?#]|$)/i;

/**
 * A lock file that is published inside a package, which npm follows where the registry says that there is one. Addresses are
 * told that no registry has, or that are on another host than most of the others.
 */
function lockSigns(text: string): readonly Said[] {
  const read = Lock.safeParse(jsonOf(text));
  const entries = Object.values(read.data?.packages ?? read.data?.dependencies ?? {});
  const addresses = entries.flatMap(({ resolved, dev, link }) => (dev || link ? [] : (resolved ?? [])));
  const hosts = addresses.map((address) => OF_REGISTRY.exec(address)?.[1]?.toLowerCase());
  const usual = mostFrequent(hosts.filter((host) => host !== undefined));
  const other = addresses.filter((_, at) => hosts[at] === undefined || hosts[at] !== usual);
  const told = other.slice(0, MOST_TOLD).map((address): Said => {
    return { sign: 'lock-file-by-address', start: placeOf(text, [address]) };
  });
  return [{ sign: 'lock-file-inside', start: Math.max(0, text.indexOf('"resolved"')) }, ...told];
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

/** `name [extras] @ address` (dependency specifiers): as a value, on a line and in quotes. */
const REQUIRED = /^\s*[a-z0-9][\w.-]*\s*(?:\[[^\]]*\]\s*)?@/i;
const REQUIRED_LINE = /^[a-z0-9][\w.-]*[ \t]*(?:\[[^\]\n]*\][ \t]*)?@[ \t]*\S/gim;
const REQUIRED_STRING = /["']\s*[a-z0-9][\w.-]*\s*(?:\[[^\]\n"']*\]\s*)?@\s*[a-z][a-z+]*:/gi;
/** Where `remotes`, `pak` and `renv` fetch dependencies of R packages from; `install.packages` does not read it. */
const REMOTES = /^Remotes:[ \t]*(?:\r?\n[ \t]+)?\S/gm;

/** A header with the lines that continue it, as Python's email parser reads it. */
const REQUIRES_DIST = /^Requires-Dist:([^\n]*(?:\n[ \t][^\n]*)*)/gim;

function requirementSigns(text: string): readonly Said[] {
  const found: Said[] = [];
  for (const { index, 1: value = '' } of headersOf(text).matchAll(REQUIRES_DIST))
    if (REQUIRED.test(value)) found.push({ sign: 'dependency-by-address', start: index });
  return found.slice(0, MOST_TOLD);
}

/** What the build of a source distribution needs (pyproject.toml specification, "build-system"). */
function buildSigns(text: string): readonly Said[] {
  const begin = text.search(/^[ \t]*\[[ \t]*build-system[ \t]*\]/m);
  if (begin === -1) return [];
  const next = text.slice(begin + 1).search(/^[ \t]*\[.*\][ \t]*(?:#.*)?$/m);
  const section = text.slice(begin, next === -1 ? text.length : begin + 1 + next);
  return placesOf(section, REQUIRED_STRING, 'dependency-by-address').map(({ sign, start }) => ({
    sign,
    start: begin + start,
  }));
}

function headersOf(text: string): string {
  const headers = text.slice(0, MOST_HEADERS);
  return headers.slice(0, endOfFields(headers));
}

function placesOf(text: string, pattern: RegExp, sign: SignId): readonly Said[] {
  return [...text.matchAll(pattern)].slice(0, MOST_TOLD).map(({ index }) => ({ sign, start: index }));
}
