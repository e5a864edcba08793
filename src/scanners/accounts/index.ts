import { excerpt } from '../../domain/content.ts';
import { counted } from '../../domain/counted.ts';
import { type AccountsFrom, type RegistryAccounts, releasedAt } from '../../domain/distribution.ts';
import type { Finding, Severity } from '../../domain/evidence.ts';
import type { ScanContext, Scanner, Subject } from '../contract.ts';

/** Indexes that name no accounts, and in which words people are told. */
const SILENT: Readonly<Record<string, string>> = {
  cran: 'the archive has no accounts: whoever is named as the maintainer sends packages in',
  pypi: 'the index does not say which accounts may publish a package',
};
/** Accounts that one sentence names. */
const MOST_NAMED = 5;

/** Who may publish a package, and who published the release, by the registry's own word. */
export const accountsScanner: Scanner<'release'> = {
  id: 'accounts',
  version: 2,
  looksAt: 'release',
  ecosystems: 'every',
  emits: ['identity'],
  // Owners change at any time; a week is what a decision may lag behind.
  staleAfterHours: 168,
  sees: 'From the listing of the registry (npm): the accounts that may publish the package, the one that published the release, one account alone, and what of it changed since the release that was cleared before, else since the release before.',
  cannotSee:
    'The accounts of PyPI, whose index names none, and of CRAN, which has none; who stands behind an account, whether somebody else has its password, and owners that came and went between two releases.',
  async scan(subject, context) {
    const { listing, release, name } = subject;
    const silent = SILENT[context.ecosystem.id];
    if (listing.accounts === undefined && silent !== undefined) return { status: 'not-applicable', reason: silent };
    if (listing.accounts === undefined)
      return { status: 'failed', reason: 'the registry names no accounts', retryable: true };
    const at = releasedAt(release);
    const here = at === undefined ? undefined : heldAt(listing.accounts, at);
    const found: Claim[] = [statement(subject, listing.accounts, here)];
    if (listing.accounts.now.length === 1)
      found.push({ code: 'one-account', severity: 'info', summary: `One account alone may publish ${name}` });
    const before = await earlier(subject, context);
    if (here !== undefined && before !== undefined) found.push(...changes(subject, here, before));
    return { status: 'completed', findings: found.map((one) => findingOf(subject, one)) };
  },
};

interface Claim {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly data?: Finding['data'];
}

function findingOf({ purl }: Subject<'release'>, { code, severity, summary, data }: Claim): Finding {
  return { kind: 'identity', severity, subject: purl, summary, location: undefined, data: { code, ...data } };
}

/** What held when a release appeared. */
function heldAt({ history }: RegistryAccounts, at: string): AccountsFrom | undefined {
  return history.findLast(({ from }) => Date.parse(from) <= Date.parse(at));
}

function statement(
  { name, release }: Subject<'release'>,
  { now }: RegistryAccounts,
  here: AccountsFrom | undefined,
): Claim {
  const publisher = here?.publisher ?? null;
  const by = publisher === null ? '' : `; ${release.version} was published by ${excerpt(publisher)}`;
  // Mirrors leave the list out of the package and keep it in some versions: that is no list of nobody.
  const who =
    now.length === 0
      ? `The registry does not say which accounts may publish ${name}`
      : `The registry lists ${counted(now.length, 'account')} that may publish ${name}: ${named(now)}`;
  return {
    code: 'accounts',
    severity: 'info',
    summary: `${who}${by}`,
    data: { accounts: now.map((one) => excerpt(one)), publisher: publisher === null ? null : excerpt(publisher) },
  };
}

interface Before extends AccountsFrom {
  readonly version: string;
}

/** The accounts of the newest older release that is cleared, else of the newest older one that is listed. */
async function earlier({ listing, name, release }: Subject<'release'>, context: ScanContext) {
  const { compare } = context.ecosystem.versions;
  const cleared = new Set(await context.clearedVersions(name));
  const older = listing.releases
    .filter(({ version }) => compare(version, release.version) < 0)
    .toSorted((a, b) => compare(a.version, b.version));
  const previous = older.findLast(({ version }) => cleared.has(version)) ?? older.at(-1);
  const at = previous === undefined ? undefined : releasedAt(previous);
  if (previous === undefined || at === undefined || listing.accounts === undefined) return undefined;
  const held = heldAt(listing.accounts, at);
  return held === undefined ? undefined : { version: previous.version, ...held };
}

function changes({ name, release }: Subject<'release'>, here: AccountsFrom, before: Before): readonly Claim[] {
  const joined = here.owners.filter((one) => !before.owners.includes(one));
  const left = before.owners.filter((one) => !here.owners.includes(one));
  const found: Claim[] = [];
  const data = {
    since: before.version,
    before: before.owners.map((one) => excerpt(one)),
    now: here.owners.map((one) => excerpt(one)),
  };
  const isStated = before.owners.length > 0 && here.owners.length > 0;
  const since = `since ${before.version}`;
  if (isStated && left.length === before.owners.length)
    found.push({
      code: 'accounts-replaced',
      severity: 'low',
      summary: `All accounts that may publish ${name} changed ${since}: ${named(left)} before, ${named(here.owners)} now`,
      data,
    });
  else if (isStated && joined.length + left.length > 0) {
    const parts = [
      ...(joined.length > 0 ? [`${named(joined)} joined`] : []),
      ...(left.length > 0 ? [`${named(left)} left`] : []),
    ];
    const summary = `The accounts that may publish ${name} changed ${since}: ${parts.join(', ')}`;
    found.push({ code: 'accounts-changed', severity: 'info', summary, data });
  }
  // Who took over an account or was let in, and publishes at once: what most hijacked packages looked like.
  const { publisher } = here;
  if (publisher !== null && isStated && joined.includes(publisher))
    found.push({
      code: 'new-publisher',
      severity: 'low',
      summary: `${release.version} was published by ${excerpt(publisher)}, an account that could not publish ${name} at ${before.version}`,
      data: { since: before.version, publisher: excerpt(publisher) },
    });
  return found;
}

function named(accounts: readonly string[]): string {
  const more = accounts.length > MOST_NAMED ? ` and ${accounts.length - MOST_NAMED} more` : '';
  return `${accounts
    .slice(0, MOST_NAMED)
    .map((one) => excerpt(one))
    .join(', ')}${more}`;
}
