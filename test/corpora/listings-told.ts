/** What the scanners of metadata and of listings tell of one sample of their corpora. */
import type { Advisory } from '../../src/domain/advisory.ts';
import type { Finding, ScanOutcome } from '../../src/domain/evidence.ts';
import { cran } from '../../src/ecosystems/cran/index.ts';
import { npm } from '../../src/ecosystems/npm/index.ts';
import { readPackument } from '../../src/ecosystems/npm/packument.ts';
import { pypi } from '../../src/ecosystems/pypi/index.ts';
import { accountsScanner } from '../../src/scanners/accounts/index.ts';
import type { ScanContext } from '../../src/scanners/contract.ts';
import { identityScanner } from '../../src/scanners/identity/index.ts';
import { maintenanceScanner } from '../../src/scanners/maintenance/index.ts';
import { responseScanner } from '../../src/scanners/response/index.ts';
import { aDistribution } from '../contract/distribution-samples.ts';
import { aListedRelease, aPackage, withoutFeeds } from '../contract/package-samples.ts';
import type { IdentitySample } from './identity.ts';
import type { AccountsSample, MaintenanceSample, ResponseSample } from './listings.ts';

const ECOSYSTEMS = { pypi, npm, cran };
const DAY_MS = 86_400_000;

function findingsOf(outcome: ScanOutcome): readonly Finding[] {
  if (outcome.status === 'completed') return outcome.findings;
  throw new RangeError(outcome.reason);
}

/** Without the statement that is always made. */
async function codesOf(outcome: Promise<ScanOutcome>, always: string): Promise<readonly unknown[]> {
  return findingsOf(await outcome)
    .map(({ data }) => data.code ?? data.status)
    .filter((code) => code !== always);
}

export function toldOfIdentity({ ecosystem, metadata, before }: IdentitySample): Promise<readonly unknown[]> {
  const result = { problems: [], entries: 4, unpackedBytes: 5678, metadata, buildRequires: null };
  const subject = {
    ...aDistribution({ examination: { status: 'done', result } }),
    ...(ecosystem === 'cran' ? { name: 'demopkg' } : {}),
    version: /"?version"?: ?"?([^\s",]+)/i.exec(metadata.replace(/^Metadata-Version.*\n/, ''))?.[1] ?? '',
  };
  const context: ScanContext = {
    ...withoutFeeds,
    ecosystem: ECOSYSTEMS[ecosystem],
    previousMetadata: async () => (before === undefined ? undefined : { version: '0.9', text: before }),
  };
  return codesOf(identityScanner.scan(subject, context), 'statement');
}

export function toldOfAccounts({ versions, cleared }: AccountsSample): Promise<readonly unknown[]> {
  const versionAt = (at: number) => `1.${at}.0`;
  const listed = versions.map(({ owners, by }, at) => ({
    ...{ name: 'demo', version: versionAt(at), dist: { tarball: `http://127.0.0.1/demo-${versionAt(at)}.tgz` } },
    maintainers: owners.map((name) => ({ name, email: `${name}@lab.example` })),
    _npmUser: { name: by },
  }));
  const document = {
    name: 'demo',
    maintainers: listed.at(-1)?.maintainers,
    time: Object.fromEntries(
      listed.map(({ version }, at) => [version, new Date(DAY_MS * 30 * (at + 1)).toISOString()]),
    ),
    versions: Object.fromEntries(listed.map((one) => [one.version, one])),
  };
  const read = readPackument(JSON.stringify(document), { name: 'demo', source: 'x', url: 'http://127.0.0.1/demo' });
  if (typeof read === 'string') throw new RangeError(read);
  const { releases, accounts } = read;
  const version = versionAt(versions.length - 1);
  const release = releases.find((one) => one.version === version);
  if (release === undefined) throw new RangeError(version);
  const { package: listing } = aPackage({ ecosystem: 'npm', name: 'demo', releases, accounts });
  const context: ScanContext = {
    ...withoutFeeds,
    ecosystem: npm,
    clearedVersions: async () => (cleared === undefined ? [] : [versionAt(cleared)]),
  };
  const about = { ecosystem: 'npm', name: 'demo', purl: `pkg:npm/demo@${version}` };
  return codesOf(accountsScanner.scan({ kind: 'release', release, listing, ...about }, context), 'accounts');
}

export function toldOfMaintenance({ days, yanked = [], status, gone }: MaintenanceSample): Promise<readonly unknown[]> {
  const at = (day: number) => new Date(withoutFeeds.now.getTime() - day * DAY_MS).toISOString();
  const releases = days.map((day, place) =>
    aListedRelease(`1.${days.length - place}`, {
      uploadedAt: at(day),
      yanked: yanked.includes(place) ? 'broken' : false,
    }),
  );
  const subject = aPackage({
    releases,
    ...(status === undefined ? {} : { status: { status, reason: undefined } }),
    ...(gone === undefined ? {} : { goneSince: at(1) }),
  });
  return codesOf(maintenanceScanner.scan(subject, withoutFeeds), 'history');
}

/** The figures; days of which nothing is known are `null`. */
export async function toldOfResponse({ releases, flaws }: ResponseSample): Promise<ResponseSample['told']> {
  const at = (day: number) => new Date(Date.UTC(2025, 0, 1) + day * DAY_MS).toISOString();
  const subject = aPackage({
    releases: Object.entries(releases).map(([version, day]) => aListedRelease(version, { uploadedAt: at(day) })),
  });
  const data = flaws.map(
    ({ day, fixed, malicious = false }, place): Advisory => ({
      ...{ id: `A-${place}`, aliases: [], ecosystem: 'pypi', name: 'demo-pkg', summary: 'x', malicious, versions: [] },
      ...{ severity: { state: 'unknown', reason: 'x' }, published: at(day), modified: at(day) },
      ranges: fixed.map((version) => ({
        events: [
          { at: 'introduced', version: '0' },
          { at: 'fixed', version },
        ],
      })),
    }),
  );
  const feed = { status: 'ready', data, importedAt: at(400) } as const;
  const [finding] = findingsOf(await responseScanner.scan(subject, { ...withoutFeeds, advisories: async () => feed }));
  const number = (key: string) => (typeof finding?.data[key] === 'number' ? finding.data[key] : null);
  const count = (key: string) => number(key) ?? Number.NaN;
  return {
    ...{ flaws: count('flaws'), mended: count('mended'), severalSeries: count('severalSeries') },
    slowestDays: number('slowestDays'),
  };
}
