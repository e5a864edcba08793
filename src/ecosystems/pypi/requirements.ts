import { type Marker, parseMarker } from './markers.ts';
import { normaliseName, parseExtras } from './names.ts';
import { parseSpecifierSet, type SpecifierSet } from './specifiers.ts';

/** Longest requirement that is read; real ones stay under 2,000 characters. */
const LONGEST_REQUIREMENT_CHARACTERS = 16_384;

/** A requirement of PEP 508: `name[extra]>=1.0; python_version < "3.11"`, or `name @ URL`. */
export interface Requirement {
  /** Normal form. */
  readonly name: string;
  /** Normal forms, sorted. */
  readonly extras: readonly string[];
  readonly specifiers: SpecifierSet;
  /** Set for `name @ URL`: such a requirement names bytes, not a release, and no index can offer it. */
  readonly url: string | undefined;
  readonly marker: Marker | undefined;
}

/** The name and extras that a requirement starts with; what follows is read by hand. */
const START = /^[ \t]*([a-z0-9][a-z0-9._-]*)[ \t]*(?:\[([^[\]]*)\])?[ \t]*/i;

/** Reads a requirement (PEP 508, and the parentheses of PEP 345); `undefined` where the text is none. */
export function parseRequirement(raw: string): Requirement | undefined {
  const text = raw.trim();
  if (text.length > LONGEST_REQUIREMENT_CHARACTERS) return undefined;
  const start = START.exec(text);
  const name = start === null ? undefined : normaliseName(start[1] ?? '');
  const extras = parseExtras(start?.[2] ?? '');
  if (start === null || name === undefined || extras === undefined) return undefined;
  const rest = text.slice(start[0].length);
  return rest.startsWith('@') ? readUrl({ name, extras }, rest.slice(1)) : readVersions({ name, extras }, rest);
}

interface Head {
  readonly name: string;
  readonly extras: readonly string[];
}

/** PEP 508: a URL ends at a blank, so that a marker behind it needs one before its `;`. */
function readUrl(head: Head, rest: string): Requirement | undefined {
  const match = /^[ \t]*([^ \t]+)(?:[ \t]+;(.*))?[ \t]*$/.exec(rest);
  const url = match?.[1];
  const anything = parseSpecifierSet('');
  if (url === undefined || anything === undefined) return undefined;
  return withMarker({ ...head, specifiers: anything, url }, match?.[2]);
}

function readVersions(head: Head, rest: string): Requirement | undefined {
  const semicolon = rest.indexOf(';');
  const range = (semicolon === -1 ? rest : rest.slice(0, semicolon)).trim();
  const bare = range.startsWith('(') && range.endsWith(')') ? range.slice(1, -1) : range;
  const specifiers = parseSpecifierSet(bare);
  if (specifiers === undefined) return undefined;
  return withMarker({ ...head, specifiers, url: undefined }, semicolon === -1 ? undefined : rest.slice(semicolon + 1));
}

function withMarker(requirement: Omit<Requirement, 'marker'>, text: string | undefined): Requirement | undefined {
  if (text === undefined || text.trim() === '') return { ...requirement, marker: undefined };
  const marker = parseMarker(text);
  return marker === undefined ? undefined : { ...requirement, marker };
}

/** A requirement as people write it, without its marker: `name[extra]>=1.0`. */
export function describeRequirement(requirement: Omit<Requirement, 'marker'>): string {
  const extras = requirement.extras.length === 0 ? '' : `[${requirement.extras.join(',')}]`;
  const range = requirement.url === undefined ? requirement.specifiers.text : ` @ ${requirement.url}`;
  return `${requirement.name}${extras}${range}`;
}
