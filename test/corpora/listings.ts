/**
 * What registries list of accounts, releases and flaws, for the scanners `accounts`, `maintenance` and `response`: cases
 * written from what these promise, before their rules were read. `told` is everything but the figures that they always give.
 */

/** An npm package: who owned each version, in order, and who published it. */
export interface AccountsSample {
  readonly title: string;
  readonly versions: readonly { readonly owners: readonly string[]; readonly by: string }[];
  /** The place of the version that was cleared before, if any. The last one is looked at. */
  readonly cleared?: number;
  readonly told: readonly string[];
  /** Known not to be told as it should be. */
  readonly missed?: true;
}

const owned = (owners: string, by: string) => ({ owners: owners.split(' '), by });
const accounts = (title: string, told: readonly string[], ...versions: AccountsSample['versions']): AccountsSample => ({
  title,
  versions,
  told,
});
const STEADY = owned('ada bob', 'ada');

export const ACCOUNTS: readonly AccountsSample[] = [
  accounts('the same owners', [], STEADY, STEADY),
  accounts('in another order', [], STEADY, owned('bob ada', 'ada')),
  accounts('the other owner publishes', [], STEADY, owned('ada bob', 'bob')),
  accounts('three owners', [], owned('ada bob eve', 'ada'), owned('ada bob eve', 'ada')),
  accounts('a first release of two', [], STEADY),
  accounts('a publisher of earlier comes back', [], STEADY, owned('ada bob', 'bob'), STEADY),
  accounts('one account', ['one-account'], owned('ada', 'ada'), owned('ada', 'ada')),
  accounts('a first release of one', ['one-account'], owned('ada', 'ada')),
  accounts('one owner more', ['accounts-changed'], STEADY, owned('ada bob eve', 'ada')),
  accounts('one owner less of three', ['accounts-changed'], owned('ada bob eve', 'ada'), STEADY),
  accounts('another for one of two', ['accounts-changed'], STEADY, owned('ada eve', 'ada')),
  accounts('one left of two', ['accounts-changed', 'one-account'], STEADY, owned('ada', 'ada')),
  accounts('a new owner publishes', ['accounts-changed', 'new-publisher'], STEADY, owned('ada bob eve', 'eve')),
  accounts('all others', ['accounts-replaced', 'new-publisher'], STEADY, owned('eve mal', 'eve')),
  accounts('one other for all', ['accounts-replaced', 'new-publisher', 'one-account'], STEADY, owned('eve', 'eve')),
  // Machines that publish for a project are in no list of owners either.
  { ...accounts('published by a stranger', ['new-publisher'], STEADY, owned('ada bob', 'mal')), missed: true },
  {
    ...accounts(
      'changed since what was cleared',
      ['accounts-changed'],
      STEADY,
      owned('ada bob eve', 'ada'),
      owned('ada bob eve', 'ada'),
    ),
    cleared: 0,
  },
  {
    ...accounts('the same as what was cleared', [], STEADY, owned('ada bob eve', 'eve'), STEADY),
    cleared: 0,
  },
];

/** Releases by the days since they appeared. */
export interface MaintenanceSample {
  readonly title: string;
  readonly days: readonly number[];
  /** Places of those that were yanked. */
  readonly yanked?: readonly number[];
  readonly status?: string;
  readonly gone?: true;
  readonly told: readonly string[];
}

const every = (days: number, times: number, since = 10) => Array.from({ length: times }, (_, at) => since + days * at);
const YEAR = 365;

