import { describe, expect, it } from 'vitest';
import { aPackage, withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { ACCOUNTS } from '../../../test/corpora/listings.ts';
import { toldOfAccounts } from '../../../test/corpora/listings-told.ts';
import type { Finding } from '../../domain/evidence.ts';
import { npm } from '../../ecosystems/npm/index.ts';
import { readPackument } from '../../ecosystems/npm/packument.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import type { ScanContext, Subject } from '../contract.ts';
import { accountsScanner } from './index.ts';

const context: ScanContext = { ...withoutFeeds, ecosystem: npm };

interface Published {
  readonly owners?: readonly string[];
  readonly by?: string;
}

/** A release of a package that a registry lists with these versions, a month apart, and these owners by now. */
function listed(
  version: string,
  versions: Readonly<Record<string, Published>>,
  now?: readonly string[],
): Subject<'release'> {
  const accounts = (names: readonly string[]) => names.map((name) => ({ name, email: `${name}@lab.example` }));
  const document = {
    name: 'demo',
    maintainers: now === undefined ? undefined : accounts(now),
    time: Object.fromEntries(
      Object.keys(versions).map((one, at) => [one, `2025-${String(at + 1).padStart(2, '0')}-01T00:00:00Z`]),
    ),
    versions: Object.fromEntries(
      Object.entries(versions).map(([one, { owners, by }]) => [
        one,
        {
          ...{ name: 'demo', version: one, dist: { tarball: `http://127.0.0.1/demo-${one}.tgz` } },
          maintainers: owners === undefined ? undefined : accounts(owners),
          _npmUser: by === undefined ? undefined : { name: by },
        },
      ]),
    ),
  };
  const read = readPackument(JSON.stringify(document), { name: 'demo', source: 'x', url: 'http://127.0.0.1/demo' });
  if (typeof read === 'string') throw new Error(read);
  const release = read.releases.find((one) => one.version === version);
  if (release === undefined) throw new RangeError(version);
  const { releases, accounts: stated } = read;
  const { package: listing } = aPackage({ ecosystem: 'npm', name: 'demo', releases, accounts: stated });
  return { kind: 'release', ecosystem: 'npm', name: 'demo', release, listing, purl: `pkg:npm/demo@${version}` };
}

async function found(subject: Subject<'release'>, over: ScanContext = context): Promise<readonly Finding[]> {
  const outcome = await accountsScanner.scan(subject, over);
  if (outcome.status !== 'completed') throw new Error(outcome.reason);
  return outcome.findings;
}
const codes = async (subject: Subject<'release'>, over?: ScanContext) =>
  (await found(subject, over)).map(({ data }) => data.code);

const STEADY = { '1.0.0': { owners: ['ada', 'bob'], by: 'ada' }, '1.1.0': { owners: ['bob', 'ada'], by: 'bob' } };

itKeepsTheScannerContract(accountsScanner, {
  context,
  judged: [
    { title: 'a package of two accounts', subject: listed('1.1.0', STEADY, ['ada', 'bob']) },
    {
      title: 'a package of an index that names none',
      subject: listed('1.0.0', { '1.0.0': {} }),
      context: { ...context, ecosystem: pypi },
    },
  ],
  unjudged: [{ title: 'a registry that names no accounts', subject: listed('1.0.0', { '1.0.0': {} }) }],
});

describe('accounts of a registry', () => {
  it('says who may publish, and who published the release, and nothing more where that stayed', async () => {
    expect(await found(listed('1.1.0', STEADY, ['bob', 'ada']))).toMatchObject([
      {
        kind: 'identity',
        severity: 'info',
        summary: 'The registry lists 2 accounts that may publish demo: ada, bob; 1.1.0 was published by bob',
        data: { code: 'accounts', accounts: ['ada', 'bob'], publisher: 'bob' },
      },
    ]);
  });

  it('says that one account alone may publish', async () => {
    expect(await codes(listed('1.0.0', { '1.0.0': { owners: ['ada'], by: 'ada' } }, ['ada']))).toEqual([
      'accounts',
      'one-account',
    ]);
  });

  it('tells of who joined and left, of all that changed, and of a newcomer who publishes', async () => {
    const joined = listed('1.1.0', { ...STEADY, '1.1.0': { owners: ['ada', 'eve'], by: 'eve' } }, ['ada', 'eve']);
    expect((await found(joined)).slice(1)).toMatchObject([
      {
        severity: 'info',
        summary: 'The accounts that may publish demo changed since 1.0.0: eve joined, bob left',
        data: { code: 'accounts-changed', since: '1.0.0', before: ['ada', 'bob'], now: ['ada', 'eve'] },
      },
      { severity: 'low', data: { code: 'new-publisher', publisher: 'eve' } },
    ]);
    const replaced = listed('1.1.0', { ...STEADY, '1.1.0': { owners: ['eve'], by: 'eve' } }, ['eve']);
    expect(await codes(replaced)).toEqual(['accounts', 'one-account', 'accounts-replaced', 'new-publisher']);
    // Build services publish with accounts that are on no list.
    expect(
      await codes(listed('1.1.0', { ...STEADY, '1.1.0': { owners: ['ada', 'bob'], by: 'builds' } }, ['ada', 'bob'])),
    ).toEqual(['accounts']);
  });

  it('compares with the release that was cleared before, and not with those between', async () => {
    const versions = {
      '1.0.0': { owners: ['ada'], by: 'ada' },
      '1.1.0': { owners: ['ada', 'eve'], by: 'eve' },
      '1.2.0': { owners: ['ada', 'eve'], by: 'ada' },
    };
    const subject = listed('1.2.0', versions, ['ada', 'eve']);
    expect(await codes(subject)).toEqual(['accounts']);
    const cleared: ScanContext = { ...context, clearedVersions: async () => ['1.0.0'] };
    expect(await codes(subject, cleared)).toEqual(['accounts', 'accounts-changed']);
  });

  it('takes a release about which the registry says nothing for neither list', async () => {
    const versions = { '1.0.0': { owners: ['ada'], by: 'ada' }, '1.1.0': {} };
    expect(await codes(listed('1.1.0', versions, ['eve', 'ada']))).toEqual(['accounts']);
  });

  it('does not take a list that the registry leaves out for a list of nobody', async () => {
    const [statement] = await found(listed('1.0.0', { '1.0.0': { by: 'ada' } }));
    expect(statement?.summary).toBe(
      'The registry does not say which accounts may publish demo; 1.0.0 was published by ada',
    );
  });

  it('says of PyPI and CRAN that no index names accounts', async () => {
    const subject = listed('1.0.0', { '1.0.0': {} });
    const outcome = await accountsScanner.scan(subject, { ...context, ecosystem: pypi });
    expect(outcome).toMatchObject({ status: 'not-applicable', reason: expect.stringContaining('does not say') });
  });

  it('is not led astray by lists that are no lists of accounts', async () => {
    const odd = { owners: ['x'.repeat(5000), 'ada\u202e', 'ada'] };
    const [statement] = await found(listed('1.0.0', { '1.0.0': odd }, odd.owners));
    expect(statement?.data.accounts).toHaveLength(2);
    expect(statement?.summary).not.toContain('\u202e');
  });
});

describe('the corpus', () => {
  it.each(ACCOUNTS.map((sample) => [sample.title, sample] as const))('%s', async (_, sample) => {
    const told = (await toldOfAccounts(sample)).toSorted();
    if (sample.missed === true) expect(told).not.toEqual(sample.told.toSorted());
    else expect(told).toEqual(sample.told.toSorted());
  });
});
