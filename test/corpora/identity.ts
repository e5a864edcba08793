/**
 * What metadata says of people and places, for the scanner `identity`: cases written from what it promises, before its rules
 * were read; expectations that contradicted its own words were
 * put right after that. `told` is everything but the statement that it always makes. All names, texts and addresses are made up; the
 * domains of mail are those that anybody gets an address at.
 */

export interface IdentitySample {
  readonly title: string;
  readonly ecosystem: 'pypi' | 'npm' | 'cran';
  readonly metadata: string;
  /** Of the release that was cleared before. */
  readonly before?: string;
  readonly told: readonly string[];
  /** Known not to be told as it should be. */
  readonly missed?: true;
}

const ADA = 'Ada Lovelace <ada@lab.example>';
const TWO = `Author-email: ${ADA}, Bob Boole <bob@lab.example>`;
const SUMMARY = 'Summary: Shows things';
const SOURCE = 'Project-URL: Source, https://code.example/lab/demo-pkg';

/** Core Metadata of one release: what is not given is ordinary. */
function core({ version = '1.0', people = TWO, summary = SUMMARY, urls = SOURCE } = {}): string {
  const lines = ['Metadata-Version: 2.1', 'Name: demo-pkg', `Version: ${version}`, summary, people, urls];
  return `${lines.filter((line) => line !== '').join('\n')}\n\nText of the description.\n`;
}
const pypi = (title: string, told: readonly string[], change: Parameters<typeof core>[0] = {}): IdentitySample => ({
  ...{ title, ecosystem: 'pypi', told },
  metadata: core(change),
});
const people = (told: readonly string[], lines: string): IdentitySample => pypi(lines, told, { people: lines });
const urls = (told: readonly string[], lines: string): IdentitySample =>
  pypi(lines || 'no address', told, { urls: lines });

const PEOPLE: readonly IdentitySample[] = [
  people([], TWO),
  people([], 'Author: Ada Lovelace, Bob Boole\nAuthor-email: ada@lab.example, bob@lab.example'),
  people([], 'Author: Ada Lovelace and Bob Boole\nAuthor-email: ada@lab.example'),
  people(
    [],
    'Author: Ada Lovelace\nAuthor-email: ada@lab.example\nMaintainer: Bob Boole\nMaintainer-email: bob@lab.example',
  ),
  people([], `Author-email: Ada Lovelace <ada@gmail.com>, Bob Boole <bob@lab.example>`),
  people(['one-person'], `Author-email: ${ADA}`),
  people(['one-person'], 'Author: Ada Lovelace\nAuthor-email: ada@lab.example'),
  people(['one-person'], 'Author: Ada Lovelace\nMaintainer: Ada Lovelace\nMaintainer-email: ada@lab.example'),
  people(['one-person'], 'Author: Ada Lovelace\nAuthor-email: Ada Lovelace <Ada@Lab.example>'),
  // A comma stands between two people as a rule.
  { ...people(['one-person'], 'Author: Lovelace, Ada\nAuthor-email: ada.lovelace@lab.example'), missed: true },
  people(['one-person'], 'Author: 李小龙\nAuthor-email: xiaolong@lab.example'),
  people(['nobody-named'], ''),
  people(['nobody-named'], 'Author: UNKNOWN\nAuthor-email: UNKNOWN'),
  people(['one-name', 'no-address'], 'Author: ada'),
  people(['one-person', 'no-address'], 'Author: Ada Lovelace'),
  ...[
    'The Demo Developers <dev@demo-pkg.example>',
    'Acme Inc. <hello@acme.example>',
    'Sail Foundation <hello@sail.example>',
    'Core Team <core@sail.example>',
    'Sail Contributors <sail@sail.example>',
    'Sail Authors <sail@sail.example>',
    'Sail Labs Ltd <sail@sail.example>',
    'Sail GmbH <sail@sail.example>',
    'Sail Project <sail@sail.example>',
    'University of Somewhere <rse@uni.example>',
    'Institute of Things <rse@institute.example>',
    'Sail Community <sail@sail.example>',
    'Sail Corporation <sail@sail.example>',
    'Sail Working Group <sail@sail.example>',
    'demo <demo-pkg-dev@lists.example>',
  ].map((who) => people(['one-group'], `Author-email: ${who}`)),
  // A mailbox that several read says nothing of whose name of one word it is.
  ...['info', 'support', 'maintainers', 'opensource'].map((box) =>
    people(['one-name'], `Author-email: demo <${box}@demo-pkg.example>`),
  ),
  ...[
    ...['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.fr', 'yahoo.co.uk', 'icloud.com', 'gmx.de', 'web.de'],
    ...['mail.ru', 'yandex.ru', 'qq.com', '163.com', '126.com', 'proton.me', 'protonmail.com', 'live.com', 'aol.com'],
    ...['zoho.com', 'tutanota.com', 'naver.com', 'foxmail.com', 'me.com', 'fastmail.com', 'msn.com'],
  ].map((domain) => people(['free-mail'], `Author-email: Ada Lovelace <ada@${domain}>, Bob Boole <bob@${domain}>`)),
  people(['one-person', 'free-mail'], 'Author-email: Ada Lovelace <ada@gmail.com>'),
];

