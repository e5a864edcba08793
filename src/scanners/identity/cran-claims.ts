/** Who a release says it is by, as `DESCRIPTION` writes it ("Writing R Extensions", 1.1.1; `?utils::person`). */
import { excerpt } from '../../domain/content.ts';
import { readFields } from '../syntax/fields.ts';
import { distinct, hostOf, type IdentityClaims, MAX_NAMED } from './claims.ts';
import { readPersons } from './cran-persons.ts';
import type { Person } from './person.ts';

const FIELDS = ['Package', 'Authors@R', 'Author', 'Maintainer', 'URL', 'BugReports', 'Title'] as const;

/** What the archive writes in place of a maintainer where a package has none any more. */
const ORPHANED = /^ORPHANED$/i;

/** The claims of a `DESCRIPTION`; `undefined` where the text is none. */
export function cranClaimsOf(metadata: string): IdentityClaims | undefined {
  const fields = new Map(readFields(metadata, FIELDS));
  if (!fields.has('Package')) return undefined;
  const persons = readPersons(fields.get('Authors@R') ?? '');
  const maintainer = fields.get('Maintainer') ?? '';
  const isOrphaned = ORPHANED.test(maintainer.trim());
  const keepers = isOrphaned ? [] : peopleIn([maintainer]);
  const created = persons.filter(({ roles }) => roles.includes('cre')).map(personOf);
  const authors =
    persons.length > 0
      ? persons.filter(({ roles }) => roles.length === 0 || roles.includes('aut')).map(personOf)
      : peopleIn((fields.get('Author') ?? '').replace(/\[[^\]]*\]|\([^)]*\)/g, '').split(/,|;|\n|\band\b/));
  const maintainers = keepers.length > 0 || isOrphaned ? keepers : created;
  const urls = [...urlsOf('URL', fields.get('URL')), ...urlsOf('BugReports', fields.get('BugReports'))];
  const emails = [...authors, ...maintainers].flatMap(({ email }) => email ?? []);
  const title = fields.get('Title') ?? '';
  return {
    authors: authors.slice(0, MAX_NAMED),
    maintainers: maintainers.slice(0, MAX_NAMED),
    domains: distinct(emails.map((email) => email.slice(email.lastIndexOf('@') + 1))),
    urls,
    hosts: distinct(urls.flatMap(({ url }) => hostOf(url) ?? [])),
    summary: title === '' ? null : excerpt(title.replaceAll(/\s+/g, ' ')),
    classifiers: 0,
    developmentStatus: null,
    isOrphaned,
  };
}

function personOf({ name, email }: Person): Person {
  return { name, email };
}

/** `Name <email>`, or one of the two. */
function peopleIn(texts: readonly string[]): readonly Person[] {
  return texts.slice(0, MAX_NAMED).flatMap((text): readonly Person[] => {
    const address = /<([^<>\s]{1,320})>/.exec(text)?.[1]?.toLowerCase() ?? '';
    const name = text
      .replace(/<[^<>]*>?/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
    const email = /^[^\s@]+@[^\s@]+$/.test(address) ? excerpt(address) : null;
    return name === '' && email === null ? [] : [{ name: name === '' ? null : excerpt(name), email }];
  });
}

function urlsOf(label: string, text: string | undefined): IdentityClaims['urls'] {
  const parts = (text ?? '').split(/[\s,]+/).filter((part) => /^https?:/i.test(part));
  return parts.slice(0, MAX_NAMED).map((url) => ({ label, url: excerpt(url) }));
}
