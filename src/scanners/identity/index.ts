import type { Finding, JsonValue, Severity } from '../../domain/evidence.ts';
import type { ClearedMetadata, Scanner, Subject } from '../contract.ts';
import { claimsOf, type IdentityClaims } from './claims.ts';
import { cranClaimsOf } from './cran-claims.ts';
import { type Who, whoIs } from './groups.ts';
import { npmClaimsOf } from './npm-claims.ts';
import type { Person } from './person.ts';

/** Domains where anyone has an address: they say nothing of who somebody works for. */
const FREE_MAIL: ReadonlySet<string> = new Set(
  'gmail.com googlemail.com icloud.com me.com msn.com proton.me protonmail.com pm.me web.de mail.ru qq.com 163.com 126.com foxmail.com aol.com tutanota.com zoho.com naver.com fastmail.com users.noreply.github.com'.split(
    ' ',
  ),
);
/** Those that give addresses under the domains of many countries. */
const FREE_MAIL_ANYWHERE = /^(?:gmx|hotmail|live|outlook|yahoo|yandex)\.(?:(?:co|com)\.[a-z]{2}|[a-z]{2,3})$/;

/** Who a release says it is by, and what changed against the release that was cleared before. */
export const identityScanner: Scanner<'distribution'> = {
  id: 'identity',
  version: 7,
  looksAt: 'distribution',
  ecosystems: ['cran', 'npm', 'pypi'],
  emits: ['identity'],
  // The metadata never changes; the comparison is with what was cleared when this release was vetted, and stays that.
  staleAfterHours: null,
  sees: 'What the metadata of a release says of its authors, maintainers, their e-mail domains and its addresses on the web: nobody, one person or one group alone named (a group by a word of its name such as Team, Developers, Foundation or Inc, a mailing list, or a mailbox that several read; a name of one word without an address of a person is either), orphaned, free mail only, no addresses, none that holds its name, no summary, a version of nothing but zeros; and what of it changed since the release that was cleared before.',
  cannotSee:
    "Companies and teams of several words whose names hold no such word, how many people a group has, whether the people exist, whether the addresses are theirs, or changes where no release of the package was cleared before. A package's word about itself can be copied from another.",
  async scan(subject, context) {
    const { examination } = subject.file;
    if (examination.status === 'failed')
      return { status: 'failed', reason: `The file could not be examined: ${examination.reason}`, retryable: true };
    const { metadata } = examination.result;
    if (metadata === null)
      return { status: 'failed', reason: 'The metadata inside the file could not be read', retryable: false };
    const read = CLAIMS[context.ecosystem.id];
    const claims = read?.(metadata);
    if (read === undefined || claims === undefined)
      return {
        status: 'failed',
        reason: 'The metadata inside the file is not of the form it should have',
        retryable: false,
      };
    const previous = await context.previousMetadata(subject.name, subject.version);
    const findings = [statement(subject, claims, previous), ...concerns(subject, claims)];
    const before = previous === undefined ? undefined : read(previous.text);
    if (previous !== undefined && before !== undefined)
      findings.push(...changes(subject, { now: claims, before }, previous));
    return { status: 'completed', findings };
  },
};

/** How each ecosystem's metadata names people and places. */
const CLAIMS: Readonly<Record<string, (metadata: string) => IdentityClaims | undefined>> = {
  cran: cranClaimsOf,
  npm: npmClaimsOf,
  pypi: claimsOf,
};

interface Claim {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly data?: Finding['data'];
}

/** About the release, not the file: wheels of one release that say the same are one finding. */
function finding({ purl }: Subject<'distribution'>, { code, severity, summary, data }: Claim): Finding {
  return { kind: 'identity', severity, subject: purl, summary, location: undefined, data: { code, ...data } };
}

function statement(
  subject: Subject<'distribution'>,
  claims: IdentityClaims,
  previous: ClearedMetadata | undefined,
): Finding {
  const { authors, maintainers, domains, urls, hosts, summary, classifiers, developmentStatus } = claims;
  const people = peopleOf(claims);
  const named = people.map(({ name, email }) => name ?? email ?? '').slice(0, 5);
  const who =
    named.length === 0 ? 'names nobody' : `names ${named.join(', ')}${people.length > 5 ? ' and others' : ''}`;
  return finding(subject, {
    code: 'statement',
    severity: 'info',
    summary: `The metadata of ${subject.name} ${subject.version} ${who} (its own words)`,
    data: {
      authors: authors.map(jsonOf),
      maintainers: maintainers.map(jsonOf),
      domains,
      urls: urls.map(({ label, url }) => ({ label, url })),
      hosts,
      summary,
      classifiers,
      developmentStatus,
      people: people.length,
      groups: people.filter((one) => whoIs(one) === 'group').flatMap(({ name, email }) => name ?? email ?? []),
      comparedWith: previous?.version ?? null,
    },
  });
}