const PLACES: readonly IdentitySample[] = [
  urls([], 'Home-page: https://code.example/lab/demo_pkg'),
  urls([], 'Home-page: https://demopkg.example'),
  urls([], 'Home-page: https://Demo.Pkg.example/'),
  urls([], 'Project-URL: Documentation, https://demo-pkg.docs.example/en/latest/'),
  urls([], `Home-page: https://lab.example\n${SOURCE}`),
  urls(['no-urls'], ''),
  urls(['no-urls'], 'Home-page: UNKNOWN'),
  urls(['urls-without-name'], 'Home-page: https://code.example/ada'),
  urls(['urls-without-name'], 'Project-URL: Source, https://code.example/lab/other'),
  urls(
    ['urls-without-name'],
    'Home-page: https://example.org\nProject-URL: Bugs, https://code.example/lab/requests/issues',
  ),
  ...['', 'Summary:', 'Summary: UNKNOWN'].map((summary) => pypi(`${summary} as summary`, ['no-summary'], { summary })),
  ...['0', '0.0', '0.0.0', '0.0.0.0'].map((version) => pypi(`version ${version}`, ['version-zero'], { version })),
  ...['0.0.1', '0.1', '10.0', '1.0.0', '0.0.0.post1'].map((version) => pypi(`version ${version}`, [], { version })),
];

const changed = (
  title: string,
  told: readonly string[],
  [before, after]: readonly [string, string],
): IdentitySample => ({
  ...pypi(title, told, { people: after }),
  before: core({ version: '0.9', people: before }),
});
const CHANGES: readonly IdentitySample[] = [
  changed('the same people', [], [TWO, TWO]),
  changed('the same in another order', [], [TWO, `Author-email: Bob Boole <bob@lab.example>, ${ADA}`]),
  changed('one person more', ['people-changed'], [TWO, `${TWO}, Eve Euler <eve@lab.example>`]),
  changed('one person less', ['people-changed', 'one-person'], [TWO, `Author-email: ${ADA}`]),
  changed('another for one of two', ['people-changed'], [TWO, `Author-email: ${ADA}, Eve Euler <eve@lab.example>`]),
  changed(
    'all others, elsewhere',
    ['people-replaced', 'domains-changed'],
    [TWO, 'Author-email: Eve Euler <eve@other.example>, Mal Mallory <mal@other.example>'],
  ),
  changed(
    'the same people, elsewhere',
    ['domains-changed'],
    [TWO, 'Author-email: Ada Lovelace <ada@other.example>, Bob Boole <bob@other.example>'],
  ),
  {
    ...pypi('the code elsewhere', ['hosts-changed'], { urls: 'Project-URL: Source, https://forge.example/x/demo-pkg' }),
    before: core({ version: '0.9' }),
  },
  {
    ...pypi('the same host, another page', [], { urls: 'Project-URL: Source, https://code.example/labs/demo-pkg' }),
    before: core({ version: '0.9' }),
  },
];