export const MAINTENANCE: readonly MaintenanceSample[] = [
  { title: 'a release a month', days: every(30, 40), told: [] },
  { title: 'a release a year, the last of this year', days: every(YEAR, 6, 200), told: [] },
  { title: 'two releases a year', days: every(180, 10, 90), told: [] },
  { title: 'eleven months without one', days: every(60, 12, 330), told: [] },
  { title: 'one yanked of thirty', days: every(30, 30), yanked: [12], told: [] },
  { title: 'marked as active', days: every(30, 10), status: 'active', told: [] },
  { title: 'five years without one', days: every(60, 12, 5 * YEAR), told: ['dormant'] },
  { title: 'ten years without one', days: every(60, 3, 10 * YEAR), told: ['dormant'] },
  { title: 'one release, four years ago', days: [4 * YEAR], told: ['dormant'] },
  { title: 'first released yesterday', days: [1], told: ['new-project'] },
  { title: 'first released last week, three times', days: [7, 5, 1], told: ['new-project'] },
  { title: 'half of ten yanked', days: every(60, 10), yanked: [0, 2, 4, 6, 8], told: ['often-yanked'] },
  { title: 'eight of ten yanked', days: every(60, 10), yanked: [0, 1, 2, 3, 4, 5, 6, 7], told: ['often-yanked'] },
  { title: 'archived', days: every(60, 10), status: 'archived', told: ['status'] },
  { title: 'deprecated', days: every(60, 10), status: 'deprecated', told: ['status'] },
  { title: 'quarantined upstream', days: every(60, 10), status: 'quarantined', told: ['quarantined-upstream'] },
  { title: 'gone from the index', days: every(60, 10), gone: true, told: ['gone-upstream'] },
  { title: 'gone, and dormant', days: every(60, 10, 6 * YEAR), gone: true, told: ['gone-upstream', 'dormant'] },
];

/** Versions by the day of their release, and flaws by the day they were published on and the versions that mend them. */
export interface ResponseSample {
  readonly title: string;
  readonly releases: Readonly<Record<string, number>>;
  readonly flaws: readonly { readonly day: number; readonly fixed: readonly string[]; readonly malicious?: true }[];
  readonly told: Readonly<Record<'flaws' | 'mended' | 'severalSeries', number>> & {
    /** `null` where no day is known. */
    readonly slowestDays: number | null;
  };
}

const RELEASES = { '1.0': 0, '1.1': 100, '2.0': 200, '2.1': 300, '2.2rc1': 310, '2.2': 320 };
const response = (
  title: string,
  [flaws, mended, severalSeries, slowestDays]: readonly [number, number, number, number | null],
  ...published: ResponseSample['flaws']
): ResponseSample => ({
  title,
  releases: RELEASES,
  flaws: published,
  told: { flaws, mended, severalSeries, slowestDays },
});

export const RESPONSES: readonly ResponseSample[] = [
  response('mended on the day', [1, 1, 0, 0], { day: 100, fixed: ['1.1'] }),
  response('mended before it was published', [1, 1, 0, 0], { day: 150, fixed: ['1.1'] }),
  response('mended ten days later', [1, 1, 0, 10], { day: 90, fixed: ['1.1'] }),
  response('mended months later', [1, 1, 0, 150], { day: 50, fixed: ['2.0'] }),
  response('never mended', [1, 0, 0, null], { day: 50, fixed: [] }),
  response('mended by a release that never came', [1, 0, 0, null], { day: 50, fixed: ['9.9'] }),
  response('mended in two series, by the first of them', [1, 1, 1, 5], { day: 95, fixed: ['1.1', '2.0'] }),
  response('mended by the same version in other words', [1, 1, 0, 0], { day: 200, fixed: ['2.0.0'] }),
  response('mended by a trial first', [1, 1, 0, 5], { day: 305, fixed: ['2.2rc1'] }),
  response('two flaws, one mended', [2, 1, 0, 20], { day: 80, fixed: ['1.1'] }, { day: 310, fixed: [] }),
  response('two flaws, both mended', [2, 2, 0, 50], { day: 50, fixed: ['1.1'] }, { day: 290, fixed: ['2.1'] }),
  response(
    'malware is no flaw of it',
    [1, 1, 0, 0],
    { day: 100, fixed: ['1.1'] },
    { day: 1, fixed: [], malicious: true },
  ),
];