/** What is said where one alone is named. */
const ONE: Readonly<Record<Who, { readonly code: string; words(only: Person): string }>> = {
  person: { code: 'one-person', words: () => 'names one person alone' },
  group: { code: 'one-group', words: () => 'names one group alone, and no person' },
  unclear: {
    code: 'one-name',
    words: ({ name }) => `names ${name} alone: whether that is one person or a group cannot be told`,
  },
};

function concerns(subject: Subject<'distribution'>, claims: IdentityClaims): readonly Finding[] {
  const { name, version } = subject;
  const { domains, urls, summary } = claims;
  const people = peopleOf(claims);
  const found: Claim[] = [];
  if (people.length === 0)
    found.push({ code: 'nobody-named', severity: 'low', summary: `${name} names no author and no maintainer` });
  if (claims.isOrphaned === true)
    found.push({ code: 'orphaned', severity: 'low', summary: `${name} says that nobody maintains it any more` });
  const [only] = people;
  if (only !== undefined && people.length === 1)
    found.push({ code: ONE[whoIs(only)].code, severity: 'info', summary: `${name} ${ONE[whoIs(only)].words(only)}` });
  if (people.length > 0 && domains.length === 0)
    found.push({ code: 'no-address', severity: 'info', summary: `${name} gives no e-mail address` });
  if (domains.length > 0 && domains.every((domain) => FREE_MAIL.has(domain) || FREE_MAIL_ANYWHERE.test(domain)))
    found.push({
      code: 'free-mail',
      severity: 'info',
      summary: `${name} gives free e-mail addresses only (${domains.join(', ')})`,
    });
  if (urls.length === 0)
    found.push({ code: 'no-urls', severity: 'low', summary: `${name} gives no home page and no source repository` });
  else if (!urls.some(({ url }) => holds(url, name)))
    found.push({
      code: 'urls-without-name',
      severity: 'info',
      summary: `No address that ${name} gives holds its name`,
    });
  if (summary === null)
    found.push({ code: 'no-summary', severity: 'info', summary: `${name} does not say what it is` });
  if (ALL_ZEROS.test(version))
    found.push({
      code: 'version-zero',
      severity: 'low',
      summary: `${name} ${version} has no version of its own: placeholders and releases made in haste have such ones`,
    });
  return found.map((one) => finding(subject, one));
}

/** `0.0.0`, as tools write it where nobody gave a version; a pre-release of it is somebody's count. */
const ALL_ZEROS = /^0(?:[.-]0+)*$/;

/** Whether an address holds the name, whatever separators either has. */
function holds(url: string, name: string): boolean {
  return lettersOf(url).includes(lettersOf(name));
}

function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** What a person who cleared the previous release would want to hear about. */
function changes(
  subject: Subject<'distribution'>,
  { now, before }: { readonly now: IdentityClaims; readonly before: IdentityClaims },
  previous: ClearedMetadata,
): readonly Finding[] {
  const since = `since ${previous.version}`;
  const [was, is] = [peopleOf(before), peopleOf(now)];
  const stayed = is.filter((person) => was.some((other) => isSame(person, other)));
  const joined = is.filter((person) => !stayed.includes(person));
  const found: Claim[] = [];
  const data = { since: previous.version, before: was.map(jsonOf), now: is.map(jsonOf) };
  if (was.length > 0 && is.length > 0 && stayed.length === 0)
    found.push({ code: 'people-replaced', severity: 'low', summary: `All people named changed ${since}`, data });
  else if (joined.length > 0 || stayed.length < was.length)
    found.push({ code: 'people-changed', severity: 'info', summary: `The people named changed ${since}`, data });
  for (const [code, what, key] of [
    ['domains-changed', 'The e-mail domains', 'domains'],
    ['hosts-changed', 'The hosts of its addresses', 'hosts'],
  ] as const) {
    const [left, right] = [before[key], now[key]];
    if (left.join() !== right.join())
      found.push({
        code,
        severity: left.length > 0 && !left.some((one) => right.includes(one)) ? 'low' : 'info',
        summary: `${what} changed ${since}: ${left.join(', ') || 'none'} before, ${right.join(', ') || 'none'} now`,
        data: { since: previous.version, before: left, now: right },
      });
  }
  return found.map((one) => finding(subject, one));
}

/** Each person once, whether author or maintainer. */
function peopleOf({ authors, maintainers }: IdentityClaims): readonly Person[] {
  const people: Person[] = [];
  for (const person of [...authors, ...maintainers])
    if (!people.some((other) => isSame(person, other))) people.push(person);
  return people;
}

function isSame(a: Person, b: Person): boolean {
  if (a.email !== null && a.email === b.email) return true;
  return a.name !== null && a.name.toLowerCase() === b.name?.toLowerCase();
}

function jsonOf({ name, email }: Person): JsonValue {
  return { name, email };
}