const PACKAGE = {
  ...{ name: 'demo-pkg', version: '1.0.0', description: 'Shows things', author: ADA },
  contributors: ['Bob Boole <bob@lab.example>'],
  repository: { type: 'git', url: 'git+https://code.example/lab/demo-pkg.git' },
};
const npm = (title: string, told: readonly string[], change: object): IdentitySample => ({
  ...{ title: `npm: ${title}`, ecosystem: 'npm', told },
  metadata: JSON.stringify({ ...PACKAGE, ...change }),
});
const NPM: readonly IdentitySample[] = [
  npm('two people', [], {}),
  npm('persons as objects', [], {
    author: { name: 'Ada Lovelace', email: 'ada@lab.example' },
    contributors: [{ name: 'Bob Boole', email: 'bob@lab.example' }],
  }),
  npm('maintainers beside the author', [], { contributors: undefined, maintainers: ['Bob Boole <bob@lab.example>'] }),
  npm('one person', ['one-person'], { contributors: undefined }),
  npm('one person with a page', ['one-person'], { author: `${ADA} (https://ada.example)`, contributors: [] }),
  npm('nobody', ['nobody-named'], { author: undefined, contributors: undefined }),
  npm('an empty author', ['nobody-named'], { author: '', contributors: undefined }),
  npm('a company', ['one-group'], { author: 'Sail Inc. <hello@sail.example>', contributors: undefined }),
  npm('one word', ['one-name', 'no-address'], { author: 'ada', contributors: undefined }),
  npm('free mail', ['free-mail', 'one-person'], { author: 'Ada Lovelace <ada@gmail.com>', contributors: undefined }),
  npm('no description', ['no-summary'], { description: undefined }),
  npm('an empty description', ['no-summary'], { description: '' }),
  npm('no addresses', ['no-urls'], { repository: undefined }),
  npm('another repository', ['urls-without-name'], { repository: 'https://code.example/lab/requests' }),
  npm('a repository by ssh', [], { repository: 'git@code.example:lab/demo-pkg.git' }),
  npm('a repository in short', [], { repository: 'github:lab/demo-pkg' }),
  npm('bugs alone', [], { repository: undefined, bugs: { url: 'https://code.example/lab/demo-pkg/issues' } }),
  npm('version 0.0.0', ['version-zero'], { version: '0.0.0' }),
];

const description = (lines: string) => `Package: demopkg\nVersion: 1.0\nTitle: Shows Things\n${lines}\n`;
const cran = (title: string, told: readonly string[], lines: string): IdentitySample => ({
  ...{ title: `CRAN: ${title}`, ecosystem: 'cran', told },
  metadata: description(lines),
});
const KEEPS = 'Maintainer: Ada Lovelace <ada@lab.example>';
const R_URL = 'URL: https://code.example/lab/demopkg';
const BOTH =
  'Authors@R: c(person("Ada", "Lovelace", email = "ada@lab.example", role = c("aut", "cre")),\n    person("Bob", "Boole", role = "aut"))';
const CRAN: readonly IdentitySample[] = [
  cran('two authors', [], `${BOTH}\n${KEEPS}\n${R_URL}`),
  cran('two authors as text', [], `Author: Ada Lovelace [aut, cre], Bob Boole [aut]\n${KEEPS}\n${R_URL}`),
  cran('two authors with "and"', [], `Author: Ada Lovelace and Bob Boole\n${KEEPS}\n${R_URL}`),
  cran(
    'one author',
    ['one-person'],
    `Authors@R: person("Ada", "Lovelace", email = "ada@lab.example", role = c("aut", "cre"))\n${KEEPS}\n${R_URL}`,
  ),
  cran('one author as text', ['one-person'], `Author: Ada Lovelace\n${KEEPS}\n${R_URL}`),
  cran('a team', ['one-group'], `Author: Sail Core Team\nMaintainer: Sail Core Team <core@sail.example>\n${R_URL}`),
  cran('orphaned', ['orphaned'], `${BOTH}\nMaintainer: ORPHANED\n${R_URL}`),
  cran(
    'free mail',
    ['free-mail'],
    `Author: Ada Lovelace, Bob Boole\nMaintainer: Ada Lovelace <ada@gmail.com>\n${R_URL}`,
  ),
  cran('no address', ['no-urls'], `${BOTH}\n${KEEPS}`),
  cran('bugs alone', [], `${BOTH}\n${KEEPS}\nBugReports: https://code.example/lab/demopkg/issues`),
  cran('several addresses', [], `${BOTH}\n${KEEPS}\nURL: https://lab.example, https://code.example/lab/demopkg`),
  cran('another page', ['urls-without-name'], `${BOTH}\n${KEEPS}\nURL: https://code.example/lab/other`),
];

export const IDENTITY: readonly IdentitySample[] = [...PEOPLE, ...PLACES, ...CHANGES, ...NPM, ...CRAN];
