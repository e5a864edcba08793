/** Who a release says it is by, as `package.json` writes it (package.json documentation, "people fields", "repository"). */
import { z } from 'zod';
import { excerpt } from '../../domain/content.ts';
import { distinct, hostOf, type IdentityClaims, MAX_NAMED } from './claims.ts';
import type { Person } from './person.ts';

const Named = z.union([
  z.string(),
  z.looseObject({ name: z.string().optional(), email: z.string().optional(), url: z.string().optional() }),
]);
const people = z.array(z.unknown()).catch([]).default([]);
const Address = z
  .union([z.string(), z.looseObject({ url: z.string() })])
  .optional()
  .catch(undefined);
const Manifest = z.looseObject({
  author: z.unknown().optional(),
  maintainers: people,
  contributors: people,
  homepage: Address,
  repository: Address,
  bugs: Address,
  description: z.string().optional().catch(undefined),
});

/** The claims of a `package.json`, or of the registry's object of a version; `undefined` where the text is none. */
export function npmClaimsOf(metadata: string): IdentityClaims | undefined {
  const manifest = Manifest.safeParse(jsonOf(metadata));
  if (!manifest.success) return undefined;
  const { author, maintainers, contributors, homepage, repository, bugs, description } = manifest.data;
  const authors = peopleIn([author, ...contributors]);
  const keepers = peopleIn(maintainers);
  const urls = [...urlOf('Homepage', homepage), ...urlOf('Repository', repository), ...urlOf('Bugs', bugs)];
  const emails = [...authors, ...keepers].flatMap(({ email }) => email ?? []);
  return {
    authors,
    maintainers: keepers,
    domains: distinct(emails.map((email) => email.slice(email.lastIndexOf('@') + 1))),
    urls,
    hosts: distinct(urls.flatMap(({ url }) => hostOf(url) ?? [])),
    summary: description === undefined || description === '' ? null : excerpt(description),
    classifiers: 0,
    developmentStatus: null,
  };
}

/** `Name <email> (url)`, or an object with these members. */
function peopleIn(raw: readonly unknown[]): readonly Person[] {
  return raw.slice(0, MAX_NAMED).flatMap((one): Person[] => {
    const read = Named.safeParse(one);
    if (!read.success) return [];
    const { name = '', email = '' } = typeof read.data === 'string' ? partsOf(read.data) : read.data;
    const address = /^[^\s@]+@[^\s@]+$/.test(email) ? excerpt(email.toLowerCase()) : null;
    return name === '' && address === null ? [] : [{ name: name === '' ? null : excerpt(name), email: address }];
  });
}

function partsOf(text: string): { readonly name: string; readonly email: string } {
  const email = /<([^<>]{1,320})>/.exec(text)?.[1] ?? '';
  return { name: text.replace(/[<(].*$/s, '').trim(), email };
}

/** `github:a/b`, `a/b` and `git+https://...` are addresses of hosts that everybody knows by these short forms. */
function urlOf(label: string, address: z.infer<typeof Address>): IdentityClaims['urls'] {
  const text = typeof address === 'string' ? address : address?.url;
  if (text === undefined || text === '') return [];
  return [{ label, url: excerpt(text.replace(/^git\+/, '')) }];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
