import { describe, expect, it } from 'vitest';
import { aDistribution } from '../../../test/contract/distribution-samples.ts';
import { withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { IDENTITY } from '../../../test/corpora/identity.ts';
import { toldOfIdentity } from '../../../test/corpora/listings-told.ts';
import type { Finding } from '../../domain/evidence.ts';
import { cran } from '../../ecosystems/cran/index.ts';
import type { ScanContext } from '../contract.ts';
import { claimsOf } from './claims.ts';
import { cranClaimsOf } from './cran-claims.ts';
import { identityScanner } from './index.ts';
import { npmClaimsOf } from './npm-claims.ts';

const HEAD = 'Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n';
const { examination } = aDistribution().file;
/** An ordinary wheel but for its metadata. */
function holding(metadata: string | null) {
  if (examination.status !== 'done') throw new Error('the sample could not be examined');
  return aDistribution({ examination: { status: 'done', result: { ...examination.result, metadata } } });
}
const saying = (text: string) => holding(`${HEAD}${text}`);
const WHOLE = `Summary: Shows things
Author-email: Ada <ada@lab.example>, Bob <bob@lab.example>
Project-URL: Source, https://code.example/lab/demo_pkg
Classifier: Development Status :: 4 - Beta

Author: nobody (this is the description)
`;
const cleared = (text: string): ScanContext => ({
  ...withoutFeeds,
  previousMetadata: async () => ({ version: '0.9', text: `${HEAD}${text}` }),
});

async function findings(text: string, context: ScanContext = withoutFeeds): Promise<readonly Finding[]> {
  const outcome = await identityScanner.scan(saying(text), context);
  return outcome.status === 'completed' ? outcome.findings : [];
}
const codes = async (text: string, context?: ScanContext) =>
  (await findings(text, context)).map(({ data }) => data.code).slice(1);

itKeepsTheScannerContract(identityScanner, {
  context: cleared(WHOLE),
  judged: [
    { title: 'whole metadata', subject: saying(WHOLE) },
    { title: 'bare metadata', subject: saying('') },
    {
      title: 'long lines',
      subject: saying(`Author: ${'a'.repeat(1_000_000)}\nAuthor-email: ${'<@,'.repeat(300_000)}\n`),
    },
    { title: 'many lines', subject: saying('Project-URL: a, b\n c\n'.repeat(100_000)) },
    { title: 'control and direction characters', subject: saying('Author: a\u202eb\u0000c\nHome-page: \u2066x\n') },
  ],
  unjudged: [
    {
      title: 'a file that could not be examined',
      subject: aDistribution({ examination: { status: 'failed', reason: 'it ran out of memory' } }),
    },
    {
      title: 'a file without metadata',
      subject: holding(null),
    },
  ],
});

describe('identity scanner', () => {
  it('repeats what the metadata says, and has nothing to add where it is whole', async () => {
    const [statement, ...more] = await findings(WHOLE);
    expect(more).toEqual([]);
    expect(statement).toMatchObject({
      severity: 'info',
      subject: 'pkg:pypi/demo-pkg@1.0',
      summary: 'The metadata of demo-pkg 1.0 names Ada, Bob (its own words)',
      data: {
        authors: [
          { name: 'Ada', email: 'ada@lab.example' },
          { name: 'Bob', email: 'bob@lab.example' },
        ],
        domains: ['lab.example'],
        hosts: ['code.example'],
        summary: 'Shows things',
        developmentStatus: '4 - Beta',
        comparedWith: null,
      },
    });
  });

  it('names what is missing', async () => {
    expect(await codes('')).toEqual(['nobody-named', 'no-urls', 'no-summary']);
    expect(await codes('Author: UNKNOWN\nHome-page: UNKNOWN\nSummary: UNKNOWN\n')).toEqual([
      'nobody-named',
      'no-urls',
      'no-summary',
    ]);
    const free = 'Summary: x\nAuthor: Ada\nAuthor-email: ada@gmail.com\nHome-page: https://code.example/ada/other\n';
    expect(await codes(free)).toEqual(['one-person', 'free-mail', 'urls-without-name']);
    expect(await codes('Summary: x\nAuthor: Ada\nMaintainer: ada\nHome-page: https://demo.pkg.example/\n')).toEqual([
      'one-name',
      'no-address',
    ]);
  });

  it.each([
    ['0.0.0', true],
    ['0.0', true],
    ['0', true],
    ['0.0.1', false],
    ['0.0.0-next.20260101', false],
    ['10.0.0', false],
  ])('takes version %s for one of nothing but zeros: %s', async (version, isZero) => {
    const outcome = await identityScanner.scan({ ...saying(WHOLE), version }, withoutFeeds);
    const found = outcome.status === 'completed' ? outcome.findings.map(({ data }) => data.code) : [];
    expect(found).toEqual(isZero ? ['statement', 'version-zero'] : ['statement']);
  });

  it.each([
    ['Author: Ada Byron', 'one-person'],
    ['Author: Jupyter Development Team', 'one-group'],
    ['Author: GitHub Inc.', 'one-group'],
    ['Author: The pip developers', 'one-group'],
    ['Author: Université de Demo', 'one-group'],
    ['Author-email: demo@lists.lab.example', 'one-group'],
    ['Author-email: security@lab.example', 'one-group'],
    // Somebody who writes from a shared mailbox is still named.
    ['Author-email: Ada Byron <security@lab.example>', 'one-person'],
    ['Author-email: ada <ada@mail.example>', 'one-person'],
    ['Author-email: Amazing Web Services <ada@mail.example>', 'one-group'],
    ['Author-email: Sails <sails@googlegroups.com>', 'one-group'],
    // Companies and persons have such names.
    ['Author: auth0', 'one-name'],
    ['Author-email: auth0 <ada@auth0.example>', 'one-name'],
    ['Author-email: Auth0 <ada@mail.auth0.example>', 'one-name'],
    ['Author-email: Pallets <contact@palletsprojects.example>', 'one-name'],
    ['Author-email: Ada <security@lab.example>', 'one-name'],
    ['Author: Teamsworth Labrador', 'one-person'],
    ['Author: Ada, Demo Team', undefined],
  ])('tells a group from a person by the words of the name: %s', async (line, code) => {
    const found = await codes(`${line}\nSummary: x\nHome-page: https://demo-pkg.example\n`);
    expect(found.find((one) => /^one-/.test(String(one)))).toBe(code);
  });

  it('compares with the release that was cleared before', async () => {
    expect(await codes(WHOLE, cleared(WHOLE))).toEqual([]);
    const other = WHOLE.replaceAll('Ada', 'Eve').replaceAll('Bob', 'Eve').replaceAll('lab.example', 'new.example');
    const moved = other
      .replaceAll('ada@', 'eve@')
      .replaceAll('bob@', 'eve@')
      .replace('code.example', 'elsewhere.example');
    const changed = await findings(moved, cleared(WHOLE));
    expect(changed.map(({ data, severity }) => [data.code, severity])).toEqual([
      ['statement', 'info'],
      ['one-person', 'info'],
      ['people-replaced', 'low'],
      ['domains-changed', 'low'],
      ['hosts-changed', 'low'],
    ]);
    expect(changed[3]?.summary).toBe('The e-mail domains changed since 0.9: lab.example before, new.example now');
    const joined = WHOLE.replace('Bob <', 'Cy <cy@lab.example>, Bob <');
    expect((await findings(joined, cleared(WHOLE))).map(({ data }) => data.code)).toEqual([
      'statement',
      'people-changed',
    ]);
  });

  it('makes hidden characters visible and cuts what is too long', () => {
    const claims = claimsOf(
      `${HEAD}Author: a\u202eb\nSummary: ${'s'.repeat(5000)}\nAuthor-email: ${'x@y.example,'.repeat(9000)}\n`,
    );
    expect(JSON.stringify(claims)).not.toContain('\u202e');
    expect(claims.summary?.length).toBeLessThan(200);
    expect(claims.authors.length).toBeLessThanOrEqual(100);
  });
});

describe('identity of an npm release', () => {
  it('is read from package.json, in all the forms that people and addresses have there', () => {
    const claims = npmClaimsOf(
      JSON.stringify({
        author: 'Ada <Ada@Lab.example> (https://ada.example)',
        contributors: [{ name: 'Bob', email: 'bob@lab.example' }, 7],
        maintainers: [{ name: 'eve' }],
        repository: { type: 'git', url: 'git+https://code.example/lab/x.git' },
        homepage: 'https://x.example',
        bugs: { url: 'https://code.example/lab/x/issues' },
        description: 'Shows things',
      }),
    );
    expect(claims).toMatchObject({
      authors: [
        { name: 'Ada', email: 'ada@lab.example' },
        { name: 'Bob', email: 'bob@lab.example' },
      ],
      maintainers: [{ name: 'eve', email: null }],
      domains: ['lab.example'],
      hosts: ['code.example', 'x.example'],
      summary: 'Shows things',
    });
    expect(npmClaimsOf('[]')).toBeUndefined();
    expect(npmClaimsOf('{}')).toMatchObject({ authors: [], urls: [], summary: null });
  });
});

describe('what DESCRIPTION says of people', () => {
  const read = (text: string) => cranClaimsOf(`Package: demo\nVersion: 1.0\n${text}`);

  it('is read from Authors@R as text, with roles and names in any order, and the maintainer beside it', () => {
    const claims = read(`Title: Shows
  things
Authors@R: c(
    person("Ada", "Byron", , "ADA@lab.example", role = c("aut", "cre"), comment = c(ORCID = "0000-0001, (x)")),
    person(family = 'Babbage', given = 'Charles', role = "aut"),
    person("Helping", "Hand", role = "ctb"), utils::person("The \\"Lab\\"", role = c("aut", "cph")))
Maintainer: Ada Byron <ada@lab.example>
URL: https://code.example/demo, https://demo.example
BugReports: https://code.example/demo/issues
`);
    expect(claims).toMatchObject({
      authors: [
        { name: 'Ada Byron', email: 'ada@lab.example' },
        { name: 'Charles Babbage', email: null },
        { name: 'The "Lab"', email: null },
      ],
      maintainers: [{ name: 'Ada Byron', email: 'ada@lab.example' }],
      domains: ['lab.example'],
      hosts: ['code.example', 'demo.example'],
      summary: 'Shows things',
      isOrphaned: false,
    });
  });

  it('is read from Author and Maintainer where there is no code', () => {
    expect(
      read('Author: Ada Byron [aut, cre], Charles Babbage <cb@x.example> (his engine, too) and Bob\n'),
    ).toMatchObject({
      authors: [
        { name: 'Ada Byron', email: null },
        { name: 'Charles Babbage', email: 'cb@x.example' },
        { name: 'Bob', email: null },
      ],
      maintainers: [],
    });
    expect(read('Maintainer: ORPHANED\nAuthor: Ada\n')).toMatchObject({ maintainers: [], isOrphaned: true });
    expect(cranClaimsOf('Name: demo\n')).toBeUndefined();
  });

  it('is only what calls of person() say: nothing is run, and code that is made to be slow takes no time', () => {
    expect(read('Authors@R: system("x"); c(person(), person(paste0("a", "b")), person("Eve"))\n')?.authors).toEqual([
      { name: 'a b', email: null },
      { name: 'Eve', email: null },
    ]);
    const slow = ['person('.repeat(20_000), `person("${'\\'.repeat(60_000)}`, `person(${'('.repeat(60_000)}`];
    for (const code of slow) expect(read(`Authors@R: ${code}\n`)?.isOrphaned).toBe(false);
  }, 5_000);

  it('is compared with what was cleared before', async () => {
    const subject = {
      ...holding('Package: demo-pkg\nVersion: 1.0\nMaintainer: Eve <eve@free.example>\n'),
    };
    const context: ScanContext = {
      ...withoutFeeds,
      ecosystem: cran,
      previousMetadata: async () => ({
        version: '0.9',
        text: 'Package: demo-pkg\nMaintainer: Ada <ada@lab.example>\n',
      }),
    };
    const outcome = await identityScanner.scan(subject, context);
    const found = outcome.status === 'completed' ? outcome.findings.map(({ data }) => data.code) : [];
    expect(found).toContain('people-replaced');
    expect(found).toContain('no-urls');
  });
});

describe('the corpus', () => {
  it.each(IDENTITY.map((sample) => [sample.title, sample] as const))('%s', async (_, sample) => {
    const told = (await toldOfIdentity(sample)).toSorted();
    if (sample.missed === true) expect(told).not.toEqual(sample.told.toSorted());
    else expect(told).toEqual(sample.told.toSorted());
  });
});
