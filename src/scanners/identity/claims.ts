/** Who a release says it is by: people, addresses and places, as its own metadata states them. Untrusted. */
import { excerpt } from '../../domain/content.ts';
import { isNameOfGroup } from './groups.ts';
import { type Headers, readHeaders } from './headers.ts';
import type { Person } from './person.ts';

export interface IdentityClaims {
  readonly authors: readonly Person[];
  readonly maintainers: readonly Person[];
  /** Domains of all addresses, sorted. */
  readonly domains: readonly string[];
  readonly urls: readonly { readonly label: string; readonly url: string }[];
  /** Hosts of the URLs, sorted. */
  readonly hosts: readonly string[];
  readonly summary: string | null;
  readonly classifiers: number;
  /** `5 - Production/Stable`, where a classifier says so. */
  readonly developmentStatus: string | null;
  /** Whether it says of itself that nobody maintains it any more (R). */
  readonly isOrphaned?: boolean;
}

/** People of one role and URLs that are kept; real packages name a dozen. */
export const MAX_NAMED = 50;

export function claimsOf(metadata: string): IdentityClaims {
  const headers = readHeaders(metadata);
  const authors = peopleOf(headers.author, headers['author-email']);
  const maintainers = peopleOf(headers.maintainer, headers['maintainer-email']);
  const urls = urlsOf(headers);
  const emails = [...authors, ...maintainers].flatMap(({ email }) => email ?? []);
  const status = headers.classifier.find((one) => one.startsWith('Development Status :: '));
  return {
    authors,
    maintainers,
    domains: distinct(emails.map((email) => email.slice(email.lastIndexOf('@') + 1))),
    urls,
    hosts: distinct(urls.flatMap(({ url }) => hostOf(url) ?? [])),
    summary: headers.summary[0] === undefined ? null : excerpt(headers.summary[0]),
    classifiers: headers.classifier.length,
    developmentStatus: status === undefined ? null : excerpt(status.slice('Development Status :: '.length)),
  };
}

/** Names (`Author: A, B`) and addresses (`Author-email: A <a@b>, c@d`); a name that has an address is one person with it. */
function peopleOf(names: readonly string[], addresses: readonly string[]): readonly Person[] {
  const addressed = addresses.flatMap(splitList).flatMap(addressOf).slice(0, MAX_NAMED);
  const unnamed = addressed.filter(({ name }) => name === null);
  const known = new Set(addressed.flatMap(({ name }) => name?.toLowerCase() ?? []));
  const named = names
    .flatMap(splitList)
    .flatMap(splitPair)
    .filter((name) => !known.has(name.toLowerCase()))
    .slice(0, MAX_NAMED);
  // One name and one bare address are one person: how setuptools writes `author` and `author_email`.
  if (named.length === 1 && unnamed.length === 1 && addressed.length === 1)
    return [{ name: excerpt(named[0] ?? ''), email: unnamed[0]?.email ?? null }];
  return [...addressed, ...named.map((name) => ({ name: excerpt(name), email: null }))];
}

function splitList(value: string): readonly string[] {
  return value
    .split(/[,;]/)
    .map((part) => part.trim().replaceAll(/^"|"$/g, ''))
    .filter((part) => part !== '');
}

/** `Ada Lovelace and Bob Boole` are two; a group's name may hold the word, and so may a firm's of single names. */
function splitPair(name: string): readonly string[] {
  const parts = name.split(/\s(?:and|&)\s/).map((part) => part.trim());
  return parts.every((part) => /\s/.test(part)) && !isNameOfGroup(name) ? parts : [name];
}

function addressOf(text: string): readonly Person[] {
  const open = text.lastIndexOf('<');
  const bare = (open === -1 ? text : text.slice(open + 1).replace(/>.*$/, '')).trim().toLowerCase();
  const at = bare.lastIndexOf('@');
  const email = at > 0 && at < bare.length - 1 && !/\s/.test(bare) ? excerpt(bare) : null;
  const name = open > 0 ? text.slice(0, open).trim().replaceAll(/^"|"$/g, '') : '';
  if (name === '' && email === null) return [];
  return [{ name: name === '' ? null : excerpt(name), email }];
}

function urlsOf(headers: Headers): IdentityClaims['urls'] {
  const home = headers['home-page'].map((url) => ({ label: 'Home-page', url: excerpt(url) }));
  const labelled = headers['project-url'].flatMap((value) => {
    const comma = value.indexOf(',');
    if (comma === -1) return [];
    return [{ label: excerpt(value.slice(0, comma)), url: excerpt(value.slice(comma + 1).trim()) }];
  });
  return [...home, ...labelled].slice(0, MAX_NAMED);
}

export function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname || undefined : undefined;
}

export function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted();
}
